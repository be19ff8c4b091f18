"""What CloudWatch would refuse of a dashboard, or pass over in silence, before it is asked.

Source: Amazon CloudWatch User Guide, "CloudWatch service quotas" (500 widgets, 500 metrics a
widget, 2500 a dashboard, those that only metric math uses included) and API Reference,
"Dashboard Body Structure and Syntax" (grid, keys). PutDashboard takes names of [A-Za-z0-9-_].
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any, Final

from voipprobe.aws.alarms.math.expression import read_expression
from voipprobe.aws.alarms.simulator.statistics import statistic
from voipprobe.aws.dashboards.dashboard import Dashboard
from voipprobe.aws.dashboards.templates.model import GRID
from voipprobe.metrics.catalogue import CATALOGUE
from voipprobe.model.errors import ConfigError

Mistakes = Iterator[str]
Properties = Mapping[str, Any]

WIDGETS: Final = 500
METRICS_A_WIDGET: Final = 500
METRICS_A_DASHBOARD: Final = 2500
ALARMS_A_WIDGET: Final = 100
HIGHEST: Final = 1000
NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,255}")
ID: Final = re.compile(r"[a-z][A-Za-z0-9_]{0,254}")
KEYS: Final[Mapping[str, frozenset[str]]] = {
    "text": frozenset({"markdown", "background"}),
    "alarm": frozenset({"title", "alarms", "sortBy", "states"}),
    "metric": frozenset({
        "title", "view", "region", "period", "stat", "stacked", "metrics", "yAxis", "annotations",
        "legend", "setPeriodToTimeRange", "sparkline", "liveData", "singleValueFullPrecision",
        "trend",
    }),
}  # fmt: skip
NEEDED: Final[Mapping[str, frozenset[str]]] = {
    "text": frozenset({"markdown"}),
    "alarm": frozenset({"alarms"}),
    "metric": frozenset({"region", "metrics"}),
}


def mistakes_of_dashboard(dashboard: Dashboard) -> Mistakes:
    """Everything that CloudWatch would refuse of a dashboard."""
    if NAME.fullmatch(dashboard.name) is None:
        yield f"name {dashboard.name!r} is not 1 to 255 of A-Z, a-z, 0-9, '-' and '_'"
    widgets = dashboard.body["widgets"]
    if len(widgets) > WIDGETS:
        yield f"{len(widgets)} widgets of at most {WIDGETS}"
    metrics = sum(len(metrics_of(one["properties"])) for one in widgets)
    if metrics > METRICS_A_DASHBOARD:
        yield f"{metrics} metrics of at most {METRICS_A_DASHBOARD} a dashboard"
    for index, widget in enumerate(widgets):
        for told in _widget(widget):
            yield f"widgets[{index}]: {told}"
    yield from _overlaps(widgets)


def metrics_of(properties: Properties) -> list[list[Any]]:
    """The metrics of a widget, hidden ones included, without its expressions."""
    return [row for row in properties.get("metrics", ()) if isinstance(row[0], str)]


def _widget(widget: Mapping[str, Any]) -> Mistakes:
    x, y, width, height = (widget[key] for key in ("x", "y", "width", "height"))
    if not (0 <= x < GRID and width >= 1 and x + width <= GRID):
        yield f"columns {x} to {x + width} are not within {GRID}"
    if not (y >= 0 and 1 <= height <= HIGHEST):
        yield f"{height} rows from {y} are not 1 to {HIGHEST} from 0"
    kind, properties = widget["type"], widget["properties"]
    if kind not in KEYS:
        yield f"there is no type {kind!r}"
        return
    for key in properties.keys() - KEYS[kind]:
        yield f"{kind} has no {key}"
    for key in NEEDED[kind] - properties.keys():
        yield f"{kind} needs {key}"
    if len(properties.get("alarms", ())) > ALARMS_A_WIDGET:
        yield f"{len(properties['alarms'])} alarms of at most {ALARMS_A_WIDGET}"
    yield from _metrics(properties)


def _metrics(properties: Properties) -> Mistakes:
    metrics = metrics_of(properties)
    if len(metrics) > METRICS_A_WIDGET:
        yield f"{len(metrics)} metrics of at most {METRICS_A_WIDGET} a widget"
    rows = properties.get("metrics", ())
    ids = [row[-1]["id"] for row in rows if "id" in row[-1]]
    for one, times in Counter(ids).items():
        if times > 1:
            yield f"Id {one!r} is there {times} times"
        if ID.fullmatch(one) is None:
            yield f"Id {one!r} does not begin with a lower-case letter, or has odd characters"
    known = [row[-1]["id"] for row in metrics if "id" in row[-1]]
    for row in rows:
        yield from _row(row, known)


def _row(row: list[Any], ids: list[str]) -> Mistakes:
    if not isinstance(row[0], str):
        try:
            read_expression(row[0]["expression"], ids)
        except ConfigError as error:
            yield f"expression: {error}"
        return
    _, name, *dimensions, options = row
    metric = CATALOGUE.get(name)
    if metric is None:
        yield f"there is no metric {name!r}"
    elif tuple(dimensions[::2]) != metric.dimensions or len(dimensions) % 2:
        yield f"{name} has the dimensions {', '.join(metric.dimensions)}"
    try:
        statistic(options["stat"])
    except ConfigError as error:
        yield f"{name}: {error}"


def _overlaps(widgets: list[Mapping[str, Any]]) -> Mistakes:
    boxes = [
        (index, one["x"], one["y"], one["x"] + one["width"], one["y"] + one["height"])
        for index, one in enumerate(widgets)
    ]
    for (i, left, top, right, bottom), (j, x, y, far, low) in combinations(boxes, 2):
        if left < far and x < right and top < low and y < bottom:
            yield f"widgets[{i}] and widgets[{j}] overlap"
