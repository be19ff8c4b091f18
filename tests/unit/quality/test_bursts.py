"""Bursts and gaps against the RFC's own example and against a second, naive reading of 4.7.2."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.compiled import compiled

from voipprobe.quality import bursts
from voipprobe.quality.bursts import GMIN, burst_ratio, burst_ratio_of, from_pattern, summarise

RFC_3611_AS_PRINTED = "11110111111111111111111X111X1011110111111111111111111X111111111"
RFC_3611_AS_DESCRIBED = RFC_3611_AS_PRINTED + "1"
"""The text speaks of 64 packets and gaps of 230 and 290 ms; one packet is missing in print."""

patterns = st.lists(st.tuples(st.booleans(), st.integers(1, 2 * GMIN)), max_size=20).map(
    lambda runs: np.array([fate for fate, n in runs for _ in range(n)], dtype=np.bool_)
)


def missing(pattern: str) -> npt.NDArray[np.bool_]:
    """True where a pattern in the RFC's notation has no 1."""
    return np.array([packet != "1" for packet in pattern], dtype=np.bool_)


def groups_by_definition(pattern: npt.NDArray[np.bool_], gmin: int) -> list[list[int]]:
    """Positions of missing packets, split where at least gmin received ones lie between."""
    groups: list[list[int]] = []
    for position in np.flatnonzero(pattern).tolist():
        if groups and position - groups[-1][-1] - 1 < gmin:
            groups[-1].append(position)
        else:
            groups.append([position])
    return groups


def test_the_example_of_rfc_3611() -> None:
    """One burst of 12 packets with 4 missing; gaps of 23 and 29 packets with 2 missing."""
    found = summarise(from_pattern(missing(RFC_3611_AS_DESCRIBED)), packet_ms=10.0)
    assert found.bursts == 1
    assert found.burst_ms_mean == 120.0
    assert found.gap_ms_mean == (230.0 + 290.0) / 2
    assert found.burst_density_ratio == 4 / 12
    assert found.gap_density_ratio == 2 / 52
    # RTCP XR carries densities in 1/256, rounded down: 85 and 9, where the RFC prints 84, 10.
    assert int(256 * found.burst_density_ratio) == 85
    assert int(256 * found.gap_density_ratio) == 9


def test_the_printed_pattern_is_one_packet_short() -> None:
    found = summarise(from_pattern(missing(RFC_3611_AS_PRINTED)), packet_ms=10.0)
    assert found.burst_ms_mean == 120.0
    assert found.gap_ms_mean == (230.0 + 280.0) / 2


@pytest.mark.parametrize(("between", "expected"), [(GMIN - 1, 1), (GMIN, 0)])
def test_a_group_ends_after_exactly_gmin_received_packets(between: int, expected: int) -> None:
    found = summarise(from_pattern(missing("0" + between * "1" + "0")), packet_ms=20.0)
    assert found.bursts == expected


def test_the_session_counts_as_preceded_and_followed_by_received_packets() -> None:
    """Two losses at the very start and at the very end are bursts with one gap between."""
    found = summarise(from_pattern(missing("00" + 20 * "1" + "00")), packet_ms=20.0)
    assert (found.bursts, found.burst_density_ratio) == (2, 1.0)
    assert (found.gap_ms_mean, found.gap_density_ratio) == (400.0, 0.0)


def test_a_lone_loss_is_a_gap_loss() -> None:
    found = summarise(from_pattern(missing("0" + 99 * "1")), packet_ms=20.0)
    assert (found.bursts, found.burst_density_ratio, found.burst_ms_mean) == (0, None, None)
    assert (found.gap_density_ratio, found.gap_ms_mean) == (0.01, 2000.0)


def test_nothing_is_known_of_an_empty_stream() -> None:
    found = summarise(bursts.new_state(), packet_ms=20.0)
    assert found.bursts == 0
    assert found.burst_density_ratio is None
    assert found.gap_density_ratio is None
    assert found.gap_ms_mean is None


def test_durations_need_the_packet_time() -> None:
    found = summarise(from_pattern(missing("00111")), packet_ms=None)
    assert (found.burst_ms_mean, found.gap_ms_mean) == (None, None)
    assert found.gap_density_ratio == 0.0


@given(pattern=patterns, gmin=st.integers(1, 20))
def test_agrees_with_the_definition(pattern: npt.NDArray[np.bool_], gmin: int) -> None:
    """Bursts are the groups of two or more; everything else of the stream is gap."""
    groups = [g for g in groups_by_definition(pattern, gmin) if len(g) >= 2]
    packets = sum(g[-1] - g[0] + 1 for g in groups)
    lost = sum(len(g) for g in groups)
    found = summarise(from_pattern(pattern, gmin), packet_ms=1.0, gmin=gmin)
    assert found.bursts == len(groups)
    assert found.burst_ms_mean == (packets / len(groups) if groups else None)
    assert found.burst_density_ratio == (lost / packets if packets else None)
    outside = len(pattern) - packets
    assert found.gap_density_ratio == ((int(pattern.sum()) - lost) / outside if outside else None)
    in_gap = np.ones(len(pattern) + 2, dtype=np.int64)
    in_gap[[0, -1]] = 0
    for group in groups:
        in_gap[group[0] + 1 : group[-1] + 2] = 0
    gaps = int((np.diff(in_gap) == 1).sum())
    assert found.gap_ms_mean == (outside / gaps if gaps else None)


@given(pattern=patterns)
def test_packet_by_packet_is_the_same_as_in_runs(pattern: npt.NDArray[np.bool_]) -> None:
    state = bursts.new_state()
    for packet in pattern.tolist():
        bursts.advance(state, 1, packet, GMIN)
    assert state.tolist() == from_pattern(pattern).tolist()


def test_reading_in_the_middle_leaves_the_stream_as_it_is() -> None:
    state = from_pattern(missing("0110"))
    before = state.copy()
    summarise(state, packet_ms=20.0)
    assert (state == before).all()


def test_an_empty_run_changes_nothing() -> None:
    state = from_pattern(missing("0110"))
    before = state.copy()
    bursts.advance(state, 0, True, GMIN)
    assert (state == before).all()


def test_compiled_advance_says_the_same() -> None:
    """The RTP kernel compiles `advance` as it stands, on one row of its array."""
    pattern = missing(RFC_3611_AS_DESCRIBED * 3)
    rows = np.zeros((2, bursts.STATE_SIZE), dtype=np.int64)
    advance = compiled(bursts.advance)
    for packet in pattern:
        advance(rows[1], 1, packet, GMIN)
    assert rows[1].tolist() == from_pattern(pattern).tolist()
    assert not rows[0].any()


def test_burst_ratio_of_random_loss_is_one() -> None:
    """10,000 packets with 5 % random loss: BurstR is 1 within the noise of 500 losses."""
    pattern = np.random.default_rng(2).random(10_000) < 0.05
    assert burst_ratio_of(from_pattern(pattern)) == pytest.approx(1.0, abs=0.05)


def test_burst_ratio_of_pairs() -> None:
    """Losses always in pairs, 10 % of all: 2 / (1 / 0.9) = 1.8."""
    assert burst_ratio_of(from_pattern(missing(20 * ("00" + 18 * "1")))) == pytest.approx(1.8)


@pytest.mark.parametrize(
    ("lost", "runs", "packets", "ratio"),
    [
        (0, 0, 100, 1.0),
        (0, 0, 0, 1.0),
        (10, 10, 100, 1.0),
        (10, 1, 100, 2.0),
        (100, 1, 100, 1.0),
    ],
)
def test_burst_ratio_stays_within_1_and_2(lost: int, runs: int, packets: int, ratio: float) -> None:
    assert burst_ratio(lost, runs, packets) == ratio
