"""What a fleet file says that cannot be: names that do not exist, thresholds that are none.

Knows how the sections depend on each other. Must not touch the network or the host.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from voipprobe.agent.config.sections import FleetFile, ProbeSection, RoundsSection
from voipprobe.model.errors import ConfigError
from voipprobe.model.target import parse_target
from voipprobe.quality.metrics import KNOWN_METRICS
from voipprobe.quality.thresholds import parse
from voipprobe.settings.lines import KeyPath
from voipprobe.traffic.responder.allow import parse_networks
from voipprobe.traffic.scenarios import accept_parameters, load_scenario

Mistake = tuple[KeyPath, str]

DIRECTIONS: Final = {
    "forward_loss_ratio": "lost on the way to the destination / sent (0..1)",
    "backward_loss_ratio": "lost on the way back / sent back (0..1)",
}
"""Metrics that only an agent has: a probe alone knows one end of a path."""
ROUND_METRICS: Final = {**KNOWN_METRICS, **DIRECTIONS}
"""Every metric that a threshold of a fleet file may be set on."""


def mistakes(fleet: FleetFile) -> list[Mistake]:
    """Every mistake, with the key that it stands at; none if the file can be used."""
    found = list(_twice("peer", [peer.name for peer in fleet.peer]))
    found += _twice("probe", [probe.name for probe in fleet.probe])
    found += _twice("iperf", [iperf.name for iperf in fleet.iperf])
    found += _agent(fleet)
    found += _responder(fleet)
    cloudwatch = fleet.publish.cloudwatch
    if cloudwatch is not None and cloudwatch.namespace.startswith("AWS/"):
        found.append((("publish", "cloudwatch", "namespace"), "AWS/ is kept for AWS itself"))
    for index, peer in enumerate(fleet.peer):
        found += _attempt(("peer", index, "address"), parse_target, peer_host(peer.address))
    for index, probe in enumerate(fleet.probe):
        found += _rounds(fleet, ("probe", index), probe, has_target=bool(probe.target))
        found += _probe(("probe", index), probe)
    for index, iperf in enumerate(fleet.iperf):
        found += _rounds(fleet, ("iperf", index), iperf, has_target=False)
        if fleet.responder.iperf_port == 0:
            found.append((("iperf", index), "the responders serve no iperf3 ([responder])"))
    return found


def peer_host(address: str) -> str:
    """A peer's address as a URI writes it: IPv6 in brackets."""
    return f"[{address}]" if ":" in address and not address.startswith("[") else address


def _attempt(path: KeyPath, work: Callable[..., object], *given: object) -> Iterator[Mistake]:
    try:
        work(*given)
    except ConfigError as error:
        yield path, str(error)


def _twice(table: str, names: Sequence[str]) -> Iterator[Mistake]:
    for index, name in enumerate(names):
        if names.index(name) != index:
            yield (table, index, "name"), f"{name!r} is there {Counter(names)[name]} times"


def _agent(fleet: FleetFile) -> Iterator[Mistake]:
    names = [peer.name for peer in fleet.peer]
    if fleet.agent.name is not None and names and fleet.agent.name not in names:
        yield ("agent", "name"), f"{fleet.agent.name!r} is none of the peers: {', '.join(names)}"
    if not fleet.probe and not fleet.iperf and not fleet.responder.enabled:
        yield ("agent",), "nothing to do: no [[probe]], no [[iperf]], and no responder"


def _responder(fleet: FleetFile) -> Iterator[Mistake]:
    responder = fleet.responder
    yield from _attempt(("responder", "allow"), parse_networks, responder.allow)
    ports = [responder.port, responder.iperf_port, responder.exchange_port]
    for port, times in Counter(port for port in ports if port).items():
        if times > 1:
            yield ("responder",), f"port {port} is used {times} times"


def _rounds(
    fleet: FleetFile, at: KeyPath, section: RoundsSection, *, has_target: bool
) -> Iterator[Mistake]:
    known = {peer.name for peer in fleet.peer}
    wanted = section.peers if isinstance(section.peers, tuple) else ()
    for key, names in (("peers", wanted), ("sources", section.sources)):
        for name in names:
            if name not in known:
                yield (*at, key), f"{name!r} is none of the peers: {', '.join(sorted(known))}"
    if section.peers is True and len(known) < 2:
        yield (*at, "peers"), "there are no other peers: add [[peer]] tables"
    if not section.peers and not has_target:
        yield at, f"{section.name!r} calls nobody: say peers = true, or give it a target"


def _probe(at: KeyPath, probe: ProbeSection) -> Iterator[Mistake]:
    yield from _attempt((*at, "scenario"), load_scenario, probe.scenario)
    yield from _twice_targets(at, probe)
    for index, target in enumerate(probe.target):
        yield from _attempt((*at, "target", index, "uri"), parse_target, target.uri)
    if probe.next_hop is not None:
        yield from _attempt((*at, "next_hop"), parse_target, probe.next_hop)
    for key, expressions in (("critical", probe.critical), ("warning", probe.warning)):
        for expression in expressions:
            yield from _attempt((*at, key), parse, expression, ROUND_METRICS)
    yield from _parameters(at, probe)
    length_s = (probe.calls - 1) / probe.rate_cps + probe.hold_s
    if length_s > probe.interval_s:
        text = f"a round takes {length_s:g} s and more, interval_s is {probe.interval_s:g}"
        yield (*at, "interval_s"), text


def _twice_targets(at: KeyPath, probe: ProbeSection) -> Iterator[Mistake]:
    for (table, index, key), text in _twice("target", [one.name for one in probe.target]):
        yield (*at, table, index, key), text


def _parameters(at: KeyPath, probe: ProbeSection) -> Iterator[Mistake]:
    try:
        scenario = load_scenario(probe.scenario)
    except ConfigError:
        return  # said already
    yield from _attempt((*at, "parameters"), accept_parameters, scenario, probe.parameters)
    if scenario.manifest.credentials and probe.credentials is None:
        yield (*at, "credentials"), f"scenario {probe.scenario} needs a file of credentials"
