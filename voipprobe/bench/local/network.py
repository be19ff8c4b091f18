"""The three hosts of a local benchmark and how they are wired.

Through the system: caller - system - callee, and no other way. Beside it: caller - callee -
system, the callee forwarding signalling in its kernel, so that the caller's one interface shows
everything. Without a system: caller - callee.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from voipprobe.traffic.netns import Host, hosts, join
from voipprobe.traffic.responder.allow import Network as PeerNetwork
from voipprobe.traffic.responder.allow import parse_networks

INTERFACE: Final = "load0"
CALLER, CALLER_PEER = "198.18.0.1", "198.18.0.2"
FAR, FAR_PEER = "198.18.1.1", "198.18.1.2"
"""Of the networks for benchmarks (RFC 2544 C.2.2). The peer of `FAR` is always the system."""
SIP_PORT: Final = 5060
PEERS: Final = parse_networks(["198.18.0.0/15"])

Wiring = Literal["through", "beside", "system-only", "callee-only"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Hosts and addresses.

    Attributes:
        near, far: the system's addresses towards caller and callee; one and the same where it
            has one leg only.
        callee_address: where the far ends of calls are.
        peers: whom they serve.
    """

    caller: Host
    system: Host
    callee: Host
    near: str
    far: str
    callee_address: str
    peers: tuple[PeerNetwork, ...] = PEERS


@contextlib.contextmanager
def network(wiring: Wiring) -> Iterator[Network]:
    """The hosts, wired, and gone when the block ends.

    Raises:
        ToolError: namespaces are not allowed here (root is needed).
    """
    with hosts("caller", "system", "callee") as (caller, system, callee):
        made = Network(
            caller=caller, system=system, callee=callee, near=CALLER_PEER, far=CALLER_PEER,
            callee_address=CALLER_PEER,
        )  # fmt: skip
        first = system if wiring in ("through", "system-only") else callee
        join(caller, f"{INTERFACE} {CALLER}/30", first, f"load1 {CALLER_PEER}/30")
        for one in (caller, system, callee):  # a new namespace copies this from the machine's own
            one.run("sh", "-c", "echo 0 > /proc/sys/net/ipv4/ip_forward")
        if wiring == "through":
            join(callee, f"far0 {FAR}/30", system, f"far1 {FAR_PEER}/30")
            made = Network(
                caller=caller, system=system, callee=callee, near=CALLER_PEER, far=FAR_PEER,
                callee_address=FAR,
            )  # fmt: skip
        elif wiring == "beside":
            join(callee, f"far0 {FAR}/30", system, f"far1 {FAR_PEER}/30")
            callee.run("sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
            caller.run("ip", "route", "add", FAR_PEER, "via", CALLER_PEER)
            system.run("ip", "route", "add", "default", "via", FAR)
            made = Network(
                caller=caller, system=system, callee=callee, near=FAR_PEER, far=FAR_PEER,
                callee_address=CALLER_PEER,
            )  # fmt: skip
        yield made
