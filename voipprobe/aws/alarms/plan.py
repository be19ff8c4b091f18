"""What has to be done so that the alarms that are there become those that should be.

Only alarms with our prefix and our tag are ours: another's is never touched, and one that has
the name of one of ours is refused. No I/O, no AWS.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from voipprobe.aws.alarms.alarm import Alarm, Request
from voipprobe.aws.alarms.canonical import Fields, fields_of
from voipprobe.model.errors import ConfigError

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


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A field of an alarm, before and after; None where it is not set."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """An alarm of ours that should be otherwise."""

    alarm: Alarm
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What has to be done in one Region.

    Attributes:
        create, change: alarms that should be. delete: ours that should not.
        unchanged: names of ours that are as they should be.
        refused: why something cannot be done; nothing may be done then.
    """

    region: str
    prefix: str
    create: tuple[Alarm, ...]
    change: tuple[Changed, ...]
    delete: tuple[Existing, ...]
    unchanged: tuple[str, ...]
    refused: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.create or self.change or self.delete)

    def require_allowed(self) -> None:
        """Refuse a plan of which a part cannot be done.

        Raises:
            ConfigError: names every alarm in the way.
        """
        if self.refused:
            raise ConfigError("; ".join(self.refused))


def make_plan(
    region: str, prefix: str, desired: Iterable[Alarm], existing: Iterable[Existing]
) -> Plan:
    """The plan for one Region.

    Args:
        region: which.
        prefix: of the fleet.
        desired: its alarms, of this Region.
        existing: all that have a name under the prefix, whoever's they are.
    """
    there = {one.name: one for one in existing}
    wanted = {alarm.name: alarm for alarm in desired}
    refused = [
        told
        for name, alarm in wanted.items()
        if name in there
        for told in _in_the_way(alarm, there[name], prefix)
    ]
    changes = {
        name: _changes(there[name], alarm) for name, alarm in wanted.items() if name in there
    }
    gone = sorted(name for name in there.keys() - wanted.keys() if there[name].belongs_to(prefix))
    return Plan(
        region=region,
        prefix=prefix,
        create=tuple(alarm for name, alarm in wanted.items() if name not in there),
        change=tuple(Changed(alarm=wanted[n], fields=found) for n, found in changes.items()
                     if found),
        delete=tuple(there[name] for name in gone),
        unchanged=tuple(name for name, found in changes.items() if not found),
        refused=tuple(refused),
    )  # fmt: skip


def _in_the_way(alarm: Alarm, there: Existing, prefix: str) -> Iterator[str]:
    where = f"alarm {alarm.name} in {alarm.region}"
    if not there.belongs_to(prefix):
        yield f"{where} exists and has no tag {TAG}={prefix}: it is not ours; take another prefix"
    elif alarm.is_composite != there.is_composite:
        kind = "composite" if there.is_composite else "metric"
        yield f"{where} exists as a {kind} alarm: delete it first"


def _changes(there: Existing, alarm: Alarm) -> tuple[FieldChange, ...]:
    before, after = fields_of(there.alarm), fields_of(alarm.request)
    return tuple(_differences(before, after))


def _differences(before: Fields, after: Fields) -> Iterator[FieldChange]:
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            yield FieldChange(field=name, before=before.get(name), after=after.get(name))
