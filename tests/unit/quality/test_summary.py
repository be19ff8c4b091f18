"""Summaries: what percentiles mean, and what is said of nothing."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voipprobe.model.summary import DelaySummary, JitterSummary, MosSummary
from voipprobe.quality.summary import delay_summary, jitter_summary, mos_summary


def test_delay_figures_of_1_to_100() -> None:
    """Definition 7: p95 of 1..100 lies at rank 0.95 x 99 and is 95.05."""
    found = delay_summary(range(1, 101))
    assert (found.n, found.mean, found.p50, found.max) == (100, 50.5, 50.5, 100.0)
    assert found.p95 == pytest.approx(95.05)
    assert found.p99 == pytest.approx(99.01)


def test_the_low_percentile_of_mos_points_at_the_bad_streams() -> None:
    found = mos_summary([4.4] * 18 + [2.0, 3.0])
    assert (found.n, found.min) == (20, 2.0)
    assert found.p5 == pytest.approx(2.95)


def test_jitter_figures() -> None:
    found = jitter_summary([0.0, 1.0, 2.0])
    assert (found.mean, found.max) == (1.0, 2.0)
    assert found.p95 == pytest.approx(1.9)


def test_no_sample_leaves_every_figure_unknown() -> None:
    assert delay_summary([]) == DelaySummary(n=0)
    assert jitter_summary(np.array([])) == JitterSummary()
    assert mos_summary([None, None]) == MosSummary(n=0)


def test_unknown_samples_do_not_count() -> None:
    assert delay_summary([10.0, None, 20.0]) == delay_summary(np.array([10.0, 20.0]))


def test_figures_are_plain_numbers() -> None:
    """They go into JSON, which knows no NumPy scalars; integer samples become floats."""
    found = delay_summary(np.array([1, 2, 3]))
    assert type(found.n) is int
    for figure in (found.mean, found.p50, found.p95, found.p99, found.max):
        assert type(figure) is float


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50))
def test_figures_are_in_order(samples: list[float]) -> None:
    found = delay_summary(samples)
    figures = [found.p50, found.p95, found.p99, found.max]
    known = [figure for figure in figures if figure is not None]
    assert len(known) == 4
    assert all(low <= high * (1 + 1e-12) for low, high in pairwise(known))
    assert found.mean is not None
    assert min(samples) <= found.mean <= max(samples)
