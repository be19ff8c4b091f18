"""The answers of a run in words. Pure."""

from collections.abc import Iterator, Sequence
from typing import Final

from voipprobe.bench.report.outcomes import Outcome
from voipprobe.bench.report.rows import Row
from voipprobe.bench.search.answer import Answer, End
from voipprobe.bench.verdict.samples import Ratio

NO_CAPACITY: Final = {
    End.MAXIMUM_CARRIED: "it carried all that the plan allows to offer, so its limit was not seen",
    End.MINIMUM_FAILED: "the smallest load that the plan allows failed already",
    End.GENERATOR_LIMITED: "the generator was the limit, not the system",
    End.HOST_DISTURBED: "the host of the generator was disturbed",
    End.CAPTURE_LIMITED: "the capture could not keep up",
    End.NOT_MEASURED: "what must be measured was not",
    End.UNFINISHED: "the search is not finished",
    End.TRIALS_SPENT: "the plan allows no more trials",
    End.TIME_SPENT: "the plan allows no more time",
}
"""Why there is none; every end but `FOUND`."""


def answer_words(outcome: Outcome) -> str:
    """The answer of one search in a few sentences."""
    found = outcome.answer
    if found is None:
        return "Not begun."
    said = [_capacity(found) if found.end is End.FOUND else _no_capacity(found)]
    said += [_effort(found), *(_confirmed(found, ratio) for ratio in outcome.ratios)]
    if found.end is End.FOUND:
        said.append(_limit(outcome))
    return " ".join(said)


def rows_words(found: Sequence[Row]) -> tuple[str, ...]:
    """What to mind of the rows of a table: of each its limit, then every warning once."""
    said = [f"{row.size}: {text}" for row in found for text in _row_words(row)]
    warnings = dict.fromkeys(text for row in found for text in row.warnings)
    for text in warnings:
        sizes = [row.size for row in found if text in row.warnings]
        said.append(text if len(sizes) == len(found) else f"{', '.join(sizes)}: {text}")
    return tuple(said)


def _row_words(row: Row) -> Iterator[str]:
    if row.limit_text:
        yield row.limit_text
    if row.calls is None:
        ended = {End(end): times for end, times in row.ends.items() if end != End.UNFINISHED}
        least = "" if row.at_least is None else f"; it carries at least {calls_words(row.at_least)}"
        for end, times in ended.items():
            some = f" ({times} of {row.searches} searches)" if row.searches > 1 else ""
            yield f"no capacity: {NO_CAPACITY[end]}{some}{least}"


def calls_words(number: int) -> str:
    """As "1 call" or "12 calls"."""
    return f"{number:,} call{'' if number == 1 else 's'}"


def _capacity(found: Answer) -> str:
    lower, upper = found.lower or 0, found.upper or 0
    width = 0.0 if found.width_ratio is None else 100 * found.width_ratio
    return f"Carries {calls_words(lower)} at once, and not {upper:,}: {width:.1f} % apart."


def _no_capacity(found: Answer) -> str:
    known = [
        f"{calls_words(load)} {what}"
        for load, what in (
            (found.lower, "were confirmed"),
            (found.passed if found.passed != found.lower else None, "passed, unconfirmed"),
            (found.upper, "failed"),
            (found.ceiling, "could not be measured"),
        )
        if load is not None
    ]
    proved = f" {'; '.join(known)}." if known else ""
    return f"No capacity: {NO_CAPACITY[found.end]}.{proved}"


def _effort(found: Answer) -> str:
    trials = f"{found.trials} trial{'' if found.trials == 1 else 's'}"
    return f"{trials}, {found.void_trials} of them void." if found.void_trials else f"{trials}."


def _confirmed(found: Answer, ratio: Ratio) -> str:
    interval = ""
    if ratio.low is not None and ratio.high is not None:
        interval = f" (95 % interval {ratio.low:.4f} to {ratio.high:.4f})"
    one = found.confirmations == 1
    confirm = "1 full trial confirms" if one else f"{found.confirmations} full trials confirm"
    against = f", {found.contradictions} against it" if found.contradictions else ""
    return (
        f"{confirm} {found.lower or 0:,}{against}: "
        f"{ratio.metric} {ratio.hits:,} of {ratio.of:,}{interval}."
    )


def _limit(outcome: Outcome) -> str:
    if outcome.limit is None:
        return "Nothing that was watched stood at its limit."
    return f"What limited it: {outcome.limit.limit.value} ({outcome.limit.text})."
