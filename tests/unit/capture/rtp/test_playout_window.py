"""What a fixed playout buffer would have thrown away, and in which pattern it is missing."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from support.pcaps import Rtp, by_arrival, voice
from support.readings import read_rtp

from voipprobe.quality import bursts


def _delayed(packets: list[Rtp], late_ms: dict[int, float]) -> list[Rtp]:
    """Packets by index later than they should be, in order of arrival."""
    return by_arrival(
        [
            p._replace(time_ns=p.time_ns + round(late_ms.get(i, 0.0) * 1e6))
            for i, p in enumerate(packets)
        ]
    )


def test_packets_later_than_the_buffer_are_discarded_and_not_lost(tmp_path: Path) -> None:
    """Both sides of the limit: 59 ms above the smallest transit plays, 61 ms does not."""
    late = {100: 59.0, 200: 61.0, 300: 80.0}
    stream = read_rtp(tmp_path, _delayed(voice(1000), late), buffer_ms=60.0)
    assert (stream.discarded, stream.lost) == (2, 0)
    assert read_rtp(tmp_path, _delayed(voice(1000), late), buffer_ms=100.0).discarded == 0


def test_drift_over_an_hour_is_not_turned_into_discards(tmp_path: Path) -> None:
    """200 ppm shift the alignment by 72 ms in 6 minutes; each window is aligned anew."""
    stream = read_rtp(tmp_path, voice(18000, drift_ppm=-200))
    assert stream.discarded == 0


def test_each_talkspurt_is_aligned_on_its_own_fastest_packet(tmp_path: Path) -> None:
    """A path that got 100 ms longer during silence delays nothing within the talkspurt."""
    packets = voice(60)
    longer = [p._replace(time_ns=p.time_ns + 100_000_000) for p in packets[30:]]
    with_marker = [*packets[:30], longer[0]._replace(marker=True), *longer[1:]]
    assert read_rtp(tmp_path, with_marker).discarded == 0
    assert read_rtp(tmp_path, packets[:30] + longer).discarded == 30


def _two_talkspurts() -> list[Rtp]:
    """A second of silence after 20 of 60 packets; comfort noise says so."""
    packets = [
        p if i < 20 else p._replace(time_ns=p.time_ns + 10**9, timestamp=p.timestamp + 8000)
        for i, p in enumerate(voice(60))
    ]
    packets[19] = packets[19]._replace(payload_type=13, payload=b"\x40")
    packets[20] = packets[20]._replace(marker=True)
    return packets


@pytest.mark.parametrize("late", [18, 20])
def test_a_packet_overtaken_at_the_edge_of_a_talkspurt_still_belongs_to_it(
    tmp_path: Path, late: int
) -> None:
    """Its last word behind the comfort noise, its first one behind the second: 70 ms too late."""
    packets = _delayed(_two_talkspurts(), {late: 70.0})
    stream = read_rtp(tmp_path, packets, buffer_ms=60.0)
    assert (stream.discarded, stream.reordered) == (1, 1)


def _missing(packets: list[Rtp], buffer_ms: float, count: int) -> npt.NDArray[np.bool_]:
    """The truth for one talkspurt shorter than a window: lost or later than the buffer."""
    transit = {p.sequence - 1000: p.time_ns / 1e6 - 20.0 * (p.sequence - 1000) for p in packets}
    limit = min(transit.values()) + buffer_ms
    return np.array([transit.get(i, np.inf) > limit for i in range(count)])


@pytest.mark.parametrize("seed", range(5))
def test_bursts_see_losses_and_discards_in_order_of_sequence(tmp_path: Path, seed: int) -> None:
    """The state after a whole stream equals the definition applied to the whole pattern."""
    rng = np.random.default_rng(seed)
    sent = voice(380, jitter_ms=70, seed=seed)
    kept = [p for i, p in enumerate(sent) if i in (0, 379) or rng.random() > 0.1]
    truth = _missing(kept, 60.0, 380)
    stream = read_rtp(tmp_path, by_arrival(kept))
    assert stream.lost + (stream.discarded or 0) == truth.sum()
    expected = bursts.summarise(bursts.from_pattern(truth), 20.0)
    assert bursts.summarise(stream.burst_state, 20.0) == expected


def test_bursts_of_a_long_stream_cross_windows_unharmed(tmp_path: Path) -> None:
    """Losses only, so that alignment plays no part: one pattern over many windows."""
    rng = np.random.default_rng(7)
    missing = rng.random(5000) < 0.2
    missing[[0, -1]] = False
    kept = [p for p, gone in zip(voice(5000), missing, strict=True) if not gone]
    stream = read_rtp(tmp_path, kept)
    expected = bursts.summarise(bursts.from_pattern(missing), 20.0)
    assert bursts.summarise(stream.burst_state, 20.0) == expected
    assert stream.lost == missing.sum()


def test_a_packet_ninety_places_late_still_finds_its_place(tmp_path: Path) -> None:
    """Around every end of a window: it is a discard, not a loss, and not a duplicate."""
    packets = voice(1200)
    for at in range(300, 700, 37):
        moved = [*packets[:at], *packets[at + 1 : at + 91]]
        late = packets[at]._replace(time_ns=packets[at + 90].time_ns + 1)
        stream = read_rtp(tmp_path, [*moved, late, *packets[at + 91 :]])
        assert (stream.lost, stream.discarded, stream.reordered) == (0, 1, 1)
        assert stream.burst_state[bursts.MISSING] == 1
