"""pass, fail or void, and why."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """`VOID` says nothing about the target: we could not measure."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    VOID = "void"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """A threshold with the value found.

    Attributes:
        expression: as the user wrote it. value: found, in the unit of the
            metric; None if there was none.
        met: whether it holds; None when there was no value.
    """

    expression: str
    value: float | None
    met: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer of a run. `reasons` is never empty for fail and void."""

    status: Status
    reasons: tuple[str, ...] = ()
    expectations: tuple[Expectation, ...] = ()
