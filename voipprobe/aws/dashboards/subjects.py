"""What a dashboard, a widget or a line is about: a fleet, a Region, an agent, a path. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from voipprobe.aws.alarms.definitions.model import Watches
from voipprobe.aws.alarms.fleet import AlarmFleet
from voipprobe.model.path import Path

Direction = Literal["out", "into"]
LABELS: Final = {"Source": "source", "Destination": "destination", "Scenario": "scenario"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A path or an agent, as its metrics know it.

    Attributes:
        region: where its metrics are. dimensions: theirs, in the catalogue's order.
    """

    region: str
    dimensions: Mapping[str, str]

    @property
    def words(self) -> Mapping[str, str]:
        """What `${source}` and the like stand for."""
        return {LABELS[name]: value for name, value in self.dimensions.items()}

    @property
    def path(self) -> Path | None:
        """Which; None for an agent."""
        return Path(**self.words) if len(self.dimensions) > 1 else None


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What one dashboard is about.

    Attributes:
        fleet: all that there is.
        of: a Region or an agent, as its name; None for the whole fleet.
        kind: which of these.
    """

    fleet: AlarmFleet
    kind: Literal["fleet", "region", "agent"]
    of: str | None = None

    @cached_property
    def words(self) -> Mapping[str, str]:
        """What stands for the name."""
        return {} if self.of is None else {self.kind: self.of}

    def subjects(self, watches: Watches, direction: Direction = "out") -> Iterator[Subject]:
        """Every agent or path of it that can be watched so."""
        if watches is Watches.AGENTS:
            yield from map(self._agent, sorted(self._agents()))
            return
        for path in sorted(self.fleet.paths):
            if self._is_ours(path, direction) and self.fleet.can_watch(path, watches):
                yield self._path(path)

    def _agents(self) -> list[str]:
        if self.kind == "agent":
            return [self.of or ""]
        return [
            agent.name
            for agent in self.fleet.agents
            if self.kind == "fleet" or agent.region == self.of
        ]

    def _is_ours(self, path: Path, direction: Direction) -> bool:
        if self.kind == "fleet":
            return True
        return (path.source if direction == "out" else path.destination) in self._agents()

    def _agent(self, name: str) -> Subject:
        region = self.fleet.by_name[name].publish_region
        return Subject(region=region, dimensions={"Source": name})

    def _path(self, path: Path) -> Subject:
        return Subject(
            region=self.fleet.by_name[path.source].publish_region,
            dimensions={
                "Source": path.source, "Destination": path.destination, "Scenario": path.scenario,
            },
        )  # fmt: skip


def scopes_of(fleet: AlarmFleet, kind: Literal["fleet", "region", "agent"]) -> Iterator[Scope]:
    """One for each dashboard that a template makes."""
    if kind == "fleet":
        yield Scope(fleet=fleet, kind=kind)
        return
    found = {agent.region if kind == "region" else agent.name for agent in fleet.agents}
    for name in sorted(found):
        yield Scope(fleet=fleet, kind=kind, of=name)
