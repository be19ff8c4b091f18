"""Widgets that show the states of alarms. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from voipprobe.aws.alarms.alarm import Alarm
from voipprobe.aws.alarms.definitions.model import Definitions
from voipprobe.aws.alarms.render import alarm_name
from voipprobe.aws.dashboards.dashboard import BodyWidget
from voipprobe.aws.dashboards.limits import ALARMS_A_WIDGET
from voipprobe.aws.dashboards.subjects import Direction, Scope
from voipprobe.aws.dashboards.templates.model import AlarmsWidget

BOTH: tuple[Direction, ...] = ("out", "into")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whose alarms they are: an ARN has it.

    Attributes:
        number: twelve digits. partition: "aws", "aws-us-gov" or "aws-cn".
    """

    number: str
    partition: str = "aws"

    def alarm_arn(self, region: str, name: str) -> str:
        """Of an alarm."""
        return f"arn:{self.partition}:cloudwatch:{region}:{self.number}:alarm:{name}"


def alarm_widgets(
    widget: AlarmsWidget,
    scope: Scope,
    definitions: Definitions,
    alarms: Iterable[Alarm],
    account: Account,
) -> Iterator[BodyWidget]:
    """A widget for each Region that has such alarms; more than one holds are spread over several.

    Args:
        widget: of the template.
        scope: what the dashboard is about.
        definitions: of the alarms.
        alarms: all that the fleet has.
        account: theirs.
    """
    wanted = set(_names(widget, scope, definitions))
    found: dict[str, list[str]] = defaultdict(list)
    for alarm in alarms:
        if alarm.name in wanted:
            found[alarm.region].append(account.alarm_arn(alarm.region, alarm.name))
    for region, arns in sorted(found.items()):
        for start in range(0, len(arns), ALARMS_A_WIDGET):
            some = arns[start : start + ALARMS_A_WIDGET]
            title = widget.title if len(found) == 1 else f"{widget.title}, {region}"
            if len(arns) > ALARMS_A_WIDGET:
                title += f" ({start + 1} to {start + len(some)} of {len(arns)})"
            yield {"type": "alarm", "width": widget.width, "height": widget.height,
                   "properties": {"title": title, "alarms": some}}  # fmt: skip


def _names(widget: AlarmsWidget, scope: Scope, definitions: Definitions) -> Iterator[str]:
    """Of every alarm that there may be; of a composite's Region only where that is the scope."""
    for name in widget.alarms:
        if name in definitions.region:
            regions = (
                [scope.of] if scope.kind == "region" else [a.region for a in scope.fleet.agents]
            )
            yield from (alarm_name(scope.fleet, name, region or "") for region in regions)
            continue
        alarm = definitions.alarm[name]
        subjects = [one for way in BOTH for one in scope.subjects(alarm.watches, way)]
        for severity in alarm.severities:
            if severity in widget.severities:
                for one in subjects:
                    yield alarm_name(scope.fleet, name, severity, *one.dimensions.values())
