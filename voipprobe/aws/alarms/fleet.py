"""What alarms are made for: agents, paths, and where the metrics of each go."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from voipprobe.aws.alarms.definitions.model import Severity, Watches
from voipprobe.model.path import Path

IPERF: Final = "iperf"
CALL_WITH_MEDIA: Final = frozenset({Watches.CALLS, Watches.SESSIONS, Watches.MEDIA})


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmAgent:
    """An agent.

    Attributes:
        name: as in the dimension Source.
        region: where it stands.
        publish_region: where its metrics go, and so where alarms on them are.
    """

    name: str
    region: str
    publish_region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    """ARNs of SNS topics, Lambda functions and SSM items; `{region}` in one is the alarm's.

    Attributes:
        alarm: when it goes to ALARM. ok: when it goes to OK. insufficient_data: to that.
    """

    alarm: tuple[str, ...] = ()
    ok: tuple[str, ...] = ()
    insufficient_data: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AlarmFleet:
    """All agents and paths that share a namespace.

    Attributes:
        namespace: of the metrics.
        prefix: of the alarms' names; with a tag of the same value it says which are ours.
        agents: all of them. paths: all that they measure.
        scenarios: what of a scenario can be watched; of one that is not here, calls with media.
        actions: by severity.
    """

    namespace: str
    prefix: str
    agents: tuple[AlarmAgent, ...]
    paths: tuple[Path, ...]
    scenarios: Mapping[str, frozenset[Watches]] = field(default_factory=dict)
    actions: Mapping[Severity, Actions] = field(default_factory=dict)

    @cached_property
    def by_name(self) -> Mapping[str, AlarmAgent]:
        """Agents by name."""
        return {agent.name: agent for agent in self.agents}

    @property
    def regions(self) -> tuple[str, ...]:
        """Every Region in which there can be alarms, in order."""
        return tuple(sorted({agent.publish_region for agent in self.agents}))

    def can_watch(self, path: Path, watches: Watches) -> bool:
        """Whether a path is one of those that a definition watches."""
        if watches is Watches.PATHS:
            return True
        if path.scenario == IPERF:
            return watches is Watches.IPERF
        return watches in self.scenarios.get(path.scenario, CALL_WITH_MEDIA)
