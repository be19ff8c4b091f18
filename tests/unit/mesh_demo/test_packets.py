"""Headers of IPv4 packets, made here octet by octet."""

import socket
import struct

import pytest
from support.mesh import ip_packet, rtp, udp

from mesh_demo import packets
from mesh_demo.packets import OTHER, RTCP, RTP, SIP

INVITE = b"INVITE sip:echo@198.18.2.1 SIP/2.0\r\n"


def test_the_destination_is_read() -> None:
    packet = ip_packet(udp(b"x"), destination="198.18.2.1")
    assert packets.destination(packet) == socket.inet_aton("198.18.2.1")


@pytest.mark.parametrize("packet", [b"", b"\x45", b"\x45" * 19, b"\x60" + bytes(60)])
def test_what_is_cut_or_not_ipv4_goes_nowhere(packet: bytes) -> None:
    assert packets.destination(packet) is None


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        (rtp(7), RTP),
        (rtp(7, payload_type=0x80 | 101), RTP),  # with the marker
        (b"\x80\xc8" + bytes(26), RTCP),  # sender report
        (b"\x81\xc9" + bytes(30), RTCP),  # receiver report
        (INVITE, SIP),
        (b"SIP/2.0 100 Trying\r\n", SIP),
        (b"\r\n\r\n", OTHER),  # a keepalive
        (b"\x00\x01\x00\x00" + bytes(16), OTHER),  # STUN
        (bytes(160), OTHER),
        (b"\x80\x00\x00\x01", OTHER),  # shorter than RTP's header
        (b"", OTHER),
    ],
)
def test_kinds_are_told_by_their_first_octets(payload: bytes, kind: int) -> None:
    assert packets.kind(ip_packet(udp(payload))) == kind
    assert packets.kind(ip_packet(udp(payload), options=bytes(8))) == kind


def test_only_udp_is_looked_into() -> None:
    """TCP's header may begin like anything."""
    assert packets.kind(ip_packet(rtp(1), protocol=6)) == OTHER


def test_a_later_fragment_is_of_no_kind() -> None:
    """Its octets are the middle of something; the first one still tells."""
    assert packets.kind(ip_packet(udp(rtp(1)), fragment=100)) == OTHER
    assert packets.kind(ip_packet(udp(INVITE), fragment=0x2000)) == SIP


def test_a_flow_is_protocol_addresses_and_ports() -> None:
    one = packets.flow(ip_packet(udp(b"a", source_port=1000)))
    assert packets.flow(ip_packet(udp(b"longer", source_port=1000), options=bytes(4))) == one
    assert packets.flow(ip_packet(udp(b"a", source_port=1001))) != one
    assert packets.flow(ip_packet(udp(b"a", source_port=1000), source="198.18.9.9")) != one
    assert packets.flow(ip_packet(udp(b"a", source_port=1000), protocol=6)) != one


def test_fragments_of_a_datagram_are_one_flow() -> None:
    """No ports after the first: they must not overtake each other."""
    first = ip_packet(udp(b"x" * 100), fragment=0x2000)
    later = ip_packet(struct.pack("!I", 0xDEADBEEF) * 8, fragment=0x0010)
    assert packets.flow(first) == packets.flow(later)
