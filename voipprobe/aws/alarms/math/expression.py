"""An expression, checked and ready to be evaluated.

Knows which part of metric math an alarm of ours may use. The rest is refused: functions whose
value depends on how far back CloudWatch looks (AWS itself advises against them in alarms), and
those that we cannot evaluate here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from voipprobe.aws.alarms.math import terms
from voipprobe.aws.alarms.math.syntax import (
    Array,
    Binary,
    Call,
    MathError,
    Name,
    Negative,
    Node,
    Number,
    parse,
)
from voipprobe.aws.alarms.math.terms import Kind, Point, Term, Value

FUNCTIONS: Final = ("IF", "FILL", "METRICS", *terms.REDUCERS)
PLAIN: Final = (Kind.SCALAR, Kind.SERIES)


@dataclass(frozen=True, slots=True)
class Expression:
    """Attributes:
    text: as it was written. term: what it is worth at a point.
    """

    text: str
    term: Term

    def value(self, point: Point) -> Value:
        """The datapoint that CloudWatch would make of these; None where it makes none."""
        return self.term.value(point)


def read_expression(text: str, metrics: Sequence[str]) -> Expression:
    """An expression over the metrics of these Ids.

    Raises:
        MathError: it is none, or none that an alarm of ours may use; the place is pointed at.
    """
    term = _Builder(text, metrics).term(parse(text))
    if term.kind is not Kind.SERIES:
        raise MathError(f"an alarm watches one series; this is {term.kind.value}", text, 0)
    return Expression(text, term)


class _Builder:
    """Makes terms of nodes; a method for each kind that needs more than a line."""

    def __init__(self, text: str, metrics: Sequence[str]) -> None:
        self.text = text
        self.metrics = metrics

    def term(self, node: Node) -> Term:
        match node:
            case Number(value):
                return terms.scalar(value)
            case Name(name, at):
                return self._metric(name, at)
            case Negative(of):
                return terms.joined("-", terms.scalar(0.0), self._of(of, PLAIN))
            case Array(items):
                return terms.array(tuple(self._of(item, (Kind.SERIES,)) for item in items))
            case Binary(operator, left, right):
                return terms.joined(operator, self._of(left, PLAIN), self._of(right, PLAIN))
            case Call():
                return self._call(node)

    def _of(self, node: Node, kinds: tuple[Kind, ...]) -> Term:
        """The term of a node that must be of one of these kinds."""
        term = self.term(node)
        if term.kind not in kinds:
            wanted = " or ".join(kind.value for kind in kinds)
            raise MathError(f"this is {term.kind.value}, not {wanted}", self.text, node.at)
        return term

    def _metric(self, name: str, at: int) -> Term:
        if name in self.metrics:
            return terms.metric(name)
        near = get_close_matches(name, [*self.metrics, *FUNCTIONS], n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(self.metrics)}"
        raise MathError(f"there is no metric {name!r} ({hint})", self.text, at)

    def _call(self, node: Call) -> Term:
        makers: dict[str, Callable[[Call], Term]] = {
            "IF": self._if,
            "FILL": self._fill,
            "METRICS": self._metrics,
        }
        if node.function in terms.REDUCERS:
            self._count(node, 1, 1)
            return terms.reduced(node.function, self._of(node.arguments[0], (Kind.ARRAY,)))
        if node.function in makers:
            return makers[node.function](node)
        known = ", ".join(FUNCTIONS)
        problem = f"{node.function} is no function that our alarms may use (these are: {known})"
        raise MathError(problem, self.text, node.at)

    def _if(self, node: Call) -> Term:
        self._count(node, 2, 3)
        condition, *branches = (self._of(argument, PLAIN) for argument in node.arguments)
        return terms.chosen(condition, branches[0], branches[1] if branches[1:] else None)

    def _fill(self, node: Call) -> Term:
        self._count(node, 2, 2)
        series, filler = node.arguments
        return terms.filled(self._of(series, (Kind.SERIES,)), self._of(filler, (Kind.SCALAR,)))

    def _metrics(self, node: Call) -> Term:
        self._count(node, 0, 0)
        return terms.array(tuple(terms.metric(name) for name in self.metrics))

    def _count(self, node: Call, least: int, most: int) -> None:
        if least <= len(node.arguments) <= most:
            return
        wanted = str(least) if least == most else f"{least} or {most}"
        problem = f"{node.function} takes {wanted} arguments, not {len(node.arguments)}"
        raise MathError(problem, self.text, node.at)
