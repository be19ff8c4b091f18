"""Reads what alarms need to know of a fleet from its configuration file.

Knows the keys of that file. Must not know what alarms there are.
"""

import tomllib
from pathlib import Path as File
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from voipprobe.aws.alarms.definitions.model import Severity, Watches
from voipprobe.aws.alarms.fleet import IPERF, Actions, AlarmAgent, AlarmFleet
from voipprobe.model.errors import ConfigError
from voipprobe.model.path import Path
from voipprobe.traffic.scenarios import load_scenario, scenario_names

Arns = Annotated[list[str], Field(max_length=5)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Actions(_Strict):
    alarm: Arns = []
    ok: Arns = []
    insufficient_data: Arns = []


class _Alarms(_Strict):
    prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=60)] = (
        "voipprobe"
    )
    actions: dict[Severity, _Actions] = {}


class _CloudWatch(_Strict):
    namespace: str = "voipprobe"
    region: str | None = None  # None: every agent publishes to the Region where it stands
    alarms: _Alarms = _Alarms()


class _Publish(_Strict):
    cloudwatch: _CloudWatch


class _Peer(_Strict):
    name: str
    region: str


class _Probe(_Strict):
    scenario: str
    sources: list[str] | None = None  # None: all peers
    destinations: list[str] | None = None


class _Fleet(_Strict):
    publish: _Publish
    peer: list[_Peer]
    probe: list[_Probe] = []


def load_fleet(file: File) -> AlarmFleet:
    """The fleet in a file.

    Raises:
        ConfigError: unreadable, not TOML, or wrong; all mistakes are named at once.
    """
    try:
        fleet = _Fleet.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: {error}") from error
    except ValidationError as error:
        rows = (f"{'.'.join(map(str, r['loc']))}: {r['msg']}" for r in error.errors())
        raise ConfigError(f"{file}: {'; '.join(rows)}") from error
    return _alarm_fleet(fleet)


def _alarm_fleet(fleet: _Fleet) -> AlarmFleet:
    cloudwatch = fleet.publish.cloudwatch
    agents = tuple(
        AlarmAgent(
            name=peer.name, region=peer.region, publish_region=cloudwatch.region or peer.region
        )
        for peer in fleet.peer
    )
    return AlarmFleet(
        namespace=cloudwatch.namespace,
        prefix=cloudwatch.alarms.prefix,
        agents=agents,
        paths=_paths(fleet),
        scenarios={name: watched_of(name) for name in {probe.scenario for probe in fleet.probe}},
        actions={
            severity: Actions(
                alarm=tuple(given.alarm),
                ok=tuple(given.ok),
                insufficient_data=tuple(given.insufficient_data),
            )
            for severity, given in cloudwatch.alarms.actions.items()
        },
    )


def _paths(fleet: _Fleet) -> tuple[Path, ...]:
    peers = [peer.name for peer in fleet.peer]
    found = {
        Path(source=source, destination=destination, scenario=probe.scenario)
        for probe in fleet.probe
        for source in (peers if probe.sources is None else probe.sources)
        for destination in (peers if probe.destinations is None else probe.destinations)
        if source != destination
    }
    return tuple(sorted(found))


def watched_of(scenario: str) -> frozenset[Watches]:
    """What can be watched of a scenario: sessions if it sends INVITE, media if it has RTP.

    Raises:
        ConfigError: there is no such scenario; the nearest name is suggested.
    """
    if scenario == IPERF and scenario not in scenario_names():
        return frozenset({Watches.IPERF})
    manifest = load_scenario(scenario).manifest
    watched = {Watches.CALLS}
    if manifest.method == "INVITE":
        watched.add(Watches.SESSIONS)
    if manifest.media:
        watched.add(Watches.MEDIA)
    return frozenset(watched)
