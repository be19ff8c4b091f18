"""A fleet file and an identity to what one agent does: every path that it measures, and how."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path as File

from voipprobe.agent.config.check import DIRECTIONS, ROUND_METRICS, peer_host
from voipprobe.agent.config.identity import Identity
from voipprobe.agent.config.sections import (
    FleetFile,
    IperfSection,
    PeerSection,
    ProbeSection,
    RoundsSection,
)
from voipprobe.model.path import Path
from voipprobe.model.target import Target, parse_target
from voipprobe.probe.load import Load
from voipprobe.quality.metrics import KNOWN_METRICS
from voipprobe.quality.thresholds import Threshold, parse

IPERF = "iperf"
"""What stands in the place of a scenario for a measurement of the network itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Thresholds that the agent checks itself, once both ends are known.

    Attributes:
        critical: those that a probe cannot check; the others are its expectations.
        warning: all of them.
    """

    critical: tuple[Threshold, ...] = ()
    warning: tuple[Threshold, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """What a round of calls is made of.

    Attributes:
        expectations: what the probe itself holds its result against.
        exchange: "host:port" where the far end tells what it saw; None where there is none.
    """

    section: ProbeSection
    target: Target
    next_hop: Target | None
    load: Load
    expectations: tuple[Threshold, ...]
    limits: Limits
    exchange: tuple[str, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """What a round of iperf3 is made of."""

    section: IperfSection
    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One path, measured again and again.

    Attributes:
        name: unique in the agent, and the same after a restart: it decides the phase.
    """

    name: str
    path: Path
    interval_s: float
    what: Calls | Network

    @property
    def is_calls(self) -> bool:
        """Whether calls are placed, not only iperf3 run."""
        return isinstance(self.what, Calls)


def plan_work(fleet: FleetFile, identity: Identity) -> tuple[Work, ...]:
    """Everything that this agent does, in the order of the file."""
    return (*_probes(fleet, identity), *_iperfs(fleet, identity))


def all_paths(fleet: FleetFile) -> tuple[Path, ...]:
    """Every path that the whole fleet measures, each once."""
    found: dict[Path, None] = {}
    for peer in fleet.peer:
        identity = Identity(name=peer.name, peer=peer, how="")
        found |= dict.fromkeys(work.path for work in plan_work(fleet, identity))
    return tuple(found)


def _probes(fleet: FleetFile, identity: Identity) -> Iterator[Work]:
    for probe in fleet.probe:
        if not _does(probe, identity):
            continue
        for peer in _peers_of(fleet, probe, identity):
            exchange = fleet.responder.exchange_port
            uri = f"{probe.user}@" if probe.user else ""
            uri += f"{peer_host(peer.address)}:{fleet.responder.port}"
            target = parse_target(f"sip:{uri};transport={probe.transport}")
            far = (peer.address, exchange) if exchange else None
            yield _work(identity, probe, peer.name, _calls(probe, target, far))
        for one in probe.target:
            yield _work(identity, probe, one.name, _calls(probe, parse_target(one.uri), None))


def _iperfs(fleet: FleetFile, identity: Identity) -> Iterator[Work]:
    for iperf in fleet.iperf:
        if not _does(iperf, identity) or fleet.responder.iperf_port == 0:
            continue
        for peer in _peers_of(fleet, iperf, identity):
            network = Network(section=iperf, host=peer.address, port=fleet.responder.iperf_port)
            yield _work(identity, iperf, peer.name, network)


def _does(section: RoundsSection, identity: Identity) -> bool:
    return not section.sources or identity.name in section.sources


def _peers_of(
    fleet: FleetFile, section: RoundsSection, identity: Identity
) -> Sequence[PeerSection]:
    others = [peer for peer in fleet.peer if peer.name != identity.name]
    if isinstance(section.peers, bool):
        return others if section.peers else []
    return [peer for peer in others if peer.name in section.peers]


def _work(
    identity: Identity, section: ProbeSection | IperfSection, destination: str,
    what: Calls | Network,
) -> Work:  # fmt: skip
    scenario = File(section.scenario).stem if isinstance(section, ProbeSection) else IPERF
    return Work(
        name=f"{section.name}>{destination}",
        path=Path(source=identity.name, destination=destination, scenario=scenario),
        interval_s=section.interval_s,
        what=what,
    )


def _calls(probe: ProbeSection, target: Target, exchange: tuple[str, int] | None) -> Calls:
    critical = [parse(text, ROUND_METRICS) for text in probe.critical]
    return Calls(
        section=probe,
        target=target,
        next_hop=parse_target(probe.next_hop) if probe.next_hop else None,
        load=Load(calls=probe.calls, rate_cps=probe.rate_cps, hold_s=probe.hold_s),
        expectations=tuple(one for one in critical if one.metric in KNOWN_METRICS),
        limits=Limits(
            critical=tuple(one for one in critical if one.metric in DIRECTIONS),
            warning=tuple(parse(text, ROUND_METRICS) for text in probe.warning),
        ),
        exchange=exchange,
    )
