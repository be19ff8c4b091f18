"""Names to addresses, the local end that the kernel would choose, and free ports."""

import ipaddress
import socket
from contextlib import ExitStack

import psutil

from voipprobe.model.errors import ConfigError, ToolError


def resolve(host: str, *, local_address: str | None = None) -> str:
    """The numeric address of `host`, of the same family as `local_address` if that is given.

    Raises:
        ToolError: the name does not resolve.
    """
    family = socket.AF_UNSPEC if local_address is None else address_family(local_address)
    try:
        answers = socket.getaddrinfo(host, None, family, socket.SOCK_DGRAM)
    except (socket.gaierror, UnicodeError) as error:  # the latter: not a name that DNS can hold
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise ToolError(
            f"host {host!r} does not resolve: {reason}; check the name and DNS"
        ) from error
    return str(answers[0][4][0])


def address_family(address: str) -> socket.AddressFamily:
    """AF_INET or AF_INET6.

    Raises:
        ConfigError: it is not a numeric address.
    """
    try:
        version = ipaddress.ip_address(address).version
    except ValueError:
        raise ConfigError(f"{address!r} is not an IP address") from None
    return socket.AF_INET if version == 4 else socket.AF_INET6


def local_address_towards(remote: str) -> str:
    """The source address that the kernel would use for packets to `remote`; sends nothing.

    Raises:
        ToolError: there is no route.
    """
    with socket.socket(address_family(remote), socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((remote, 9))
        except OSError as error:
            raise ToolError(f"no route to {remote}: {error.strerror}") from error
        return str(probe.getsockname()[0])


def check_local(address: str) -> None:
    """Do nothing if one of our interfaces has the address.

    Raises:
        ConfigError: it is not an address of this host.
    """
    with socket.socket(address_family(address), socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((address, 0))
        except OSError as error:
            raise ConfigError(
                f"{address} is not an address of this host: {error.strerror}"
            ) from error


def interface_of(address: str) -> str:
    """The interface of ours that has an address.

    Raises:
        ToolError: none has it.
    """
    for name, addresses in psutil.net_if_addrs().items():
        if any(one.address.partition("%")[0] == address for one in addresses):
            return name
    if address.startswith("127."):
        return "lo"
    raise ToolError(f"no interface has the address {address}: name one with --interface")


def free_ports(address: str, count: int, *, span: int = 1) -> list[int]:
    """Even ports that nobody uses at `address`, for UDP and TCP.

    Args:
        address: one of our own.
        count: how many.
        span: how many ports from each on must be free (SIPp's echo takes port and port + 2).
    """
    found: list[int] = []
    with ExitStack() as held:
        while len(found) < count:
            candidate = _ephemeral(address)
            even = candidate - candidate % 2
            if even not in found and _hold(held, address, range(even, even + span)):
                found.append(even)
    return found


def _ephemeral(address: str) -> int:
    with socket.socket(address_family(address), socket.SOCK_DGRAM) as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])


def _hold(held: ExitStack, address: str, ports: range) -> bool:
    for port in ports:
        for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
            probe = held.enter_context(socket.socket(address_family(address), kind))
            try:
                probe.bind((address, port))
            except (OSError, OverflowError):
                return False
    return True
