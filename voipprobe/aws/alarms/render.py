"""Definitions and a fleet become the alarms that should be. No I/O, no AWS."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from voipprobe.aws.alarms.alarm import Alarm
from voipprobe.aws.alarms.definitions.model import (
    AlarmDefinition,
    Definitions,
    RegionDefinition,
    Watches,
)
from voipprobe.aws.alarms.fleet import AlarmFleet
from voipprobe.aws.alarms.limits import mistakes_of_alarm
from voipprobe.aws.alarms.requests import composite_request, metric_request
from voipprobe.model.errors import ConfigError
from voipprobe.model.path import Path

Dimensions = Mapping[str, str]


def render(definitions: Definitions, fleet: AlarmFleet) -> tuple[Alarm, ...]:
    """Every alarm that the fleet should have, composites last.

    Raises:
        ConfigError: a path has no agent, two alarms have one name, or CloudWatch would refuse
            one; all mistakes are named at once.
    """
    mistakes = _fleet_mistakes(fleet)
    if mistakes:
        raise ConfigError("; ".join(mistakes))
    alarms = [
        alarm
        for name, definition in definitions.alarm.items()
        for alarm in _metric_alarms(name, definition, fleet)
    ]
    for name, region in definitions.region.items():
        alarms += _region_alarms(name, region, definitions, fleet)
    twice = [key for key, n in Counter((a.region, a.name) for a in alarms).items() if n > 1]
    mistakes = [f"two alarms would be called {name} in {region}" for region, name in twice]
    mistakes += [f"alarm {a.name}: {told}" for a in alarms for told in mistakes_of_alarm(a)]
    if mistakes:
        raise ConfigError("; ".join(mistakes))
    return tuple(alarms)


def alarm_name(fleet: AlarmFleet, definition: str, *parts: str) -> str:
    """The name of an alarm: what it is first, then whose."""
    return "/".join((fleet.prefix, definition, *parts))


def _fleet_mistakes(fleet: AlarmFleet) -> list[str]:
    names = [agent.name for agent in fleet.agents]
    mistakes = [f"agent {name} is named twice" for name, n in Counter(names).items() if n > 1]
    sources = sorted({path.source for path in fleet.paths} - set(names))
    return mistakes + [f"path from {name}: there is no agent of that name" for name in sources]


def _metric_alarms(name: str, definition: AlarmDefinition, fleet: AlarmFleet) -> Iterator[Alarm]:
    for severity in definition.severities:
        for source, dimensions in _watched(definition.watches, fleet):
            yield Alarm(
                region=fleet.by_name[source].publish_region,
                request=metric_request(
                    alarm_name(fleet, name, severity, *dimensions.values()),
                    definition,
                    severity,
                    namespace=fleet.namespace,
                    dimensions=dimensions,
                    actions=fleet.actions.get(severity),
                    region=fleet.by_name[source].publish_region,
                ),
            )


def _watched(watches: Watches, fleet: AlarmFleet) -> Iterator[tuple[str, Dimensions]]:
    """Every agent or path of that kind: whose metrics they are, and their dimensions."""
    if watches is Watches.AGENTS:
        for agent in fleet.agents:
            yield agent.name, {"Source": agent.name}
        return
    for path in fleet.paths:
        if fleet.can_watch(path, watches):
            yield path.source, _dimensions(path)


def _dimensions(path: Path) -> Dimensions:
    return {
        "Source": path.source,
        "Destination": path.destination,
        "Scenario": path.scenario,
    }


def _region_alarms(
    name: str, definition: RegionDefinition, definitions: Definitions, fleet: AlarmFleet
) -> Iterator[Alarm]:
    """One for each Region and each place where metrics of paths into it are.

    A composite cannot watch alarms of another Region: where agents publish to their own, each of
    those Regions sees only the paths from it.
    """
    for (into, published), paths in sorted(_paths_into(fleet).items()):
        watched = [
            [
                alarm_name(fleet, of, definition.of_severity, *_dimensions(path).values())
                for path in paths
                if fleet.can_watch(path, definitions.alarm[of].watches)
            ]
            for of in definition.of
        ]
        enough = [names for names in watched if len(names) >= definition.at_least]
        if enough:
            yield Alarm(
                region=published,
                request=composite_request(
                    alarm_name(fleet, name, into),
                    definition,
                    rule=region_rule(enough, definition.at_least),
                    into=into,
                    actions=fleet.actions.get(definition.severity),
                    region=published,
                ),
            )


def region_rule(watched: Sequence[Sequence[str]], at_least: int) -> str:
    """At least so many alarms of one of these lists are in ALARM."""
    return " OR ".join(
        f"AT_LEAST({at_least}, ALARM, ({', '.join(map(_quoted, names))}))" for names in watched
    )


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _paths_into(fleet: AlarmFleet) -> Mapping[tuple[str, str], list[Path]]:
    """Paths by the Region that they lead into and the one where their metrics are."""
    found: dict[tuple[str, str], list[Path]] = defaultdict(list)
    for path in sorted(fleet.paths):
        if destination := fleet.by_name.get(path.destination):
            published = fleet.by_name[path.source].publish_region
            found[destination.region, published].append(path)
    return found
