"""Templates, alarm definitions and a fleet become the dashboards that should be. No I/O, no AWS."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from voipprobe.aws.alarms.alarm import Alarm
from voipprobe.aws.alarms.definitions.model import Definitions
from voipprobe.aws.alarms.fleet import AlarmFleet
from voipprobe.aws.alarms.render import render as render_alarms
from voipprobe.aws.dashboards.dashboard import BodyWidget, Dashboard, mark_of
from voipprobe.aws.dashboards.explain import explanation
from voipprobe.aws.dashboards.layout import NEW_ROW, placed
from voipprobe.aws.dashboards.limits import mistakes_of_dashboard
from voipprobe.aws.dashboards.status import Account
from voipprobe.aws.dashboards.subjects import Scope, scopes_of
from voipprobe.aws.dashboards.templates.model import GRID, Template, TextWidget
from voipprobe.aws.dashboards.widgets import Widgets
from voipprobe.model.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """All that dashboards are made of.

    Attributes:
        fleet: agents and paths. prefix: of the dashboards' names.
        definitions: of the alarms. templates: by name.
        account: whose alarms are shown. cost: what the fleet costs a month, in words.
    """

    fleet: AlarmFleet
    prefix: str
    definitions: Definitions
    templates: Mapping[str, Template]
    account: Account
    cost: str


def render(given: Given) -> tuple[Dashboard, ...]:
    """Every dashboard that the fleet should have, in the order of the templates.

    Raises:
        ConfigError: two would have one name, or CloudWatch would refuse one; all mistakes are
            named at once.
    """
    alarms = render_alarms(given.definitions, given.fleet)
    named = _named(given)
    links = _links(named)
    found = [
        Dashboard(
            name=name,
            title=_title(template, scope),
            body={
                "start": template.start,
                "periodOverride": "inherit",
                "widgets": placed(_widgets(given, template, scope, alarms, links)),
            },
        )
        for name, template, scope in named
    ]
    _require_allowed(found)
    return tuple(found)


def names_of(given: Given) -> tuple[str, ...]:
    """Of all dashboards that the fleet should have."""
    return tuple(name for name, _, _ in _named(given))


def _named(given: Given) -> list[tuple[str, Template, Scope]]:
    return [
        (_name(given.prefix, name, scope), template, scope)
        for name, template in given.templates.items()
        for scope in scopes_of(given.fleet, template.one_for)
    ]


def _require_allowed(found: Sequence[Dashboard]) -> None:
    twice = [name for name, times in Counter(one.name for one in found).items() if times > 1]
    mistakes = [f"two dashboards would be called {name}" for name in twice]
    mistakes += [f"dashboard {one.name}: {told}" for one in found
                 for told in mistakes_of_dashboard(one)]  # fmt: skip
    if mistakes:
        hint = "[publish.cloudwatch.dashboards] show says which there are"
        raise ConfigError(f"{'; '.join(mistakes)} ({hint})")


def _name(prefix: str, template: str, scope: Scope) -> str:
    parts = (prefix, template) if scope.of is None else (prefix, template, scope.of)
    return re.sub(r"[^A-Za-z0-9_-]", "_", "-".join(parts))


def _title(template: Template, scope: Scope) -> str:
    text = template.title
    for word, value in scope.words.items():
        text = text.replace(f"${{{word}}}", value)
    return text


def _links(named: Sequence[tuple[str, Template, Scope]]) -> str:
    """To all of them, for each to carry."""
    return " · ".join(
        f"[{_title(template, scope)}](#dashboards:name={name})" for name, template, scope in named
    )


def _widgets(
    given: Given, template: Template, scope: Scope, alarms: Sequence[Alarm], links: str
) -> Iterator[BodyWidget]:
    words = {"namespace": given.fleet.namespace, "links": links, "cost": given.cost}
    # what is explained is known once everything else is there
    first = {**words, "explain": ""}
    make = Widgets(scope, given.definitions, alarms, given.account, first)
    shown = [row for one in template.widgets for row in make.of(one)]
    last = {**words, "explain": explanation(shown, template, given.definitions)}
    make = Widgets(scope, given.definitions, alarms, given.account, last)
    for one in template.widgets:
        yield from make.of(one)
    mark = TextWidget(type="text", width=GRID, text=(mark_of(given.prefix),))
    for widget in make.of(mark):
        yield {**widget, NEW_ROW: True}
