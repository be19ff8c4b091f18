"""What a fleet file says that cannot be: names that do not exist, thresholds that are none.

Knows how the sections depend on each other. Must not touch the network or the host.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from ipaddress import ip_network
from typing import Final

from voipprobe.agent.config.sections import (
    FleetFile,
    IperfSection,
    PeerSection,
    ProbeSection,
    RoundsSection,
)
from voipprobe.model.errors import ConfigError
from voipprobe.model.target import USER, parse_target
from voipprobe.quality.metrics import KNOWN_METRICS
from voipprobe.quality.thresholds import parse
from voipprobe.settings.lines import KeyPath
from voipprobe.traffic.scenarios import accept_parameters, load_scenario

Mistake = tuple[KeyPath, str]

MEDIA_PORTS: Final = 4
"""From media_port on, for each of the responder's transports."""
DIRECTIONS: Final = {
    "forward_loss_ratio": "lost on the way to the destination / sent (0..1)",
    "backward_loss_ratio": "lost on the way back / sent back (0..1)",
}
"""Metrics that only an agent has: a probe alone knows one end of a path."""
ROUND_METRICS: Final = {**KNOWN_METRICS, **DIRECTIONS}
"""Every metric that a threshold of a fleet file may be set on."""


def mistakes(fleet: FleetFile) -> list[Mistake]:
    """Every mistake, with the key that it stands at; none if the file can be used."""
    found = [*_names(fleet), *_agent(fleet), *_responder(fleet)]
    cloudwatch = fleet.publish.cloudwatch
    if cloudwatch is not None and cloudwatch.namespace.startswith("AWS/"):
        found.append((("publish", "cloudwatch", "namespace"), "AWS/ is kept for AWS itself"))
    for index, peer in enumerate(fleet.peer):
        found += _peer(("peer", index), peer)
    for index, probe in enumerate(fleet.probe):
        found += _rounds(fleet, ("probe", index), probe, has_target=bool(probe.target))
        found += _probe(fleet, ("probe", index), probe)
    for index, iperf in enumerate(fleet.iperf):
        found += _rounds(fleet, ("iperf", index), iperf, has_target=False)
        found += _iperf(fleet, ("iperf", index), iperf)
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


def _names(fleet: FleetFile) -> Iterator[Mistake]:
    yield from _twice("peer", [peer.name for peer in fleet.peer])
    yield from _twice("probe", [probe.name for probe in fleet.probe])
    yield from _twice("iperf", [iperf.name for iperf in fleet.iperf])
    probes = {probe.name for probe in fleet.probe}
    for index, iperf in enumerate(fleet.iperf):
        if iperf.name in probes:  # each path is known by it
            yield ("iperf", index, "name"), f"{iperf.name!r} is the name of a [[probe]] too"


def _peer(at: KeyPath, peer: PeerSection) -> Iterator[Mistake]:
    for key, host in (("address", peer.address), ("bind", peer.bind)):
        if host is None:
            continue
        odd = sorted(set(host) & set("@;/[]"))
        if odd:
            yield (*at, key), f"{host!r} is more than an address or a host name: leave out {odd[0]}"
        else:
            yield from _attempt((*at, key), parse_target, peer_host(host))


def _agent(fleet: FleetFile) -> Iterator[Mistake]:
    if int(fleet.agent.listen.rpartition(":")[2]) > 65535:
        yield ("agent", "listen"), f"{fleet.agent.listen!r}: a port is between 0 and 65535"
    names = [peer.name for peer in fleet.peer]
    if fleet.agent.name is not None and names and fleet.agent.name not in names:
        yield ("agent", "name"), f"{fleet.agent.name!r} is none of the peers: {', '.join(names)}"
    if not fleet.probe and not fleet.iperf and not fleet.responder.enabled:
        yield ("agent",), "nothing to do: no [[probe]], no [[iperf]], and no responder"


def _responder(fleet: FleetFile) -> Iterator[Mistake]:
    responder = fleet.responder
    for text in responder.allow:
        yield from _network(text)
    ports = {key: getattr(responder, key) for key in ("port", "iperf_port", "exchange_port")}
    media_ports = MEDIA_PORTS * len(responder.transports)
    media = range(responder.media_port, responder.media_port + media_ports)
    for port, times in Counter(port for port in ports.values() if port).items():
        if times > 1:
            yield ("responder",), f"port {port} is used {times} times"
        if port in media:
            key = next(key for key, value in ports.items() if value == port)
            text = f"port {port} is one of media: media_port {media.start} takes {media_ports}"
            yield ("responder", key), text


def _network(text: str) -> Iterator[Mistake]:
    try:
        ip_network(text)
    except ValueError as error:
        yield ("responder", "allow"), f"{error}: write a network like '198.51.100.0/24'"


def _rounds(
    fleet: FleetFile, at: KeyPath, section: RoundsSection, *, has_target: bool
) -> Iterator[Mistake]:
    known = {peer.name for peer in fleet.peer}
    listed = ", ".join(sorted(known)) or "there are none"
    wanted = section.peers if isinstance(section.peers, tuple) else ()
    for key, names in (("peers", wanted), ("sources", section.sources)):
        for name in names:
            if name not in known:
                yield (*at, key), f"{name!r} is none of the peers: {listed}"
    if section.peers is True and len(known) < 2:
        yield (*at, "peers"), "there are no other peers: add [[peer]] tables"
    if not section.peers and not has_target:
        yield at, f"{section.name!r} calls nobody: say peers = true, or give it a target"


def _probe(fleet: FleetFile, at: KeyPath, probe: ProbeSection) -> Iterator[Mistake]:
    yield from _attempt((*at, "scenario"), load_scenario, probe.scenario)
    yield from _destinations(fleet, at, probe)
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


def _destinations(fleet: FleetFile, at: KeyPath, probe: ProbeSection) -> Iterator[Mistake]:
    names = [one.name for one in probe.target]
    for (table, index, key), text in _twice("target", names):
        yield (*at, table, index, key), text
    for index, name in enumerate(names):
        if probe.peers and name in {peer.name for peer in fleet.peer}:
            yield (*at, "target", index, "name"), f"{name!r} is the name of a peer too"
    served = fleet.responder.transports
    if probe.peers and probe.transport not in served:
        text = f"{probe.transport!r} is not what responders serve: {', '.join(served)}"
        yield (*at, "transport"), text
    if probe.user is not None and not USER.fullmatch(probe.user):
        yield (*at, "user"), f"{probe.user!r} is not the user part of a SIP URI"


def _iperf(fleet: FleetFile, at: KeyPath, iperf: IperfSection) -> Iterator[Mistake]:
    if fleet.responder.iperf_port == 0:
        yield at, "the responders serve no iperf3 ([responder])"
    length_s = 2 * len(iperf.protocols) * iperf.duration_s  # both directions
    if length_s > iperf.interval_s:
        text = f"a round takes {length_s:g} s and more, interval_s is {iperf.interval_s:g}"
        yield (*at, "interval_s"), text


def _parameters(at: KeyPath, probe: ProbeSection) -> Iterator[Mistake]:
    try:
        scenario = load_scenario(probe.scenario)
    except ConfigError:
        return  # said already
    yield from _attempt((*at, "parameters"), accept_parameters, scenario, probe.parameters)
    if scenario.manifest.credentials and probe.credentials is None:
        yield (*at, "credentials"), f"scenario {probe.scenario} needs a file of credentials"
