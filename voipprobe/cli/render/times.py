"""How moments and intervals are written for people."""

from datetime import UTC, datetime


def clock(at: float | None) -> str:
    """A moment (epoch seconds) as date and time in UTC."""
    if at is None:
        return "–"  # noqa: RUF001 - the dash of `numbers.UNKNOWN`
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def ago(at: float | None, now: float) -> str:
    """How long ago a moment was: "12 s ago", "3 min ago", "in 20 s"."""
    if at is None:
        return "never"
    passed_s = now - at
    return f"{span(passed_s)} ago" if passed_s >= 0 else f"in {span(-passed_s)}"


def span(length_s: float) -> str:
    """A length of time with one unit: "12 s", "3 min", "5 h", "2 d"."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if length_s >= 2 * size or length_s == size:
            return f"{length_s / size:.0f} {unit}"
    return f"{length_s:.0f} s"
