"""Thresholds written as expressions: `mos.p5>=4.0`, `ser>=0.999`, `jitter_ms.p95<=20`.

Knows how an expression is written and when it is met; which metrics exist is told to it.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from math import isfinite
from operator import eq, ge, gt, le, lt
from typing import Final

from voipprobe.model.errors import ConfigError
from voipprobe.model.verdict import Expectation

EXAMPLE: Final = "mos.p5>=4.0"

OPERATORS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    ">=": ge,
    "<=": le,
    "==": eq,
    ">": gt,
    "<": lt,
}

_SHAPE: Final = re.compile(r"\s*([^\s<>=!]*)\s*([<>=!]+)\s*(.*?)\s*", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """One limit that a metric must keep.

    Attributes:
        metric: its name. operator: a key of `OPERATORS`. limit: in the metric's unit.
        expression: as the user wrote it, without the space around it.
    """

    metric: str
    operator: str
    limit: float
    expression: str


def parse(expression: str, known: Collection[str]) -> Threshold:
    """The threshold that an expression states.

    Args:
        expression: metric, operator and number, with or without space between them.
        known: names of the metrics that exist.

    Raises:
        ConfigError: the expression is malformed or names no known metric.
    """
    parts = _SHAPE.fullmatch(expression)
    if parts is None:
        raise _refusal(expression, f"it has no operator (one of {' '.join(OPERATORS)})")
    metric, operator, limit = parts.groups()
    if operator not in OPERATORS:
        raise _refusal(expression, f"{operator!r} is not one of {' '.join(OPERATORS)}")
    _require_known(expression, metric, known)
    return Threshold(
        metric=metric,
        operator=operator,
        limit=_limit(expression, limit),
        expression=expression.strip(),
    )


def check(threshold: Threshold, values: Mapping[str, float | None]) -> Expectation:
    """The threshold with the value found; `met` is None when there was no value."""
    value = values.get(threshold.metric)
    met = None if value is None else OPERATORS[threshold.operator](value, threshold.limit)
    return Expectation(expression=threshold.expression, value=value, met=met)


def _require_known(expression: str, metric: str, known: Collection[str]) -> None:
    if metric in known:
        return
    if not metric:
        raise _refusal(expression, "it names no metric")
    nearest = get_close_matches(metric, known, n=1, cutoff=0.0)
    hint = f"; did you mean {nearest[0]!r}?" if nearest else ""
    raise _refusal(expression, f"there is no metric {metric!r}{hint}")


def _limit(expression: str, text: str) -> float:
    try:
        limit = float(text)
    except ValueError:
        raise _refusal(expression, f"{text!r} is not a number") from None
    if not isfinite(limit):
        raise _refusal(expression, f"{text!r} is not a finite number")
    return limit


def _refusal(expression: str, problem: str) -> ConfigError:
    return ConfigError(f"threshold {expression!r}: {problem}; write it like {EXAMPLE!r}")
