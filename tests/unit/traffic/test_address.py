"""Names, addresses and ports, asked of the real kernel."""

import socket

import pytest

from voipprobe.model.errors import ConfigError, ToolError
from voipprobe.traffic.address import (
    address_family,
    check_local,
    free_ports,
    local_address_towards,
    resolve,
)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "192.0.2.1"])
def test_an_address_resolves_to_itself(address: str) -> None:
    assert resolve(address) == address


def test_a_name_resolves_to_the_family_of_the_local_address() -> None:
    assert resolve("localhost", local_address="127.0.0.1") == "127.0.0.1"


@pytest.mark.parametrize("name", ["no-such-host.invalid", "a" * 64 + ".example", "a..b"])
def test_a_name_that_does_not_resolve(name: str) -> None:
    """Also one that DNS could never hold, which Python refuses in its own way."""
    with pytest.raises(ToolError, match=f"host '{name}' does not resolve: .*; check the name"):
        resolve(name)


def test_an_address_of_the_other_family_does_not_resolve() -> None:
    with pytest.raises(ToolError, match="'::1' does not resolve"):
        resolve("::1", local_address="127.0.0.1")


def test_family_of_an_address() -> None:
    assert address_family("127.0.0.1") is socket.AF_INET
    assert address_family("2001:db8::1") is socket.AF_INET6
    with pytest.raises(ConfigError, match="'localhost' is not an IP address"):
        address_family("localhost")


@pytest.mark.parametrize("remote", ["127.0.0.1", "::1"])
def test_local_address_towards_ourselves(remote: str) -> None:
    assert local_address_towards(remote) == remote


def test_no_route() -> None:
    """The limited broadcast address is nothing that a call can be sent to."""
    with pytest.raises(ToolError, match=r"no route to 255\.255\.255\.255: "):
        local_address_towards("255.255.255.255")


def test_only_our_own_addresses_can_be_bound() -> None:
    check_local("127.0.0.1")
    with pytest.raises(ConfigError, match=r"192\.0\.2\.1 is not an address of this host"):
        check_local("192.0.2.1")
    with pytest.raises(ConfigError, match="not an IP address"):
        check_local("lo")


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_free_ports_are_even_and_far_enough_apart(address: str) -> None:
    """Each brings `span` ports that nobody else of them has."""
    ports = free_ports(address, 20, span=4)
    assert all(port % 2 == 0 for port in ports)
    taken = [port + offset for port in ports for offset in range(4)]
    assert len(set(taken)) == 20 * 4
    assert max(taken) <= 65535


def test_free_ports_can_be_bound_over_udp_and_tcp() -> None:
    for port in free_ports("127.0.0.1", 3, span=4):
        for offset in range(4):
            for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
                with socket.socket(socket.AF_INET, kind) as one:
                    one.bind(("127.0.0.1", port + offset))


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
def test_a_port_in_use_is_never_free(
    monkeypatch: pytest.MonkeyPatch, kind: socket.SocketKind
) -> None:
    """Whichever protocol uses it, and also when it is not the first of the span."""
    base = free_ports("127.0.0.1", 1, span=8)[0]
    suggestions = iter([base, base + 4])
    monkeypatch.setattr("voipprobe.traffic.address._ephemeral", lambda _: next(suggestions))
    with socket.socket(socket.AF_INET, kind) as other:
        other.bind(("127.0.0.1", base + 3))
        assert free_ports("127.0.0.1", 1, span=4) == [base + 4]
