"""Where the Regions and the services are, and how their namespaces are connected."""

import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mesh_demo.relay import INTERFACE, MTU, QUEUE_PACKETS
from mesh_demo.tun import entered
from voipprobe.traffic.netns import Host, join

SERVICES_ADDRESS: Final = "198.19.0.1"
NETWORK: Final = "198.18.0.0/16"
"""Of the range that RFC 2544 keeps for benchmarks, as all addresses here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """One Region: its namespace, and its address in the mesh and towards the services."""

    name: str
    host: Host
    address: str
    services_address: str

    def udp_socket(self, port: int = 0) -> socket.socket:
        """A UDP socket of this process in the Region, at its address; port 0 means any.

        Raises:
            ToolError: the namespace cannot be entered.
        """
        with entered(self.host.pid):
            made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.bind((self.address, port))
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The namespace that every Region reaches directly, and its address."""

    host: Host
    address: str = SERVICES_ADDRESS


def placed(number: int, host: Host) -> Region:
    """The Region of this number (from 1) in this namespace."""
    return Region(
        name=host.name, host=host,
        address=f"198.18.{number}.1", services_address=f"198.19.0.{10 + number}",
    )  # fmt: skip


def connect(region: Region, services: Host, its_name: str) -> None:
    """Bring up a Region's ways into the mesh and to the services.

    Args:
        region: where the relay has made its interface already.
        services: the namespace of the services.
        its_name: of the interface there that leads to the Region.

    Raises:
        ToolError: `ip` refused.
    """
    host = region.host
    if Path("/proc/sys/net/ipv6").exists():
        # Without a link-local address it sends no router solicitations into the mesh
        host.run("ip", "link", "set", INTERFACE, "addrgenmode", "none")
    host.run("ip", "link", "set", INTERFACE, "mtu", str(MTU),
             "txqueuelen", str(QUEUE_PACKETS), "up")  # fmt: skip
    host.run("ip", "addr", "add", f"{region.address}/32", "dev", INTERFACE)
    host.run("ip", "route", "add", NETWORK, "dev", INTERFACE, "src", region.address)
    # One cable for each, and a route to its far end alone: no way around the relay
    join(
        host,
        f"services0 {region.services_address}/32",
        services,
        f"{its_name} {SERVICES_ADDRESS}/32",
    )
    host.run("ip", "route", "add", SERVICES_ADDRESS, "dev", "services0",
             "src", region.services_address)  # fmt: skip
    services.run("ip", "route", "add", region.services_address, "dev", its_name)
