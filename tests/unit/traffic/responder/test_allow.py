"""The allow-list, judged by the kernel: real datagrams to a real socket with the filter on it."""

import ipaddress
import os
import socket
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.socket_filters import attach, drain, passing, receiver

from voipprobe.model.errors import ConfigError
from voipprobe.traffic.responder.allow import (
    DEFAULT_NETWORKS,
    MOST_INSTRUCTIONS,
    Network,
    filter_program,
    is_allowed,
    parse_networks,
)

FOUR = ("127.0.0.1", "127.0.0.2", "127.0.1.1", "127.128.0.1", "127.255.255.254")
SIX = ("::1", "2001:db8::5", "2001:db8:0:1::5", "fd00::1", "2001:db9::1")


def allowing(*texts: str) -> bytes:
    return filter_program(parse_networks(texts))


@pytest.mark.parametrize(
    ("networks", "through"),
    [
        (["127.0.0.2/32"], {"127.0.0.2"}),
        (["127.0.0.0/24"], {"127.0.0.1", "127.0.0.2"}),
        (["127.0.0.0/9"], {"127.0.0.1", "127.0.0.2", "127.0.1.1"}),
        (["127.0.0.2/31"], {"127.0.0.2"}),
        (["127.0.1.1/32", "127.255.255.254/32"], {"127.0.1.1", "127.255.255.254"}),
        (["127.0.0.0/8"], set(FOUR)),
        (["0.0.0.0/0"], set(FOUR)),
        (["0.0.0.0/1"], set(FOUR)),
        (["128.0.0.0/1"], set()),
        (["10.0.0.0/8"], set()),
        (["::/0"], set()),
    ],
)
def test_ipv4_peers(networks: list[str], through: set[str]) -> None:
    assert passing(allowing(*networks), FOUR) == through


@pytest.mark.parametrize(
    ("networks", "through"),
    [
        (["::1/128"], {"::1"}),
        (["2001:db8::/32"], {"2001:db8::5", "2001:db8:0:1::5"}),
        (["2001:db8::/64"], {"2001:db8::5"}),
        (["2001:db8::/33", "fd00::/8"], {"2001:db8::5", "2001:db8:0:1::5", "fd00::1"}),
        (["2001:db8:0:1::5/128", "::1/128"], {"2001:db8:0:1::5", "::1"}),
        (["2001:db8::4/127"], {"2001:db8::5"}),
        (["::/0"], set(SIX)),
        (["0.0.0.0/0"], set()),
    ],
)
def test_ipv6_peers(networks: list[str], through: set[str]) -> None:
    """Prefixes that end inside each of the four words of an address."""
    assert passing(allowing(*networks), SIX) == through


def test_default_is_private_and_loopback_ranges_only() -> None:
    program = allowing()
    assert passing(program, FOUR) == set(FOUR)
    assert passing(program, SIX) == {"::1", "fd00::1"}
    assert not is_allowed("8.8.8.8", parse_networks([]))
    assert is_allowed("192.168.7.7", parse_networks([]))


def test_one_program_serves_both_versions() -> None:
    program = allowing("127.0.0.2/32", "::1/128", "127.0.1.0/24")
    assert passing(program, FOUR) == {"127.0.0.2", "127.0.1.1"}
    assert passing(program, SIX) == {"::1"}


def test_ipv4_peer_of_a_socket_for_both_versions() -> None:
    """What decides is the header on the wire, not the family of the socket."""
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as both:
        both.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        both.bind(("::", 0))
        both.setblocking(False)
        attach(both, allowing("127.0.0.2/32"))
        for source in ("127.0.0.1", "127.0.0.2"):
            with receiver(source) as one:
                one.sendto(source.encode(), ("127.0.0.1", both.getsockname()[1]))
        assert drain(both) == [b"127.0.0.2"]


def test_many_networks() -> None:
    """The last of a thousand still counts, and one more than fits is refused."""
    thousand = [f"127.{n // 250}.{n % 250}.0/24" for n in range(10, 1010)]
    program = allowing(*thousand, "127.255.255.254/32")
    assert passing(program, FOUR) == {"127.255.255.254"}
    with pytest.raises(ConfigError, match="too many"):
        filter_program(parse_networks([f"10.{n // 256}.{n % 256}.0/24" for n in range(1100)]))


def test_the_longest_program_is_one_that_the_kernel_takes() -> None:
    networks = [f"10.{n // 256}.{n % 256}.0/24" for n in range(1021)]
    program = allowing(*networks)
    assert MOST_INSTRUCTIONS - 4 < len(program) // 8 <= MOST_INSTRUCTIONS
    assert passing(program, FOUR) == set()


@pytest.mark.parametrize(
    "text", ["127.0.0.1/8", "10.0.0.1/31", "::1/64", "2001:db8::1/32", "x", "10.0.0.0/33", "", "/0"]
)
def test_what_is_no_network_is_refused(text: str) -> None:
    """Host bits included: one of the two numbers is then a mistake."""
    with pytest.raises(ConfigError, match=r"--allow .*e\.g\. --allow 198\.51\.100\.0/24"):
        parse_networks([text])


def test_a_lone_address_is_a_network_of_one() -> None:
    assert passing(allowing("127.0.0.2"), FOUR) == {"127.0.0.2"}


@pytest.mark.skipif(os.geteuid() != 0, reason="a raw socket needs root")
def test_source_port_0_is_dropped() -> None:
    """An echo to port 0 cannot be sent, and SIPp's echo thread would end of it."""
    with (
        receiver("127.0.0.1") as guarded,
        socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP) as raw,
    ):
        attach(guarded, allowing("127.0.0.0/8"))
        for source_port in (0, 1, 256, 65535):
            header = struct.pack("!4H", source_port, guarded.getsockname()[1], 8 + 2, 0)
            raw.sendto(header + struct.pack("!H", source_port), ("127.0.0.1", 0))
        assert drain(guarded) == [struct.pack("!H", port) for port in (1, 256, 65535)]


def test_tcp_strangers_cannot_connect() -> None:
    """Their SYN is never answered; sockets that are accepted inherit the filter."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        attach(listening, allowing("127.0.0.2/32"))
        address = listening.getsockname()
        with socket.create_connection(address, 2, source_address=("127.0.0.2", 0)) as friend:
            accepted, _ = listening.accept()
            with accepted:
                friend.sendall(b"hello")
                assert accepted.recv(10) == b"hello"
        with pytest.raises(TimeoutError):
            socket.create_connection(address, 0.2, source_address=("127.0.0.1", 0))


def networks_of(version: int) -> st.SearchStrategy[Network]:
    """Any network; for IPv4 mostly near loopback, for IPv6 mostly near the sources above."""
    bits = 32 if version == 4 else 128
    base = "127.0.0.0" if version == 4 else "2001:db8::"
    near = int(ipaddress.ip_address(base))
    addresses = st.one_of(
        st.integers(0, 2**bits - 1),
        st.builds(lambda low: near | low, st.integers(0, 2**17 - 1)),
    )
    return st.builds(
        lambda address, prefix: ipaddress.ip_network(
            (address >> (bits - prefix) << (bits - prefix), prefix)
        ),
        addresses,
        st.integers(0, bits),
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(networks_of(4), networks_of(6)), min_size=1, max_size=8),
    st.lists(st.integers(1, 2**24 - 2), min_size=1, max_size=6, unique=True),
    st.lists(st.integers(1, 2**17 - 1), min_size=1, max_size=6, unique=True),
)
def test_the_kernel_and_the_address_check_agree(
    networks: list[Network], four: list[int], six: list[int]
) -> None:
    """For any networks and any peers, the filter passes whom the arithmetic allows."""
    program = filter_program(networks)
    peers_4 = [str(ipaddress.IPv4Address((127 << 24) + low)) for low in four]
    peers_6 = [str(ipaddress.ip_address("2001:db8::") + low) for low in six]
    for peers in (peers_4, peers_6):
        assert passing(program, peers) == {peer for peer in peers if is_allowed(peer, networks)}


def test_an_ipv4_peer_in_ipv6_clothes_is_an_ipv4_peer() -> None:
    """As getpeername() tells it for a socket that serves both versions."""
    networks = parse_networks(["127.0.0.2/32"])
    assert is_allowed("::ffff:127.0.0.2", networks)
    assert not is_allowed("::ffff:127.0.0.1", networks)
    assert not is_allowed("::ffff:127.0.0.1", parse_networks(["::1/128"]))


def test_default_networks_hold_no_public_address() -> None:
    assert all(not ipaddress.ip_network(text).is_global for text in DEFAULT_NETWORKS)
