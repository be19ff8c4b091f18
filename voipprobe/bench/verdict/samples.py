"""What the number of calls behind a ratio allows one to say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from voipprobe.bench.verdict.facts import Count
from voipprobe.quality.intervals import clean_calls_needed, wilson
from voipprobe.quality.thresholds import Threshold, check


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """A ratio of calls with its 95 % Wilson interval.

    Attributes:
        metric: its name. hits: calls that went as wanted. of: calls that ended.
        low, high: ends of the interval (0..1); None where no call ended.
    """

    metric: str
    hits: int
    of: int
    low: float | None
    high: float | None


def ratios(counts: Mapping[str, Count]) -> tuple[Ratio, ...]:
    """Every ratio with its interval."""
    found = []
    for metric, count in counts.items():
        interval = wilson(count.hits, count.of)
        low, high = interval if interval else (None, None)
        found.append(Ratio(metric=metric, hits=count.hits, of=count.of, low=low, high=high))
    return tuple(found)


def sample_notes(
    objective: Sequence[Threshold],
    figures: Mapping[str, float | None],
    counts: Mapping[str, Count],
) -> tuple[str, ...]:
    """Where a threshold is met by so few calls that it is not proved."""
    return tuple(
        note
        for threshold in objective
        if threshold.metric in counts and check(threshold, figures).met
        for note in _notes(threshold, counts[threshold.metric])
    )


def _notes(threshold: Threshold, count: Count) -> Iterator[str]:
    interval = wilson(count.hits, count.of)
    if interval is None or threshold.operator not in {">=", ">"}:
        return
    failures, allowed = count.of - count.hits, 1.0 - threshold.limit
    if 1.0 - interval.low <= allowed:
        return
    note = (
        f"{threshold.expression}: {failures} of {count.of} calls failed, "
        f"which still allows {100 * (1.0 - interval.low):.2g} %"
    )
    if failures == 0 and 0.0 < allowed < 1.0:
        needed = clean_calls_needed(allowed)
        note += f"; to claim less than {100 * allowed:.2g} % takes {needed} clean calls"
    yield note
