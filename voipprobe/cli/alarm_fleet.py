"""The fleet file as alarms and dashboards need it.

Knows what of a scenario can be watched. Must not know what alarms or dashboards there are.
"""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path as File

from voipprobe.agent.config.plan import all_paths
from voipprobe.agent.config.read import read_fleet
from voipprobe.agent.config.sections import (
    ActionsSection,
    CloudWatchSection,
    FleetFile,
    PeerSection,
)
from voipprobe.aws.alarms.definitions.model import Severity, Watches
from voipprobe.aws.alarms.fleet import Actions, AlarmAgent, AlarmFleet
from voipprobe.model.errors import ConfigError
from voipprobe.traffic.scenarios import load_scenario


def load_fleet(file: File) -> AlarmFleet:
    """The fleet in a file.

    Raises:
        ConfigError: the file has mistakes, publishes nothing to CloudWatch, has no peers, or one
            of them has no Region; all mistakes of a kind are named at once.
    """
    return alarm_fleet(read_fleet(file), str(file))


def alarm_fleet(fleet: FleetFile, where: str) -> AlarmFleet:
    """What a fleet file says; `where` is what messages call it. Raises as above."""
    cloudwatch = fleet.publish.cloudwatch
    mistakes = list(_mistakes(fleet.peer, cloudwatch))
    if cloudwatch is None or mistakes:
        raise ConfigError("\n".join(f"{where}: {told}" for told in mistakes))
    return AlarmFleet(
        namespace=cloudwatch.namespace,
        prefix=cloudwatch.alarms.prefix,
        agents=tuple(_agent(peer, cloudwatch.region) for peer in fleet.peer),
        paths=tuple(sorted(all_paths(fleet))),
        scenarios=_scenarios(fleet),
        actions={one: _actions(getattr(cloudwatch.alarms.actions, one)) for one in Severity},
    )


def _mistakes(peers: tuple[PeerSection, ...], cloudwatch: CloudWatchSection | None) -> list[str]:
    what = "alarms and dashboards of CloudWatch"
    if cloudwatch is None:
        return [f"has no [publish.cloudwatch]: {what} look at what is published there"]
    if not peers:
        return [f"has no [[peer]]: {what} need every agent by name, with its region"]
    return [
        f"peer {peer.name} has no region: {what} need it (agents themselves do not)"
        for peer in peers
        if peer.region is None
    ]


def _agent(peer: PeerSection, central: str | None) -> AlarmAgent:
    region = peer.region or ""  # checked above
    return AlarmAgent(name=peer.name, region=region, publish_region=central or region)


def _actions(section: ActionsSection) -> Actions:
    return Actions(alarm=section.alarm, ok=section.ok, insufficient_data=section.insufficient_data)


def _scenarios(fleet: FleetFile) -> Mapping[str, frozenset[Watches]]:
    """What can be watched, by the scenario's name in a path."""
    found: dict[str, frozenset[Watches]] = defaultdict(frozenset)
    for probe in fleet.probe:
        found[File(probe.scenario).stem] |= watched_of(probe.scenario)
    return dict(found)


def watched_of(scenario: str) -> frozenset[Watches]:
    """What can be watched of a scenario: sessions if it sends INVITE, media if it has RTP.

    Raises:
        ConfigError: there is no such scenario; the nearest name is suggested.
    """
    manifest = load_scenario(scenario).manifest
    watched = {Watches.CALLS}
    if manifest.method == "INVITE":
        watched.add(Watches.SESSIONS)
    if manifest.media:
        watched.add(Watches.MEDIA)
    return frozenset(watched)
