"""What a template of a dashboard is made of. Knows the file's keys; must not read files."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from voipprobe.aws.alarms.definitions.model import Severity, Watches

GRID: Final = 24
"""How many columns a dashboard has."""

Width = Annotated[int, Field(strict=True, ge=1, le=GRID)]
Height = Annotated[int, Field(strict=True, ge=1, le=1000)]
Text = Annotated[str, Field(min_length=1, max_length=400)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Line(_Strict):
    """One metric with a statistic, or what an alarm looks at.

    Attributes:
        metric: its name in the catalogue. statistic: as CloudWatch writes it.
        alarm: instead of both: the metrics and expression of this alarm.
        label: of the line; `${source}` and the like stand for what it is about.
    """

    metric: str | None = None
    statistic: str | None = None
    alarm: str | None = None
    label: Text


class _Placed(_Strict):
    width: Width
    height: Height | None = None


class TextWidget(_Placed):
    """Words. `text`: lines of Markdown; `height` follows from them if it is not given."""

    type: Literal["text"]
    text: Annotated[tuple[str, ...], Field(min_length=1)]


class AlarmsWidget(_Placed):
    """The states of alarms, one widget for each Region that has some.

    Attributes:
        alarms: their definitions. severities: which of theirs.
    """

    type: Literal["alarms"]
    height: Height
    title: Text
    alarms: Annotated[tuple[str, ...], Field(min_length=1)]
    severities: Annotated[tuple[Severity, ...], Field(min_length=1)] = tuple(Severity)


class MatrixWidget(_Strict):
    """Paths as rows of sources and columns of destinations; in each cell some numbers.

    Attributes:
        watches: which paths. lines: what a cell shows. height: of a row.
    """

    type: Literal["matrix"]
    watches: Watches = Watches.CALLS
    height: Height
    lines: Annotated[tuple[Line, ...], Field(min_length=1)]


class MetricWidget(_Placed):
    """A graph, or numbers.

    Attributes:
        title: `${source}` and the like stand for what it is about.
        watches: what there are lines for; `direction`: of a Region's paths, those into it or out.
        thresholds: alarms whose thresholds are drawn.
        period_s: of a datapoint.
        view: over time, or one number for the whole time.
        low, high: ends of the axis; None for as far as the values go. unit: written beside it.
    """

    type: Literal["metric"]
    height: Height
    title: Text
    watches: Watches
    direction: Literal["out", "into"] = "out"
    lines: Annotated[tuple[Line, ...], Field(min_length=1)]
    thresholds: tuple[str, ...] = ()
    period_s: Annotated[int, Field(strict=True, ge=60, multiple_of=60)] = 300
    view: Literal["timeSeries", "singleValue"] = "timeSeries"
    stacked: bool = False
    low: float | None = None
    high: float | None = None
    unit: Text


class EachWidget(_Strict):
    """The same widgets for each thing that `watches` names, one after the other."""

    type: Literal["each"]
    watches: Watches
    direction: Literal["out", "into"] = "out"
    widgets: Annotated[tuple[TextWidget | MetricWidget, ...], Field(min_length=1)]


Widget = Annotated[
    TextWidget | AlarmsWidget | MatrixWidget | MetricWidget | EachWidget,
    Field(discriminator="type"),
]


class Template(_Strict):
    """A file.

    Attributes:
        title: of the dashboard, in words.
        one_for: what there is one dashboard for.
        start: how far back it shows when it is opened, as ISO 8601 writes durations.
    """

    title: Text
    one_for: Literal["fleet", "region", "agent"]
    start: Annotated[str, Field(pattern=r"^-P(T\d+[HM]|\d+D)$")] = "-PT3H"
    widgets: Annotated[tuple[Widget, ...], Field(min_length=1)]
