"""Wald's test, with the figures of the benchmarking reference."""

import random

import pytest

from voipprobe.quality.sequential import Decision, SequentialTest


def test_734_clean_calls_accept_a_tenth_of_a_percent_against_half_a_percent() -> None:
    test = SequentialTest()
    assert test.clean_calls == 734
    assert test.decide(0, 733) is Decision.UNDECIDED
    assert test.decide(0, 734) is Decision.ACCEPT


def test_two_early_failures_reject() -> None:
    test = SequentialTest()
    assert test.decide(1, 1) is Decision.UNDECIDED
    assert test.decide(2, 2) is Decision.REJECT


@pytest.mark.parametrize(
    ("ratio", "wrong"), [(0.001, Decision.REJECT), (0.005, Decision.ACCEPT)]
)  # fmt: skip
def test_it_errs_no_more_often_than_it_was_told(ratio: float, wrong: Decision) -> None:
    """400 systems of each kind, 5 % allowed; the bound is three standard deviations above."""
    noise, test = random.Random(7), SequentialTest()  # noqa: S311 - repeatable
    errors = 0
    for _ in range(400):
        failures = calls = 0
        while test.decide(failures, calls) is Decision.UNDECIDED:
            calls += 1
            failures += noise.random() < ratio
        errors += test.decide(failures, calls) is wrong
    assert errors / 400 <= 0.05 + 3 * (0.05 * 0.95 / 400) ** 0.5


@pytest.mark.parametrize("wrong", [{"good_ratio": 0.005}, {"bad_ratio": 1.0}, {"error_ratio": 0.5}])
def test_ratios_in_the_wrong_order_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="ratio"):
        SequentialTest(**wrong)


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="failures"):
        SequentialTest().decide(2, 1)
