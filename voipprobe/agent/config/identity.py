"""Which agent of the fleet this host is."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from voipprobe.agent.config.sections import NAME_PATTERN, FleetFile, PeerSection
from voipprobe.model.errors import ConfigError

NAME: Final = re.compile(NAME_PATTERN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """The EC2 instance that we run on."""

    instance_id: str
    region: str
    az: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who we are.

    Attributes:
        name: the source of everything that we measure.
        peer: our own entry; None when the file lists no peers.
        how: by what we were recognised, in words.
        instance: where on EC2; None elsewhere or when nobody asked.
    """

    name: str
    peer: PeerSection | None
    how: str
    instance: Instance | None = None

    @property
    def region(self) -> str | None:
        """Of the instance, else as the file says."""
        if self.instance is not None:
            return self.instance.region
        return self.peer.region if self.peer else None


def identify(
    fleet: FleetFile,
    *,
    named: str | None,
    hostname: str,
    instance: Callable[[], Instance | None],
    is_local: Callable[[str], bool],
) -> Identity:
    """The agent that this host is.

    Args:
        fleet: the file.
        named: by the command line or the environment.
        hostname: for a fleet without peers.
        instance: asks the instance metadata service, where there is one.
        is_local: whether an interface of this host has an address.

    Raises:
        ConfigError: it is none of the peers, or may be several.
    """
    name = named or fleet.agent.name
    if name is not None:
        if not NAME.fullmatch(name):
            raise ConfigError(f"{name!r} cannot be the name of an agent: see [[peer]] name")
        how = "the command line or the environment" if named else "[agent] name"
        return Identity(name=name, peer=_of_name(fleet.peer, name), how=how)
    here = instance()
    if not fleet.peer:
        known = here.region if here else hostname
        return Identity(name=known, peer=None, how="Region" if here else "host name", instance=here)
    for how, found in _candidates(fleet.peer, here, is_local):
        if len(found) == 1:
            return Identity(name=found[0].name, peer=found[0], how=how, instance=here)
    names = ", ".join(peer.name for peer in fleet.peer)
    raise ConfigError(
        f"this host is none of the peers, or several of them ({names}): "
        "say which by --name, VOIPPROBE_AGENT or [agent] name"
    )


def _of_name(peers: Sequence[PeerSection], name: str) -> PeerSection | None:
    found = [peer for peer in peers if peer.name == name]
    if peers and not found:
        raise ConfigError(f"{name!r} is none of the peers: {', '.join(p.name for p in peers)}")
    return found[0] if found else None


def _candidates(
    peers: Sequence[PeerSection], here: Instance | None, is_local: Callable[[str], bool]
) -> list[tuple[str, list[PeerSection]]]:
    """Peers that this host may be, by the surest sign first."""
    by_address = [peer for peer in peers if is_local(peer.bind or peer.address)]
    if here is None:
        return [("address", by_address)]
    # a peer that names another instance or zone is not us, however near it is
    in_region = [
        peer
        for peer in peers
        if peer.region == here.region
        and peer.az in {None, here.az}
        and peer.instance_id in {None, here.instance_id}
    ]
    return [
        ("instance id", [peer for peer in peers if peer.instance_id == here.instance_id]),
        ("availability zone", [peer for peer in in_region if peer.az == here.az]),
        ("Region", in_region),
        ("address", by_address),
    ]
