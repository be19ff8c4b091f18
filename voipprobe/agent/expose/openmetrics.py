"""A tally as OpenMetrics text, version 1.0.0. Pure.

Units are Prometheus' base units: seconds, ratios of 0 to 1, bits per second.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from voipprobe.agent.expose.tally import Dimensions, Series, Tally
from voipprobe.metrics.catalogue import CATALOGUE, Kind, Metric, Unit

CONTENT_TYPE: Final = "application/openmetrics-text; version=1.0.0; charset=utf-8"
_WORD: Final = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
_UNITS: Final = {
    Unit.COUNT: ("", 1.0),
    Unit.NONE: ("", 1.0),
    Unit.PERCENT: ("ratio", 100.0),
    Unit.MILLISECONDS: ("seconds", 1000.0),
    Unit.BITS_PER_SECOND: ("bits_per_second", 1.0),
}
"""Suffix, and what a value is divided by."""
_TYPES: Final = {
    Kind.COUNTER: "counter", Kind.DISTRIBUTION: "histogram", Kind.GAUGE: "gauge",
}  # fmt: skip


def exposed_name(metric: Metric) -> str:
    """The name of a metric's family: voipprobe_round_trip_seconds."""
    words = [word.lower() for word in _WORD.findall(metric.name)]
    suffix = _UNITS[metric.unit][0]
    return "_".join(["voipprobe", *words, *([suffix] if suffix else [])])


def exposition(tally: Tally) -> str:
    """The whole text."""
    known = tally.read()
    lines = [line for name in CATALOGUE if name in known
             for line in _family(CATALOGUE[name], known[name])]  # fmt: skip
    return "\n".join([*lines, "# EOF\n"])


def _family(metric: Metric, series: dict[Dimensions, Series]) -> Iterator[str]:
    name, (unit, scale) = exposed_name(metric), _UNITS[metric.unit]
    yield f"# TYPE {name} {_TYPES[metric.kind]}"
    if unit:
        yield f"# UNIT {name} {unit}"
    yield f"# HELP {name} {metric.meaning}"
    for dimensions, one in sorted(series.items()):
        labels = [(key.lower(), value) for key, value in dimensions]
        if metric.kind is Kind.COUNTER:
            yield f"{name}_total{_labels(labels)} {_number(one.total / scale)}"
        elif metric.kind is Kind.GAUGE:
            yield f"{name}{_labels(labels)} {_number(one.total / scale)}"
        else:
            yield from _histogram(name, metric, labels, one, scale)


def _histogram(
    name: str, metric: Metric, labels: list[tuple[str, str]], series: Series, scale: float
) -> Iterator[str]:
    below = 0
    bounds = [_bound(bound / scale) for bound in metric.buckets] + ["+Inf"]
    for bound, count in zip(bounds, series.buckets, strict=True):
        below += count
        yield f"{name}_bucket{_labels([*labels, ('le', bound)])} {below}"
    yield f"{name}_count{_labels(labels)} {series.count}"
    yield f"{name}_sum{_labels(labels)} {_number(series.total / scale)}"


def _labels(labels: Iterable[tuple[str, str]]) -> str:
    texts = []
    for key, value in labels:
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        texts.append(f'{key}="{escaped}"')
    return "{" + ",".join(texts) + "}" if texts else ""


def _number(value: float) -> str:
    return f"{value:.12g}"


def _bound(value: float) -> str:
    """A bucket's bound in its canonical form: 1.0, which is another label value than 1."""
    text = _number(value)
    return f"{text}.0" if text.isdecimal() else text
