"""Two runs against each other: how much more the second carries, and whether that can be said."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from voipprobe.bench.raw.reader import RawRun
from voipprobe.bench.report.rows import Row, rows

COMPARISON_SCHEMA: Final = "voipprobe.bench-comparison/1"
MUST_AGREE: Final = ("provider", "call", "objective")
"""Sections of a plan without which a capacity means something else."""
SAME_SPEED_RATIO: Final = 0.02
"""How far apart the references of two runs are that count their CPUs alike."""
SHOULD_AGREE: Final = ("search", "generators", "system")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One size in both runs.

    Attributes:
        first, second: the row of each run.
        ratio: calls of the second / calls of the first; None where either found no capacity.
        low, high: between which the ratio lies by the bounds of all searches.
        differs: whether 1 lies outside; None where there is no ratio.
        why_not: why there is no ratio.
    """

    first: Row
    second: Row
    ratio: float | None
    low: float | None
    high: float | None
    differs: bool | None
    why_not: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two runs.

    Attributes:
        schema: of this document. first, second: names of their files.
        obstacles: why they cannot be compared at all; then there are no pairs.
        warnings: what else is different, and may be why the figures are.
        pairs: one for each size that both have.
    """

    schema: str = COMPARISON_SCHEMA
    first: str
    second: str
    obstacles: tuple[str, ...]
    warnings: tuple[str, ...]
    pairs: tuple[Pair, ...]


def compare(first: RawRun, second: RawRun) -> Comparison:
    """The second run against the first."""
    obstacles = list(_different(first, second, MUST_AGREE))
    couples = _couples(rows(first), rows(second))
    if not couples:
        obstacles.append("they have no size in common")
    return Comparison(
        first=first.name,
        second=second.name,
        obstacles=tuple(obstacles),
        warnings=(
            *_different(first, second, SHOULD_AGREE),
            *_hosts(first, second),
            *_quotas(first, second),
            *_lonely(couples),
        ),
        pairs=() if obstacles else tuple(_pair(one, other) for one, other in couples),
    )


def _couples(first: Sequence[Row], second: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Rows of the same size; of two runs with one size each, those two."""
    others = {row.size: row for row in second}
    same = [(row, others[row.size]) for row in first if row.size in others]
    if not same and len(first) == len(second) == 1:
        return [(first[0], second[0])]
    return same


def _pair(first: Row, second: Row) -> Pair:
    bounds = (first.calls_low, first.calls_high, second.calls_low, second.calls_high)
    if first.calls is None or second.calls is None or None in bounds:
        return Pair(
            first=first, second=second, ratio=None, low=None, high=None, differs=None,
            why_not="; ".join(_no_capacity(first, second)),
        )  # fmt: skip
    first_low, first_high, second_low, second_high = (float(one or 0) for one in bounds)
    low, high = second_low / first_high, second_high / first_low
    return Pair(
        first=first, second=second, ratio=second.calls / first.calls, low=low, high=high,
        differs=not low <= 1.0 <= high, why_not=None,
    )  # fmt: skip


def _lonely(couples: Sequence[tuple[Row, Row]]) -> Iterator[str]:
    """Usual methods once declared two identical EC2 systems 38 % apart."""
    for couple in couples:
        if any(row.n == 1 for row in couple):
            yield f"{couple[0].size}: one search says nothing of the spread between searches"


def _no_capacity(first: Row, second: Row) -> Iterator[str]:
    for which, row in (("first", first), ("second", second)):
        if row.calls is None:
            ends = ", ".join(f"{times} x {end}" for end, times in row.ends.items())
            yield f"the {which} found no capacity ({ends or 'not begun'})"


def _different(first: RawRun, second: RawRun, sections: Sequence[str]) -> Iterator[str]:
    """Every key of some sections that has two values."""
    for section in sections:
        one, other = first.run.plan.get(section), second.run.plan.get(section)
        if not isinstance(one, dict) or not isinstance(other, dict):
            if one != other:
                yield f"{section} is {one} in the first and {other} in the second"
            continue
        for key in sorted({*one, *other}):
            if one.get(key) != other.get(key):
                there = f"{one.get(key)} in the first and {other.get(key)} in the second"
                yield f"{section}.{key} is {there}"


def _hosts(first: RawRun, second: RawRun) -> Iterator[str]:
    """Where the two ran on different ground."""
    versions = (first.run.environment.voipprobe, second.run.environment.voipprobe)
    if versions[0] != versions[1]:
        yield f"voipprobe is {versions[0]} in the first and {versions[1]} in the second"
    for what in ("kernel", "cpu_model"):
        one, other = _facts(first, what), _facts(second, what)
        if one and other and one != other:
            there = f"{', '.join(one)} in the first and {', '.join(other)} in the second"
            yield f"{what.replace('_', ' ')} is {there}"


def _quotas(first: RawRun, second: RawRun) -> Iterator[str]:
    """Where a CPU of the one is not worth a CPU of the other."""
    one, other = first.datagram_us, second.datagram_us
    if one is None or other is None or abs(other / one - 1.0) <= SAME_SPEED_RATIO:
        return
    change = 100.0 * (one / other - 1.0)
    yield (
        f"a CPU is one on which a datagram costs {one:.2f} us in the first and {other:.2f} us in "
        f"the second: its sizes are worth {abs(change):.0f} % {'more' if change > 0 else 'less'}"
    )


def _facts(raw: RawRun, what: str) -> list[str]:
    """Of all hosts of a run, each value once."""
    return sorted({
        value for machine in raw.machines for host in machine.hosts.values()
        if (value := getattr(host, what)) is not None
    })  # fmt: skip
