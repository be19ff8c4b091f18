"""Everything that a fleet file settles, worked out before anything is changed."""

import hashlib
import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from voipprobe.agent.config.identity import Identity, Instance, identify
from voipprobe.agent.config.plan import Work, plan_work
from voipprobe.agent.config.read import parse_fleet
from voipprobe.agent.config.sections import FleetFile
from voipprobe.agent.rounds.orders import Order, order_round
from voipprobe.aws.instance import instance_document
from voipprobe.model.errors import ConfigError, ToolError
from voipprobe.settings.read import file_text
from voipprobe.traffic.address import check_local, resolve

NAME_VARIABLE: Final = "VOIPPROBE_AGENT"
MIB: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What one agent does with one version of its file.

    Attributes:
        digest: SHA-256 of the file's text: tells which version of it is in force.
        state: the state folder, absolute.
        local_address: of ours, that calls come from; None for what the kernel chooses.
    """

    file: Path
    digest: str
    fleet: FleetFile
    state: Path
    identity: Identity
    works: tuple[Work, ...]
    local_address: str | None

    @property
    def work_folder(self) -> Path:
        """Where rounds that are under way have their folders."""
        if self.fleet.agent.work is not None:
            return self.fleet.agent.work.absolute()
        runtime = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
        return Path(runtime) / "work" if runtime else self.state / "work"

    def order(self, work: Work) -> Order:
        """The order of the next round of a piece of work. Raises ConfigError."""
        return order_round(
            work,
            folder=self.work_folder,
            local_address=self.local_address,
            capture=self.fleet.capture,
            environment=os.environ,
        )


def read_settings(file: Path, named: str | None, state: Path | None = None) -> Settings:
    """The settings of a fleet file for this host.

    Args:
        file: the fleet file.
        named: which agent we are, by the command line.
        state: folder in the place of the file's.

    Raises:
        ConfigError: mistakes in the file, or this host is none of its peers.
    """
    text = file_text(file)
    fleet = parse_fleet(text, str(file))
    identity = identify(
        fleet,
        named=named or os.environ.get(NAME_VARIABLE),
        hostname=socket.gethostname().partition(".")[0] or "agent",
        instance=_instance,
        is_local=lambda host: _local_address(host) is not None,
    )
    return Settings(
        file=file,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        fleet=fleet,
        state=(state or fleet.agent.state).absolute(),
        identity=identity,
        works=plan_work(fleet, identity),
        local_address=_own_address(identity),
    )


def _instance() -> Instance | None:
    document = instance_document()
    if document is None:
        return None
    return Instance(
        instance_id=document.get("instanceId", ""),
        region=document.get("region", ""),
        az=document.get("availabilityZone", ""),
    )


def _own_address(identity: Identity) -> str | None:
    peer = identity.peer
    return None if peer is None else _local_address(peer.bind or peer.address)


def _local_address(host: str) -> str | None:
    """The address of a host name that one of our interfaces has; None if none has it."""
    try:
        address = resolve(host)
        check_local(address)
    except (ConfigError, ToolError):
        return None
    return address
