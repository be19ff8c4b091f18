"""What dashboards show, worked out: for a page that needs no CloudWatch."""

from dataclasses import dataclass

Value = float | None
"""None where there is no datapoint: never drawn as zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewLine:
    """One line of a graph, or one number.

    Attributes:
        values: one for each period of the time, oldest first; of a number only one.
    """

    label: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewMark:
    """A threshold across a graph."""

    label: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewAlarm:
    """An alarm as it would stand at the end of the time.

    Attributes:
        state: OK, ALARM or INSUFFICIENT_DATA; None if that could not be found out.
    """

    name: str
    region: str
    state: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPlace:
    """Where a widget is on the grid, in columns and rows."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewWidget:
    """One widget.

    Attributes:
        type: "text", "alarm", "graph" or "numbers".
        text: Markdown.
        period_s: of a datapoint. start_at: where the first one begins, epoch seconds.
        low, high: ends of the axis; None for as far as the values go.
    """

    type: str
    place: PreviewPlace
    title: str = ""
    text: str = ""
    unit: str = ""
    period_s: int = 0
    start_at: float = 0.0
    low: float | None = None
    high: float | None = None
    lines: tuple[PreviewLine, ...] = ()
    marks: tuple[PreviewMark, ...] = ()
    alarms: tuple[PreviewAlarm, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewDashboard:
    """One dashboard."""

    name: str
    title: str
    widgets: tuple[PreviewWidget, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """All dashboards of a fleet over one time.

    Attributes:
        since_at, until_at: epoch seconds. measured: how many measurements there are in it.
        sources: the agents that measured. absent: those of the fleet that did not.
        alarms_since_at: from where states of alarms were worked out.
    """

    since_at: float
    until_at: float
    alarms_since_at: float
    measured: int
    sources: tuple[str, ...]
    absent: tuple[str, ...]
    dashboards: tuple[PreviewDashboard, ...]
