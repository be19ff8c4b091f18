"""What payload types mean: SDP, the static table, and what is known without either."""

from pathlib import Path

import pytest
from support.pcaps import FAR, NEAR, START_NS, Rtp, ethernet, frames, udp, voice, write_pcap
from support.readings import read

from voipprobe.capture.rtp.figures import RtpStream
from voipprobe.capture.rtp.payload_types import MediaMap
from voipprobe.capture.rtp.tables import INBOX

OFFER = ethernet(udp(b"INVITE sip:a@b SIP/2.0\r\n\r\n", ("10.9.9.9", 5060), ("10.9.9.8", 5060)))
SPEEX: MediaMap = {(*FAR, 97): ("speex", 16000)}


def _read(tmp_path: Path, packets: list[Rtp], media: MediaMap, *, sdp_after: int = 0) -> RtpStream:
    timed = frames(packets)
    timed.insert(sdp_after, (START_NS, OFFER))
    (stream,) = read(write_pcap(tmp_path / "a.pcap", timed), media).streams
    return stream


def _wideband(count: int = 100) -> list[Rtp]:
    return voice(count, payload_type=97, step=320, jitter_ms=4)


@pytest.mark.parametrize("end", [FAR, NEAR])
def test_sdp_of_either_end_gives_the_clock(tmp_path: Path, end: tuple[str, int]) -> None:
    """The receiver's own, or the sender's where the receiver's address was translated."""
    stream = _read(tmp_path, _wideband(), {(*end, 97): ("speex", 16000)})
    assert (stream.codec, stream.clock_rate_hz, stream.ptime_ms) == ("speex", 16000, 20.0)
    assert stream.jitter_ms.max is not None
    assert stream.jitter_ms.max < 4


def test_sdp_that_comes_later_in_the_batch_still_counts(tmp_path: Path) -> None:
    """Early media overtakes the answer that announces it."""
    assert _read(tmp_path, _wideband(), SPEEX, sdp_after=50).codec == "speex"


def test_sdp_that_comes_in_a_later_file_counts_from_there_on(tmp_path: Path) -> None:
    """Timing begins when the clock is known, with the packets that wait; counts began before."""
    from voipprobe.capture.reading import read_capture  # noqa: PLC0415

    packets = _wideband()
    first = write_pcap(tmp_path / "1.pcap", frames(packets[: INBOX + 6]))
    second = write_pcap(tmp_path / "2.pcap", [(START_NS, OFFER), *frames(packets[INBOX + 6 :])])
    (stream,) = read_capture([first, second], on_datagrams=lambda _: SPEEX).streams
    timed = len(packets) - INBOX
    assert (stream.packets, stream.codec) == (len(packets), "speex")
    assert stream.ipdv_ms.n == timed - 1


def test_what_all_sdp_agrees_on_holds_for_unknown_addresses(tmp_path: Path) -> None:
    """Behind address translation at both ends, unless two calls disagree."""
    elsewhere = {("192.0.2.1", 4000, 97): ("speex", 16000)}
    assert _read(tmp_path, _wideband(), elsewhere).clock_rate_hz == 16000
    quarrel = {**elsewhere, ("192.0.2.2", 4000, 97): ("iLBC", 8000)}
    assert _read(tmp_path, _wideband(), quarrel).codec is None


def test_sdp_may_move_a_static_number(tmp_path: Path) -> None:
    """An rtpmap of a static type wins over the table."""
    stream = _read(tmp_path, voice(50), {(*FAR, 0): ("PCMA", 8000)})
    assert stream.codec == "PCMA"


def test_events_are_known_by_name_or_by_size(tmp_path: Path) -> None:
    """A dynamic type with four-octet payloads carries events even without SDP."""
    packets = voice(60)
    small = [p._replace(payload_type=101, payload=b"\1\2\3\4") for p in packets[20:26]]
    large = [p._replace(payload_type=101, payload=b"\1\2\3\4" * 2) for p in packets[20:26]]
    named: MediaMap = {(*FAR, 101): ("telephone-event", 8000)}
    cases: list[tuple[list[Rtp], MediaMap]] = [(small, {}), (large, named)]
    for events, media in cases:
        stream = _read(tmp_path, [*packets[:20], *events, *packets[26:]], media)
        assert (stream.payload_types, stream.ipdv_ms.n) == ({0: 54, 101: 6}, 52)


def test_a_stream_of_nothing_but_events_is_named_as_such(tmp_path: Path) -> None:
    """There is no voice to prefer."""
    events = [p._replace(payload_type=101, payload=b"\1\2\3\4") for p in voice(10)]
    stream = _read(tmp_path, events, {})
    assert (stream.codec, stream.discarded) == ("telephone-event", None)


def test_more_payload_types_than_there_are_places_for(tmp_path: Path) -> None:
    """The first eight are listed, all packets are counted."""
    packets = [p._replace(payload_type=96 + i) for i, p in enumerate(voice(12))]
    stream = _read(tmp_path, packets, {})
    assert (stream.packets, stream.lost, len(stream.payload_types)) == (12, 0, 8)


def test_a_copy_of_the_first_packet_counts_as_its_payload_type(tmp_path: Path) -> None:
    """It comes before the stream is believed; the types together are still all packets."""
    packets = voice(10)
    stream = _read(tmp_path, [packets[0], packets[0], *packets], {})
    assert (stream.packets, stream.duplicates) == (12, 2)
    assert stream.payload_types == {0: 12}


def test_a_codec_of_another_clock_is_no_jitter(tmp_path: Path) -> None:
    """RFC 7160 4: two timestamps of different clocks have no difference, within one SSRC too."""
    narrow, wide = voice(300), voice(600, payload_type=97, step=320)[300:]
    wide = [p._replace(timestamp=p.timestamp - 300 * 160) for p in wide]
    stream = _read(tmp_path, [*narrow, *wide, *_back_to_narrow(wide[-1])], SPEEX)
    assert stream.payload_types == {0: 600, 97: 300}
    assert stream.jitter_ms.max == pytest.approx(0.0, abs=0.001)
    assert stream.ipdv_ms.max == pytest.approx(0.0, abs=0.001)
    assert (stream.discarded, stream.lost) == (0, 0)
    assert stream.drift_ppm is None  # neither clock was heard for 10 s


def _back_to_narrow(last: Rtp) -> list[Rtp]:
    return [
        last._replace(
            time_ns=last.time_ns + i * 20_000_000,
            sequence=last.sequence + i,
            timestamp=last.timestamp + i * 160,
            payload_type=0,
        )
        for i in range(1, 301)
    ]
