"""The captures of the benchmark are what they claim to be: figures about them must be true."""

from pathlib import Path

from support.readings import read

from benchmarks.messages import CALL, call_datagrams
from benchmarks.synthetic import LOSS_RATIO, make_capture
from voipprobe.capture.sip.journal import SipJournal

STREAMS = 20


def test_every_packet_is_voice_of_a_known_stream(tmp_path: Path) -> None:
    """Exactly as many as asked for, over several chunks, with loss and jitter in them."""
    made = make_capture(tmp_path / "a.pcap", packets=6_000, streams=STREAMS)
    reading = read(made.path)
    assert reading.info.packets == sum(stream.packets for stream in reading.streams) == 6_000
    assert len(reading.streams) == STREAMS
    lost = sum(stream.lost for stream in reading.streams)
    assert 0.25 * LOSS_RATIO < lost / made.packets < 2 * LOSS_RATIO
    assert all(0.5 < (stream.jitter_ms.mean or 0) < 2 for stream in reading.streams)
    assert {stream.codec for stream in reading.streams} == {"PCMU"}


def test_the_seed_decides(tmp_path: Path) -> None:
    """The same file again, and another one."""
    one, same, other = (
        make_capture(tmp_path / f"{n}", packets=500, streams=3, seed=seed).path.read_bytes()
        for n, seed in enumerate((1, 1, 2))
    )
    assert one == same != other


def test_calls_are_understood() -> None:
    """A parser that gives up early would be fast."""
    journal = SipJournal()
    journal.read([one for call in range(3) for one in call_datagrams(call)])
    assert (len(journal.sightings), journal.undecoded) == (3 * len(CALL), 0)
    assert sum(bool(one.media) for one in journal.sightings) == 6
    assert not any(one.retransmission for one in journal.sightings)
