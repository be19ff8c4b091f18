"""What the terms of an expression are worth at one time; missing datapoints by AWS's rules.

Source: Amazon CloudWatch User Guide, "Using math expressions with CloudWatch metrics". Knows
the functions whose value at a time needs only that time. Must not know the grammar.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from math import isfinite
from operator import add, eq, ge, gt, le, lt, mul, ne, sub
from typing import Final

Value = float | None
Point = Mapping[str, Value]
"""Every metric's datapoint at one time; None where there is none."""


class Kind(Enum):
    """What a term is: AWS treats a gap in a series otherwise than a scalar."""

    SCALAR = "a number"
    SERIES = "a series"
    ARRAY = "several series"


@dataclass(frozen=True, slots=True)
class Term:
    """A part of an expression, ready to be evaluated.

    Attributes:
        kind: what it is.
        values: at a point; one value, but of an array one for each of its series.
    """

    kind: Kind
    values: Callable[[Point], tuple[Value, ...]]

    def value(self, point: Point) -> Value:
        """Of a scalar or a series."""
        return self.values(point)[0]


def _divide(left: float, right: float) -> Value:
    return left / right if right else None  # AWS: the data point is dropped


OPERATORS: Final[Mapping[str, Callable[[float, float], Value]]] = {
    "+": add, "-": sub, "*": mul, "/": _divide,
    "==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge,
    "AND": lambda left, right: bool(left) and bool(right),
    "OR": lambda left, right: bool(left) or bool(right),
}  # fmt: skip
REDUCERS: Final[Mapping[str, Callable[[list[float]], float]]] = {
    "SUM": sum, "MIN": min, "MAX": max,
}  # fmt: skip
"""Of an array. Of one series they are a number that depends on how far back CloudWatch looks."""


def scalar(value: float) -> Term:
    """A number."""
    return Term(Kind.SCALAR, lambda _: (value,))


def metric(name: str) -> Term:
    """The series of a metric."""
    return Term(Kind.SERIES, lambda point: (point[name],))


def array(items: tuple[Term, ...]) -> Term:
    """Several series as one."""
    return Term(Kind.ARRAY, lambda point: tuple(item.value(point) for item in items))


def joined(operator: str, left: Term, right: Term) -> Term:
    """Two terms under an operator, each of a number or a series.

    Source: between two series a missing value is 0 where the other has one.
    """
    both = left.kind is right.kind is Kind.SERIES

    def value(point: Point) -> tuple[Value]:
        a, b = left.value(point), right.value(point)
        if both and not a is b is None:
            a, b = a or 0.0, b or 0.0
        if a is None or b is None:
            return (None,)
        return (finite(OPERATORS[operator](a, b)),)

    scalars = left.kind is right.kind is Kind.SCALAR
    return Term(Kind.SCALAR if scalars else Kind.SERIES, value)


def chosen(condition: Term, yes: Term, no: Term | None) -> Term:
    """IF(condition, yes, no).

    Source: "Using IF expressions": no condition, no value; true without a value is 0; false
    without a value, or without a third argument, is dropped.
    """
    zero = 0.0 if condition.kind is Kind.SERIES else None

    def value(point: Point) -> tuple[Value]:
        test = condition.value(point)
        if test is None:
            return (None,)
        if test:
            found = yes.value(point)
            return (zero if found is None else found,)
        return (no.value(point) if no else None,)

    return Term(Kind.SERIES, value)


def filled(series: Term, filler: Term) -> Term:
    """FILL(series, number)."""

    def value(point: Point) -> tuple[Value]:
        found = series.value(point)
        return (filler.value(point) if found is None else found,)

    return Term(Kind.SERIES, value)


def reduced(function: str, several: Term) -> Term:
    """SUM, MIN or MAX of an array: one series; missing values do not count."""

    def value(point: Point) -> tuple[Value]:
        there = [value for value in several.values(point) if value is not None]
        return (finite(REDUCERS[function](there)) if there else None,)

    return Term(Kind.SERIES, value)


def finite(value: Value) -> Value:
    """The value as a float, None if it is none that a datapoint can have."""
    return float(value) if value is not None and isfinite(value) else None
