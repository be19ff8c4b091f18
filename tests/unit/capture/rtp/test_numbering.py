"""Packets, expected, lost, duplicates, reordered, restarts: exact on captures with known truth."""

import random
from pathlib import Path

import pytest
from support.pcaps import START_NS, TICK_NS, Rtp, by_arrival, frames, voice, write_pcap
from support.readings import read, read_rtp


def _counts(folder: Path, packets: list[Rtp]) -> tuple[int, int, int, int, int, int]:
    stream = read_rtp(folder, packets)
    return (
        stream.packets,
        stream.expected,
        stream.lost,
        stream.duplicates,
        stream.reordered,
        stream.restarts,
    )


def _swapped(packets: list[Rtp], at: int) -> list[Rtp]:
    """Two neighbours in the wrong order, times staying in place."""
    first, second = packets[at], packets[at + 1]
    late = [second._replace(time_ns=first.time_ns), first._replace(time_ns=second.time_ns)]
    return packets[:at] + late + packets[at + 2 :]


def test_a_clean_stream(tmp_path: Path) -> None:
    """Nothing is found where nothing is wrong."""
    assert _counts(tmp_path, voice(100)) == (100, 100, 0, 0, 0, 0)


def test_a_duplicate_does_not_hide_a_loss(tmp_path: Path) -> None:
    """tshark subtracts one from the other; each is a fact of its own."""
    packets = voice(100)
    again = packets[50]._replace(time_ns=packets[50].time_ns + 1000)
    assert _counts(tmp_path, [*packets[:51], again, *packets[51:]]) == (101, 100, 0, 1, 0, 0)
    assert _counts(tmp_path, [*packets[:30], *packets[31:51], again, *packets[51:]]) == (
        100,
        100,
        1,
        1,
        0,
        0,
    )


@pytest.mark.parametrize("at", [0, 1, 50, 97, 98])
def test_two_swapped_packets_are_reordered_and_not_lost(tmp_path: Path, at: int) -> None:
    """At the beginning, in the middle, and at the very end, where tshark says -1."""
    assert _counts(tmp_path, _swapped(voice(100), at)) == (100, 100, 0, 0, 1, 0)


def test_a_duplicate_of_a_reordered_packet_and_of_the_first_one(tmp_path: Path) -> None:
    """Seen again is a duplicate wherever it stands, also while the stream is but a candidate."""
    swapped = _swapped(voice(100), 50)
    assert _counts(tmp_path, [*swapped[:52], swapped[51], *swapped[52:]])[3:5] == (1, 1)
    packets = voice(100)
    assert _counts(tmp_path, [packets[0], *packets]) == (101, 100, 0, 1, 0, 0)


def test_a_jump_that_two_packets_confirm_is_a_restart(tmp_path: Path) -> None:
    """39,000 packets lost is what a plain difference would say."""
    after = voice(
        50, sequence=40000, timestamp=777, start_ns=START_NS + 50 * TICK_NS, jitter_ms=0.0
    )
    packets = voice(50) + after
    assert _counts(tmp_path, packets) == (100, 100, 0, 0, 0, 1)
    assert read_rtp(tmp_path, packets).jitter_ms.max == 0.0


def test_one_stray_packet_is_neither_a_restart_nor_a_loss(tmp_path: Path) -> None:
    """A single packet from elsewhere is counted and believed by nobody."""
    packets = voice(100)
    stray = packets[50]._replace(sequence=40000)
    stream = read_rtp(tmp_path, [*packets[:50], stray, *packets[50:]])
    assert (stream.packets, stream.lost, stream.restarts, stream.strays) == (101, 0, 0, 1)


def test_losses_before_and_after_a_restart_add_up(tmp_path: Path) -> None:
    """Each numbering has its own expected packets."""
    first = [p for i, p in enumerate(voice(50)) if i != 20]
    second = voice(50, sequence=40000, start_ns=START_NS + 50 * TICK_NS)
    second = [p for i, p in enumerate(second) if i not in (30, 31)]
    assert _counts(tmp_path, first + second)[:3] == (97, 100, 3)


@pytest.mark.parametrize(("gap", "lost", "restarts"), [(2999, 2998, 0), (3001, 0, 1)])
def test_the_longest_dropout_that_counts_as_loss(
    tmp_path: Path, gap: int, lost: int, restarts: int
) -> None:
    """MAX_DROPOUT of RFC 3550 A.1 on both sides."""
    packets = voice(20)
    after = [p._replace(sequence=p.sequence - 1 + gap) for p in packets[10:]]
    counts = _counts(tmp_path, packets[:10] + after)
    assert (counts[2], counts[5]) == (lost, restarts)


@pytest.mark.parametrize("first", [0, 1, 65530, 65535])
def test_sequence_and_timestamp_wraps_are_invisible(tmp_path: Path, first: int) -> None:
    """Also with a packet behind the first one across the wrap."""
    packets = voice(100, sequence=first, timestamp=(1 << 32) - 500, jitter_ms=0)
    assert _counts(tmp_path, packets) == (100, 100, 0, 0, 0, 0)
    assert read_rtp(tmp_path, packets).jitter_ms.max == 0.0
    assert _counts(tmp_path, _swapped(packets, 0)) == (100, 100, 0, 0, 1, 0)


def test_a_stream_that_loses_every_second_packet_is_a_stream(tmp_path: Path) -> None:
    """Confirmation must not ask for two packets in a row."""
    assert _counts(tmp_path, voice(100)[::2]) == (50, 99, 49, 0, 0, 0)


@pytest.mark.parametrize("seed", range(8))
def test_seeded_losses_duplicates_and_swaps_are_counted_exactly(tmp_path: Path, seed: int) -> None:
    """A naive count over the packets that were written is the truth."""
    rng = random.Random(seed)  # noqa: S311 - truth must be repeatable
    sent = voice(3000, sequence=60000, timestamp=(1 << 32) - 9999, jitter_ms=90, seed=seed)
    kept = [p for p in sent if rng.random() > 0.04]
    again = [p._replace(time_ns=p.time_ns + rng.randrange(10**8)) for p in rng.sample(kept, 60)]
    arrivals = by_arrival(kept + again)
    seen: set[int] = set()
    duplicates = reordered = 0
    for packet in arrivals:
        if packet.sequence in seen:
            duplicates += 1
        elif seen and packet.sequence < max(seen):
            reordered += 1
        seen.add(packet.sequence)
    expected = max(seen) - min(seen) + 1
    counts = (len(arrivals), expected, expected - len(seen), duplicates, reordered, 0)
    assert _counts(tmp_path, arrivals) == counts


def test_streams_are_told_apart_by_ssrc_ports_and_addresses(tmp_path: Path) -> None:
    """One flow with two SSRCs, and one SSRC between other ends, are different streams."""
    pairs = [
        (("10.0.0.1", 10), ("10.0.0.2", 20), 1),
        (("10.0.0.1", 10), ("10.0.0.2", 20), 2),
        (("10.0.0.1", 12), ("10.0.0.2", 20), 1),
        (("10.0.0.3", 10), ("10.0.0.2", 20), 1),
        (("2001:db8::1", 10), ("2001:db8::2", 20), 1),
        (("2001:db8::1", 10), ("2001:db8::3", 20), 1),
    ]
    timed = sorted(
        frame
        for source, target, ssrc in pairs
        for frame in frames(voice(10, ssrc=ssrc), source, target)
    )
    streams = read(write_pcap(tmp_path / "a.pcap", timed)).streams
    found = [((*s.source,), (*s.destination,), s.ssrc) for s in streams]
    assert sorted(found) == sorted(pairs)
    assert {(s.packets, s.lost) for s in streams} == {(10, 0)}
