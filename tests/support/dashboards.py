"""The shipped dashboards of some fleet, for tests."""

from collections.abc import Iterable, Sequence
from typing import Any

from support.alarm_fleet import SHIPPED, mesh
from voipprobe.aws.alarms.definitions.model import Definitions
from voipprobe.aws.alarms.fleet import AlarmFleet
from voipprobe.aws.dashboards.dashboard import Dashboard
from voipprobe.aws.dashboards.render import Given, render
from voipprobe.aws.dashboards.status import Account
from voipprobe.aws.dashboards.templates.load import load_templates

SHOWN = ("overview", "region", "paths", "agents")
ACCOUNT = Account(number="111122223333")


def given(
    fleet: AlarmFleet | None = None,
    *,
    definitions: Definitions = SHIPPED,
    shown: Iterable[str] = SHOWN,
    prefix: str = "vp",
) -> Given:
    """All that dashboards are made of; a mesh of three agents unless another is named."""
    return Given(
        fleet=fleet or mesh(scenarios=("call", "iperf"), central=None),
        prefix=prefix,
        definitions=definitions,
        templates=load_templates(shown, definitions),
        account=ACCOUNT,
        cost="At most **1 USD a month**.",
    )


def rendered(fleet: AlarmFleet | None = None, **how: Any) -> dict[str, Dashboard]:
    """Its dashboards by name."""
    return {one.name: one for one in render(given(fleet, **how))}


def widgets(dashboard: Dashboard, kind: str = "metric") -> list[dict[str, Any]]:
    """Its widgets of a kind."""
    return [one for one in dashboard.body["widgets"] if one["type"] == kind]


def titled(dashboard: Dashboard, title: str) -> dict[str, Any]:
    """The properties of the one widget with this title."""
    (found,) = [
        one["properties"]
        for one in dashboard.body["widgets"]
        if one["properties"].get("title") == title
    ]
    properties: dict[str, Any] = found
    return properties


def body_of(shown: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A body of these widgets."""
    return {"widgets": list(shown)}
