"""What few calls can say: the figures of the benchmarking reference."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voipprobe.quality.intervals import clean_calls_needed, wilson


def test_no_failure_in_1000_calls_still_allows_0_38_percent() -> None:
    found = wilson(0, 1000)
    assert found is not None
    assert found.low == 0.0
    assert found.high == pytest.approx(0.0038, abs=5e-5)


def test_a_textbook_interval() -> None:
    """10 of 100 at 95 %: 5.52 % to 17.44 %."""
    found = wilson(10, 100)
    assert found == pytest.approx((0.0552, 0.1744), abs=5e-5)


def test_nothing_is_known_of_no_trial() -> None:
    assert wilson(0, 0) is None


def test_2995_clean_calls_claim_less_than_0_1_percent() -> None:
    assert clean_calls_needed(0.001) == 2995
    assert (1 - 0.001) ** 2995 <= 0.05 < (1 - 0.001) ** 2994


@given(trials=st.integers(1, 10**6), share=st.floats(0, 1), confidence=st.floats(0.01, 0.999))
def test_the_interval_holds_the_ratio(trials: int, share: float, confidence: float) -> None:
    hits = round(share * trials)
    found = wilson(hits, trials, confidence)
    assert found is not None
    slack = 1e-12
    assert 0.0 <= found.low <= hits / trials + slack
    assert hits / trials - slack <= found.high <= 1.0


@given(hits=st.integers(0, 50), more=st.integers(1, 50))
def test_success_and_failure_mirror_each_other(hits: int, more: int) -> None:
    here, there = wilson(hits, hits + more), wilson(more, hits + more)
    assert here is not None
    assert there is not None
    assert here.low == pytest.approx(1.0 - there.high, abs=1e-12)


@pytest.mark.parametrize(("hits", "trials"), [(-1, 10), (11, 10), (1, 0)])
def test_impossible_counts_are_refused(hits: int, trials: int) -> None:
    with pytest.raises(ValueError, match="hits"):
        wilson(hits, trials)


@pytest.mark.parametrize("value", [0.0, 1.0, -1.0, 2.0])
def test_impossible_ratios_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match="failure_ratio"):
        clean_calls_needed(value)
    with pytest.raises(ValueError, match="confidence"):
        wilson(1, 2, value)
