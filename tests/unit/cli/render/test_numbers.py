"""Numbers as people read them."""

from collections.abc import Callable

import pytest

from voipprobe.cli.render import numbers


@pytest.mark.parametrize(
    "write",
    [
        numbers.count,
        numbers.milliseconds,
        numbers.percent,
        numbers.mos,
        numbers.seconds,
        numbers.bits_per_second,
        numbers.figure,
    ],
)
def test_unknown_is_a_dash_and_zero_is_zero(write: Callable[[float | None], str]) -> None:
    """The two must never look alike."""
    assert write(None) == "–"  # noqa: RUF001 - the dash itself
    assert write(0).startswith("0")


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (0, "0 %"),
        (1, "100 %"),
        (1.0, "100 %"),
        (0.02, "2.00 %"),
        (0.000_004, "<0.01 %"),
        (0.999_96, ">99.99 %"),
        (0.9999, "99.99 %"),
        (0.000_1, "0.01 %"),
        (19 / 20, "95.00 %"),
    ],
)
def test_a_ratio_is_never_rounded_to_all_or_nothing(ratio: float, text: str) -> None:
    """One lost packet in a million is not 0 %, and one failed call not 100 %."""
    assert numbers.percent(ratio) == text


@pytest.mark.parametrize(
    ("value_ms", "text"),
    [
        (0.004, "<0.01 ms"),
        (0.01, "0.01 ms"),
        (2.404, "2.40 ms"),
        (9.996, "10.0 ms"),
        (41.04, "41.0 ms"),
        (99.96, "100 ms"),
        (32_000.4, "32,000 ms"),
        (-0.3, "-0.30 ms"),
    ],
)
def test_milliseconds(value_ms: float, text: str) -> None:
    """About three digits, also where rounding makes a digit more."""
    assert numbers.milliseconds(value_ms) == text


@pytest.mark.parametrize(
    ("value_bps", "text"),
    [
        (999, "999 bit/s"),
        (86_000, "86.0 kbit/s"),
        (1_376_000, "1.38 Mbit/s"),
        (999_600, "1,000 kbit/s"),
        (9_412_000_000, "9.41 Gbit/s"),
        (1.5e12, "1,500 Gbit/s"),
    ],
)
def test_bit_rates(value_bps: float, text: str) -> None:
    """Decimal prefixes, as iperf3 uses them."""
    assert numbers.bits_per_second(value_bps) == text


def test_a_value_beside_its_threshold_keeps_its_digits() -> None:
    """0.98999 against ser>=0.99 must not be printed as 0.99 and called broken."""
    assert numbers.figure(0.98999) == "0.98999"
    assert numbers.figure(4.0) == "4"


def test_counts_have_separators() -> None:
    """A million packets can be read at a glance."""
    assert numbers.count(1_234_567) == "1,234,567"
