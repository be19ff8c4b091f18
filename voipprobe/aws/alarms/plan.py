"""What has to be done so that the alarms that are there become those that should be.

Only alarms with our prefix and our tag are ours: another's is never touched, and one that has
the name of one of ours is refused. No I/O, no AWS.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from voipprobe.aws.alarms.alarm import Alarm, Request
from voipprobe.aws.alarms.canonical import fields_of
from voipprobe.aws.planning.plan import Kind, Plan, plan_of

TAG: Final = "voipprobe:alarms"
"""Its value is the prefix: of two fleets whose prefixes begin alike, neither owns the other's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Existing:
    """An alarm that is there.

    Attributes:
        alarm: what DescribeAlarms says. tags: of it.
    """

    alarm: Request
    tags: Mapping[str, str]

    @property
    def name(self) -> str:
        """Of the alarm."""
        return str(self.alarm["AlarmName"])

    @property
    def is_composite(self) -> bool:
        """Whether it watches other alarms instead of metrics."""
        return "AlarmRule" in self.alarm

    def belongs_to(self, prefix: str) -> bool:
        """Whether it is of the fleet with this prefix."""
        return self.name.startswith(f"{prefix}/") and self.tags.get(TAG) == prefix


AlarmPlan: TypeAlias = Plan[Alarm, Existing]


def make_plan(
    region: str, prefix: str, desired: Iterable[Alarm], existing: Iterable[Existing]
) -> AlarmPlan:
    """The plan for one Region.

    Args:
        region: which.
        prefix: of the fleet.
        desired: its alarms, of this Region.
        existing: all that have a name under the prefix, whoever's they are.
    """
    kind: Kind[Alarm, Existing] = Kind(
        belongs=lambda there: there.belongs_to(prefix),
        in_the_way=lambda alarm, there: _in_the_way(alarm, there, prefix),
        fields=lambda alarm: fields_of(alarm.request),
        fields_there=lambda there: fields_of(there.alarm),
    )
    return plan_of(kind, region, prefix, desired, existing)


def _in_the_way(alarm: Alarm, there: Existing, prefix: str) -> Iterator[str]:
    where = f"alarm {alarm.name} in {alarm.region}"
    if not there.belongs_to(prefix):
        yield f"{where} exists and has no tag {TAG}={prefix}: it is not ours; take another prefix"
    elif alarm.is_composite != there.is_composite:
        kind = "composite" if there.is_composite else "metric"
        yield f"{where} exists as a {kind} alarm: delete it first"
