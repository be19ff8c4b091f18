"""Packets inside packets: the innermost ones are those that count."""

from pathlib import Path

import pytest
from support.pcaps import FAR, NEAR, START_NS, ethernet, gre, ip, pcap_octets, udp, voice, vxlan

from voipprobe.capture.packet import Datagram, Endpoint
from voipprobe.capture.reading import Reading, read_capture

SIP = b"OPTIONS sip:a@b SIP/2.0\r\nCall-ID: 1\r\n\r\n"
NEAR6, FAR6 = ("2001:db8::1", 10000), ("2001:db8::2", 20000)
OUTER = ("172.16.0.1", "172.16.0.2")
OUTER6 = ("2001:db8::a", "2001:db8::b")


def _read(tmp_path: Path, *octets: bytes) -> tuple[Reading, list[Datagram]]:
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap_octets((START_NS + i, o) for i, o in enumerate(octets)))
    found: list[Datagram] = []
    return read_capture([path], on_datagrams=found.extend), found


@pytest.mark.parametrize(
    "packet",
    [
        ip(udp(SIP), 4, *OUTER),
        ip(udp(SIP), 4, *OUTER6),
        gre(udp(SIP)),
        gre(udp(SIP), flags=0xB000),
        gre(ethernet(udp(SIP)), 0x6558, 0x2000),
        gre(b"\0" * 8 + ethernet(udp(SIP)), 0x88BE, 0x1000),
        gre(ethernet(udp(SIP)), 0x88BE),
        gre(b"\0\x64\x08\0" + udp(SIP), 0x8100),
        vxlan(ethernet(udp(SIP))),
        vxlan(ethernet(udp(SIP), [0x88A8, 0x8100]), port=8472),
        vxlan(ethernet(gre(ip(udp(SIP), 4, *OUTER)))),
    ],
)
def test_every_tunnel_leads_to_the_inner_datagram(tmp_path: Path, packet: bytes) -> None:
    """With the inner ends; also tunnels inside tunnels."""
    reading, found = _read(tmp_path, ethernet(packet))
    assert found == [Datagram(1, START_NS, Endpoint(*NEAR), Endpoint(*FAR), "udp", SIP)]
    assert reading.info.undecoded_packets == 0


def test_ipv6_inside_ipv4(tmp_path: Path) -> None:
    """Protocol 41."""
    _, found = _read(tmp_path, ethernet(ip(udp(SIP, NEAR6, FAR6), 41, *OUTER)))
    assert (found[0].source, found[0].payload) == (Endpoint(*NEAR6), SIP)


def test_mirrored_rtp_is_a_stream_between_the_inner_ends(tmp_path: Path) -> None:
    """Both mirrored directions come through the same outer packets."""
    packets = [ethernet(vxlan(ethernet(udp(p.octets())))) for p in voice(5)]
    back = [ethernet(vxlan(ethernet(udp(p.octets(), FAR, NEAR)))) for p in voice(5, ssrc=9)]
    streams = _read(tmp_path, *packets, *back)[0].streams
    assert [str(one.source) for one in streams] == ["10.0.0.1:10000", "10.0.0.2:20000"]


def test_sip_on_the_port_of_vxlan_is_sip(tmp_path: Path) -> None:
    """A port alone does not make a tunnel."""
    _, found = _read(tmp_path, ethernet(udp(SIP, NEAR, ("10.0.0.2", 4789))))
    assert found[0].payload == SIP


@pytest.mark.parametrize(
    ("packet", "undecoded"),
    [
        (gre(b"\0" * 40, 0x880B, 1), 0),  # PPTP
        (gre(b"\0" * 40, 0x0806), 0),  # ARP
        (gre(b"", flags=0xB000)[:24], 1),  # cut off
        (vxlan(b"\0" * 12 + b"\x08\x06" + b"\0" * 28), 0),
    ],
)
def test_tunnels_with_something_else_inside(tmp_path: Path, packet: bytes, undecoded: int) -> None:
    """Understood and no business of ours, or counted."""
    assert _read(tmp_path, ethernet(packet))[0].info.undecoded_packets == undecoded


def test_tunnels_without_end_are_given_up(tmp_path: Path) -> None:
    """A packet in thirty packets costs no more than one in four, and is counted."""
    packet = udp(SIP)
    for _ in range(30):
        packet = ip(packet, 4, *OUTER)
    reading, found = _read(tmp_path, ethernet(packet))
    assert (found, reading.info.undecoded_packets) == ([], 1)


def test_tunnels_cut_at_any_octet_do_no_harm(tmp_path: Path) -> None:
    """A mirror that cuts packets short."""
    frame = ethernet(vxlan(ethernet(gre(udp(SIP), flags=0xB000))))
    reading, found = _read(tmp_path, *(frame[:length] for length in range(len(frame) + 1)))
    assert reading.info.packets == len(frame) + 1
    assert found[-1].payload == SIP
