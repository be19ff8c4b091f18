"""Playout buffers: who comes too late."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.compiled import compiled

from voipprobe.quality.playout import adaptive_discards, fixed_discards

transits = st.lists(st.floats(-1e4, 1e4), max_size=60).map(np.array)


def test_a_packet_is_late_beyond_the_smallest_transit_plus_the_buffer() -> None:
    """The first packet was slow, so alignment is on the second; 63 is just in time."""
    late = fixed_discards(np.array([5.0, 3.0, 63.0, 63.001, 70.0]), 60.0)
    assert late.tolist() == [False, False, False, True, True]


def test_lost_packets_are_not_discarded_ones() -> None:
    late = fixed_discards(np.array([np.nan, 3.0, np.nan, 70.0]), 60.0)
    assert late.tolist() == [False, False, False, True]


@pytest.mark.parametrize("transit", [[], [np.nan, np.nan], [7.0]])
def test_windows_without_a_second_packet_discard_nothing(transit: list[float]) -> None:
    assert not fixed_discards(np.array(transit, dtype=np.float64), 0.0).any()


@given(transit=transits, buffer_ms=st.floats(0, 500), more=st.floats(0, 500))
def test_a_deeper_buffer_never_discards_more(
    transit: np.ndarray, buffer_ms: float, more: float
) -> None:
    shallow = fixed_discards(transit, buffer_ms)
    deep = fixed_discards(transit, buffer_ms + more)
    assert not (deep & ~shallow).any()


@given(transit=st.lists(st.integers(-1000, 1000), max_size=60), offset=st.integers(-9999, 9999))
def test_the_offset_between_the_two_clocks_does_not_matter(transit: list[int], offset: int) -> None:
    here = np.array(transit, dtype=np.float64)
    assert (fixed_discards(here, 60.0) == fixed_discards(here + offset, 60.0)).all()


def test_steady_packets_keep_an_adaptive_buffer_at_its_margin() -> None:
    late, buffer_ms = adaptive_discards(np.full(500, 42.0), 20.0, 20.0, 200.0)
    assert not late.any()
    assert buffer_ms == pytest.approx(20.0)


def test_an_adaptive_buffer_grows_one_frame_at_a_time() -> None:
    """A spike of 1600 ms asks for 100 ms more at once; each packet adds a frame of 20 ms."""
    transit = np.array([0.0] * 50 + [1600.0, 41.0, 61.0, 79.0])
    late, _ = adaptive_discards(transit, 20.0, 20.0, 200.0)
    assert np.flatnonzero(late).tolist() == [50, 51, 52]


def test_an_adaptive_buffer_becomes_shallow_again() -> None:
    """Ten spikes open it to the maximum; 300 steady packets later it is at the margin again."""
    transit = np.array([0.0, 150.0] * 40 + [0.0] * 300 + [41.0])
    late, _ = adaptive_discards(transit, 20.0, 20.0, 200.0)
    assert not late[40:380].any()
    assert late[380]


def test_an_adaptive_buffer_never_exceeds_its_maximum_by_a_frame() -> None:
    transit = np.array([0.0, 1000.0] * 300)
    late, buffer_ms = adaptive_discards(transit, 20.0, 20.0, 100.0)
    assert late[1::2].all()
    assert buffer_ms < 120.0


def test_an_adaptive_buffer_follows_a_route_change() -> None:
    """The network becomes 300 ms slower for good: discards end once the old minimum is gone."""
    transit = np.array([10.0] * 400 + [310.0] * 600)
    late, _ = adaptive_discards(transit, 20.0, 20.0, 200.0)
    assert late[400:420].any()
    assert not late[650:].any()


def test_an_adaptive_buffer_without_packets_has_no_depth() -> None:
    late, buffer_ms = adaptive_discards(np.array([]), 20.0, 20.0, 200.0)
    assert late.size == 0
    assert np.isnan(buffer_ms)


def test_compiled_buffers_say_the_same() -> None:
    """The RTP kernel compiles these functions as they stand."""
    transit = np.random.default_rng(1).exponential(20.0, 1000)
    late, buffer_ms = compiled(adaptive_discards)(transit, 20.0, 20.0, 200.0)
    expected = adaptive_discards(transit, 20.0, 20.0, 200.0)
    assert (late == expected[0]).all()
    assert buffer_ms == pytest.approx(expected[1])
    transit[::7] = np.nan
    assert (compiled(fixed_discards)(transit, 60.0) == fixed_discards(transit, 60.0)).all()
