"""Agreement with real tshark, and each case where we differ on purpose.

`tshark -q -z rtp,streams` is the judge on clean, lossy and reordered captures: packets, lost,
mean and maximum jitter. Where it is wrong the difference is a test that says why.
"""

import random
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pytest
from support.pcaps import (
    FAR,
    START_NS,
    TICK_NS,
    Rtp,
    TimedFrame,
    by_arrival,
    ethernet,
    fragments,
    frames,
    udp,
    voice,
    write_pcap,
)
from support.readings import read

from voipprobe.capture.rtp.figures import RtpStream

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed"),
]

_ROW = re.compile(
    r"0x(?P<ssrc>[0-9A-F]{8}).*?\s(?P<packets>\d+)\s+(?P<lost>-?\d+) \(-?[\d.]+%\)\s+"
    r"[\d.-]+\s+[\d.-]+\s+(?P<max_delta>[\d.-]+)\s+[\d.-]+\s+(?P<mean>[\d.-]+)\s+(?P<max>[\d.-]+)"
)


class Judged(NamedTuple):
    """One row of tshark's table, milliseconds."""

    packets: int
    lost: int
    max_delta: float
    mean_jitter: float
    max_jitter: float


def _tshark(path: Path) -> dict[int, Judged]:
    done = subprocess.run(
        ["tshark", "-r", path, "-q", "-z", "rtp,streams", "-d", f"udp.port=={FAR[1]},rtp"],
        check=True,
        capture_output=True,
        text=True,
    )
    rows = [match for line in done.stdout.splitlines() if (match := _ROW.search(line))]
    return {
        int(row["ssrc"], 16): Judged(
            int(row["packets"]),
            int(row["lost"]),
            float(row["max_delta"]),
            float(row["mean"]),
            float(row["max"]),
        )
        for row in rows
    }


def _both(tmp_path: Path, packets: Iterable[Rtp]) -> tuple[RtpStream, Judged]:
    path = write_pcap(tmp_path / "a.pcap", frames(packets))
    (stream,) = read(path).streams
    (judged,) = _tshark(path).values()
    return stream, judged


def _assert_same(stream: RtpStream, judged: Judged) -> None:
    assert (stream.packets, stream.lost) == (judged.packets, judged.lost)
    # tshark prints three decimals: half a unit of the last one is its own rounding.
    assert stream.jitter_ms.mean == pytest.approx(judged.mean_jitter, abs=0.001)
    assert stream.jitter_ms.max == pytest.approx(judged.max_jitter, abs=0.001)


def test_clean_lossy_and_reordered_streams_agree(tmp_path: Path) -> None:
    """Forty streams of one capture, with wraps of sequence and timestamp among them."""
    rng = random.Random(11)  # noqa: S311 - truth must be repeatable
    packets: list[Rtp] = []
    for ssrc in range(40):
        stream = voice(
            400,
            ssrc=ssrc,
            sequence=rng.randrange(1 << 16),
            timestamp=rng.randrange(1 << 32),
            jitter_ms=rng.choice([0, 1, 8, 30]),
            seed=ssrc,
        )
        loss = rng.choice([0, 0, 0.02, 0.1])
        # tshark counts from the packet that came first to the one that came last: let these
        # be the lowest and the highest number.
        first = stream[0]._replace(time_ns=START_NS)
        last = stream[-1]._replace(time_ns=stream[-1].time_ns + 2 * TICK_NS)
        packets += [first, *(p for p in stream[1:-1] if rng.random() >= loss), last]
    path = write_pcap(tmp_path / "a.pcap", frames(by_arrival(packets)))
    judged = _tshark(path)
    streams = read(path).streams
    assert len(streams) == len(judged) == 40
    assert sum(found.reordered > 0 for found in streams) > 5
    assert sum(found.lost > 0 for found in streams) > 5
    for found in streams:
        _assert_same(found, judged[found.ssrc])


def test_a_stream_whose_long_packets_come_in_fragments_agrees(tmp_path: Path) -> None:
    """A packet is there with its last fragment, and lost with any of them."""
    rng = random.Random(12)  # noqa: S311 - truth must be repeatable
    timed: list[TimedFrame] = []
    for one in by_arrival(voice(400, jitter_ms=30)):
        long = one._replace(payload=b"\x2a" * 3000) if one.sequence % 3 == 1 else one
        packet = udp(long.octets())
        pieces = fragments(packet, [1400, 1400], one.sequence) if long is not one else [packet]
        cut = [(one.time_ns + 400_000 * i, ethernet(piece)) for i, piece in enumerate(pieces)]
        is_end = one.sequence in (1000, 1399)
        timed += [frame for frame in cut if is_end or rng.random() >= 0.03]
    path = write_pcap(tmp_path / "a.pcap", sorted(timed, key=lambda frame: frame[0]))
    reading = read(path)
    (stream,) = reading.streams
    assert stream.lost > 10
    assert stream.reordered > 10
    assert 0 < reading.lost_fragments < 30
    _assert_same(stream, *_tshark(path).values())


def test_a_duplicate_is_no_negative_loss(tmp_path: Path) -> None:
    """tshark subtracts all packets from those expected: -1 for one duplicate."""
    packets = voice(100, jitter_ms=3)
    again = packets[50]._replace(time_ns=packets[50].time_ns + 1000)
    stream, judged = _both(tmp_path, [*packets[:51], again, *packets[51:]])
    assert (judged.lost, stream.lost, stream.duplicates) == (-1, 0, 1)
    assert stream.jitter_ms.max == pytest.approx(judged.max_jitter, abs=0.001)


def test_a_duplicate_does_not_hide_a_loss(tmp_path: Path) -> None:
    """One lost and one doubled make 0 there; here each is counted."""
    packets = voice(100)
    again = packets[50]._replace(time_ns=packets[50].time_ns + 1000)
    stream, judged = _both(tmp_path, [*packets[:30], *packets[31:51], again, *packets[51:]])
    assert (judged.lost, stream.lost, stream.duplicates) == (0, 1, 1)


def test_the_last_two_packets_swapped_are_no_negative_loss(tmp_path: Path) -> None:
    """tshark ends at the number that came last, not at the highest."""
    packets = voice(100)
    swapped = [
        packets[99]._replace(time_ns=packets[98].time_ns),
        packets[98]._replace(time_ns=packets[99].time_ns),
    ]
    stream, judged = _both(tmp_path, packets[:98] + swapped)
    assert (judged.lost, stream.lost, stream.reordered) == (-1, 0, 1)


def test_a_restart_is_no_loss_of_thousands(tmp_path: Path) -> None:
    """The sender began anew: RFC 3550 A.1 re-synchronises, tshark reports 99.7 % lost."""
    packets = voice(100)
    after = [p._replace(sequence=p.sequence + 38950) for p in packets[50:]]
    stream, judged = _both(tmp_path, packets[:50] + after)
    assert (judged.lost, stream.lost, stream.restarts) == (38950, 0, 1)


def test_silence_is_a_gap_between_talkspurts_for_both(tmp_path: Path) -> None:
    """tshark leaves marked packets out of its delta; without a marker we see the pause too."""
    packets = voice(100)
    rest = [
        p._replace(time_ns=p.time_ns + 2 * 10**9, timestamp=p.timestamp + 16000)
        for p in packets[50:]
    ]
    marked = [*packets[:50], rest[0]._replace(marker=True), *rest[1:]]
    stream, judged = _both(tmp_path, marked)
    assert (judged.max_delta, stream.delta_max_ms) == (20.0, 20.0)
    stream, judged = _both(tmp_path, packets[:50] + rest)
    assert (judged.max_delta, stream.delta_max_ms) == (2020.0, 20.0)


def test_events_without_sdp_do_not_move_jitter(tmp_path: Path) -> None:
    """Not told by SDP, tshark takes eight event packets for voice: J grows to 10 ms."""
    packets = voice(100)
    event = [
        p._replace(payload_type=101, payload=b"\1\2\3\4", timestamp=packets[50].timestamp)
        for p in packets[50:58]
    ]
    stream, judged = _both(tmp_path, [*packets[:50], *event, *packets[58:]])
    assert stream.jitter_ms.max == 0.0
    assert judged.max_jitter == pytest.approx(10.0, abs=0.1)
