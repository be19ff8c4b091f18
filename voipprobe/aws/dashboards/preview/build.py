"""Bodies of dashboards and measurements become what a page shows. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from voipprobe.aws.alarms.alarm import Alarm
from voipprobe.aws.alarms.fleet import AlarmFleet
from voipprobe.aws.alarms.simulator.history import History
from voipprobe.aws.dashboards.dashboard import BodyWidget, Dashboard
from voipprobe.aws.dashboards.preview.lines import lines_of, periods_of
from voipprobe.aws.dashboards.preview.states import States, states_of
from voipprobe.model.measurement import Measurement
from voipprobe.model.preview import (
    Preview,
    PreviewAlarm,
    PreviewDashboard,
    PreviewMark,
    PreviewPlace,
    PreviewWidget,
)

SIMULATED_S: Final = 3 * 3600.0
"""How far back alarms are worked out: each minute of each costs time, a day of them a minute."""

LONGEST_PERIOD_S: Final = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is known of a time.

    Attributes:
        history: what was measured in it. states: of alarms at its end.
        since, until: epoch seconds.
    """

    history: History
    states: States
    since: float
    until: float


def preview(
    fleet: AlarmFleet,
    dashboards: Iterable[Dashboard],
    alarms: Iterable[Alarm],
    measurements: Iterable[Measurement],
    *,
    since: float,
    until: float,
) -> Preview:
    """All dashboards over one time.

    Args:
        fleet: whose they are.
        dashboards: as they would be applied.
        alarms: of the fleet, for their states.
        measurements: of its agents, in any order; those of another time are passed over, but
            for the hour in which it begins: a period is shown whole.
        since: epoch seconds.
        until: likewise.

    Raises:
        ConfigError: an alarm or an expression has what we cannot work out.
    """
    begun = since // LONGEST_PERIOD_S * LONGEST_PERIOD_S
    kept = [one for one in measurements if begun <= one.at < until]
    measured = [one for one in kept if one.at >= since]
    alarms_since = max(since, until - SIMULATED_S)
    late = [one for one in measured if one.at >= alarms_since]
    sources = {dict(one.dimensions)["Source"] for one in measured}
    absent = tuple(sorted(fleet.by_name.keys() - sources))
    seen = Seen(
        history=History(kept),
        states=states_of(tuple(alarms), late, absent, until),
        since=since,
        until=until,
    )
    return Preview(
        since_at=since,
        until_at=until,
        alarms_since_at=alarms_since,
        measured=len(measured),
        sources=tuple(sorted(sources)),
        absent=absent,
        dashboards=tuple(_dashboard(one, seen) for one in dashboards),
    )


def _dashboard(dashboard: Dashboard, seen: Seen) -> PreviewDashboard:
    widgets = tuple(_widget(one, seen) for one in dashboard.body["widgets"])
    return PreviewDashboard(name=dashboard.name, title=dashboard.title, widgets=widgets)


def _widget(widget: BodyWidget, seen: Seen) -> PreviewWidget:
    properties = widget["properties"]
    place = PreviewPlace(**{key: widget[key] for key in ("x", "y", "width", "height")})
    if widget["type"] == "text":
        return PreviewWidget(type="text", place=place, text=properties["markdown"])
    if widget["type"] == "alarm":
        return PreviewWidget(
            type="alarm",
            place=place,
            title=properties["title"],
            alarms=tuple(_alarm(arn, seen.states) for arn in properties["alarms"]),
        )
    return _metric(properties, seen, place)


def _metric(properties: Mapping[str, Any], seen: Seen, place: PreviewPlace) -> PreviewWidget:
    numbers = properties["view"] == "singleValue"
    period_s = properties["period"]
    periods = periods_of(seen.since, seen.until, period_s)
    axis = properties.get("yAxis", {}).get("left", {})
    marks = properties.get("annotations", {}).get("horizontal", ())
    return PreviewWidget(
        type="numbers" if numbers else "graph",
        place=place,
        title=properties["title"],
        unit=axis.get("label", ""),
        period_s=period_s,
        start_at=periods[0][0],
        low=axis.get("min"),
        high=axis.get("max"),
        lines=lines_of(
            properties["metrics"],
            seen.history,
            # a number is of the whole time: setPeriodToTimeRange
            [(seen.since, seen.until)] if properties.get("setPeriodToTimeRange") else periods,
        ),
        marks=tuple(PreviewMark(label=one["label"], value=one["value"]) for one in marks),
    )


def _alarm(arn: str, states: States) -> PreviewAlarm:
    region, name = arn.split(":", 6)[3], arn.split(":", 6)[6]
    state = states.get((region, name))
    return PreviewAlarm(name=name, region=region, state=state and state.value)
