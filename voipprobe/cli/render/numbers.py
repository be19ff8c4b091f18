"""How numbers are written for people: units, digits, and a dash for the unknown.

Knows no result and no colour. A number that is not quite 0 or not quite 100 % is never
rounded to it, because that is the difference that people look for.
"""

UNKNOWN = "–"  # noqa: RUF001 - a dash, so that no one takes it for a minus sign

SMALLEST_MS = 0.01
SMALLEST_PERCENT = 0.01


def count(number: int | None) -> str:
    """A count with thousands separators."""
    return UNKNOWN if number is None else f"{number:,}"


def milliseconds(value_ms: float | None) -> str:
    """A duration in ms with three digits or so: "0.31 ms", "41.0 ms", "1,204 ms"."""
    if value_ms is None:
        return UNKNOWN
    if 0 < value_ms < SMALLEST_MS:
        return f"<{SMALLEST_MS} ms"
    return f"{value_ms:,.{_decimals(value_ms)}f} ms"


def percent(ratio: float | None) -> str:
    """A ratio of 0..1 as percent: "0 %", "2.00 %", "99.97 %", "100 %"."""
    if ratio is None:
        return UNKNOWN
    value = ratio * 100
    if value in (0, 100):
        return f"{value:.0f} %"
    if 0 < value < SMALLEST_PERCENT:
        return f"<{SMALLEST_PERCENT} %"
    if 100 - SMALLEST_PERCENT < value < 100:
        return f">{100 - SMALLEST_PERCENT} %"
    return f"{value:.2f} %"


def mos(value: float | None) -> str:
    """A MOS with the two decimals that it can carry."""
    return UNKNOWN if value is None else f"{value:.2f}"


def seconds(value_s: float | None) -> str:
    """A duration in s."""
    return UNKNOWN if value_s is None else f"{value_s:,.1f} s"


def bits_per_second(value_bps: float | None) -> str:
    """A bit rate with a decimal prefix: "86.0 kbit/s", "9.41 Gbit/s"."""
    if value_bps is None:
        return UNKNOWN
    for size, prefix in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value_bps >= size:
            scaled = value_bps / size
            return f"{scaled:,.{_decimals(scaled)}f} {prefix}bit/s"
    return f"{value_bps:.0f} bit/s"


def figure(value: float | None) -> str:
    """The value that was held against a threshold, in the threshold's own unit.

    Six digits, so that a value close to its threshold does not seem to be on it.
    """
    return UNKNOWN if value is None else f"{value:.6g}"


def _decimals(value: float) -> int:
    if abs(value) < 9.995:  # what is not rounded up to 10.00
        return 2
    return 1 if abs(value) < 99.95 else 0
