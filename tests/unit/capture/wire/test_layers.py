"""From a frame to a UDP payload: link layers, IP with extras, and what a payload is."""

import struct
from pathlib import Path

import pytest
from support.pcaps import FAR, NEAR, START_NS, ethernet, ip, pcap_octets, udp, voice

from voipprobe.capture.packet import Datagram, Endpoint
from voipprobe.capture.reading import Reading, read_capture

SIP = b"OPTIONS sip:a@b SIP/2.0\r\nCall-ID: 1\r\n\r\n"
NEAR6, FAR6 = ("2001:db8::1", 10000), ("2001:db8::2", 20000)


def _read(tmp_path: Path, *octets: bytes, link: int = 1) -> tuple[Reading, list[Datagram]]:
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap_octets([(START_NS + i, o) for i, o in enumerate(octets)], link=link))
    found: list[Datagram] = []
    return read_capture([path], on_datagrams=found.extend), found


def _sll(packet: bytes) -> bytes:
    return b"\0" * 14 + b"\x08\0" + packet


def _sll2(packet: bytes) -> bytes:
    return b"\x08\0" + b"\0" * 18 + packet


@pytest.mark.parametrize(
    ("link", "frame"),
    [
        (1, ethernet(udp(SIP))),
        (1, ethernet(udp(SIP), [0x8100])),
        (1, ethernet(udp(SIP), [0x88A8, 0x8100])),
        (113, _sll(udp(SIP))),
        (276, _sll2(udp(SIP))),
        (101, udp(SIP)),
        (228, udp(SIP)),
        (229, udp(SIP, NEAR6, FAR6)),
        (12, udp(SIP)),
        (14, udp(SIP)),
        (0, b"\x02\0\0\0" + udp(SIP)),
        (0, b"\0\0\0\x02" + udp(SIP)),  # written on a machine of the other byte order
        (0, b"\x1e\0\0\0" + udp(SIP, NEAR6, FAR6)),  # macOS's AF_INET6
        (113, b"\0" * 14 + b"\x81\0\0\x64\x08\0" + udp(SIP)),
        (276, b"\x86\xdd" + b"\0" * 18 + udp(SIP, NEAR6, FAR6)),
        (108, b"\0\0\0\x02" + udp(SIP)),
    ],
)
def test_every_link_type_leads_to_the_same_datagram(
    tmp_path: Path, link: int, frame: bytes
) -> None:
    """Payload, ends and time survive each kind of frame."""
    _, (found,) = _read(tmp_path, frame, link=link)
    near, far = (NEAR6, FAR6) if ":" in found.source.address else (NEAR, FAR)
    assert found == Datagram(1, START_NS, Endpoint(*near), Endpoint(*far), "udp", SIP)


def test_ethernet_padding_is_no_payload(tmp_path: Path) -> None:
    """Short frames are padded to 60 octets on the wire."""
    _, found = _read(tmp_path, ethernet(udp(SIP)) + b"\0" * 30)
    assert found[0].payload == SIP


def test_ipv4_options_are_stepped_over(tmp_path: Path) -> None:
    """The header length says where UDP begins."""
    datagram = udp(SIP)[20:]
    packet = ip(datagram, 17, NEAR[0], FAR[0], options=b"\x01" * 8)
    _, found = _read(tmp_path, ethernet(packet))
    assert found[0].payload == SIP


def _extended(*headers: tuple[int, bytes]) -> bytes:
    """An IPv6 packet with extension headers, each (its own number, octets after the first)."""
    datagram = udp(SIP, NEAR6, FAR6)[40:]
    numbers = [number for number, _ in headers] + [17]
    chain = b"".join(
        bytes([following]) + body for (_, body), following in zip(headers, numbers[1:], strict=True)
    )
    return ip(chain + datagram, numbers[0], NEAR6[0], FAR6[0])


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(0, b"\0" + b"\0" * 6)],
        [(0, b"\0" * 7), (60, b"\x01" + b"\0" * 14), (43, b"\0" * 7)],
        [(51, b"\x01" + b"\0" * 10)],
        [(44, b"\0" * 7)],  # a fragment header of a packet in one piece
    ],
)
def test_ipv6_extension_headers_are_stepped_over(
    tmp_path: Path, headers: list[tuple[int, bytes]]
) -> None:
    """Each kind has a length rule of its own."""
    _, found = _read(tmp_path, ethernet(_extended(*headers)))
    assert found == [Datagram(1, START_NS, Endpoint(*NEAR6), Endpoint(*FAR6), "udp", SIP)]


def test_fragments_are_counted_and_not_taken_for_datagrams(tmp_path: Path) -> None:
    """Neither a first fragment nor a later one is a whole message."""
    first = bytearray(udp(SIP))
    first[6] |= 0x20
    later = bytearray(udp(SIP))
    later[7] = 4
    reading, found = _read(
        tmp_path,
        ethernet(bytes(first)),
        ethernet(bytes(later)),
        ethernet(_extended((44, b"\0\0\x09" + b"\0" * 4))),
    )
    assert (reading.fragments, found) == (3, [])
    assert reading.info.undecoded_packets == 3


@pytest.mark.parametrize("before", [b"", b"\r\n\r\n", b"\0junk"])
def test_sip_is_found_after_junk(tmp_path: Path, before: bytes) -> None:
    """RFC 3261 7.5 lets CRLF stand before a start line; reality adds more."""
    _, found = _read(tmp_path, ethernet(udp(before + SIP)))
    assert found[0].payload == before + SIP


@pytest.mark.parametrize(
    ("payload", "undecoded"),
    [
        (b"\x80\xc8\0\x06" + b"\0" * 24, 0),  # RTCP sender report
        (b"\x00\x01\x00\x00\x21\x12\xa4\x42" + b"\0" * 12, 0),  # STUN binding request
        (b"\r\n\r\n", 0),  # keep-alive
        (b"", 0),
        (b"NOTIFY * HTTP/1.1\r\n\r\n", 1),
        (b"\x80" + b"\0" * 6, 1),  # too short for RTP
        (b"\x8f" + b"\0" * 20, 1),  # CSRC list longer than the packet
        (b"\x90" + b"\0" * 13, 1),  # extension header cut off
        (b"\x80\0" + b"\0" * 20, 1),  # RTP, perhaps: no second packet says so
    ],
)
def test_payloads_that_are_not_sip(tmp_path: Path, payload: bytes, undecoded: int) -> None:
    """Known protocols are known; the rest is counted, never silently dropped."""
    reading, found = _read(tmp_path, ethernet(udp(payload)))
    assert found == []
    assert reading.info.undecoded_packets == undecoded


def test_rtcp_on_the_rtp_port_is_no_part_of_the_stream(tmp_path: Path) -> None:
    """RFC 5761: packet types 192 to 223 are RTCP."""
    packets = [ethernet(udp(p.octets())) for p in voice(3)]
    report = ethernet(udp(b"\x81\xc9\0\x07" + b"\0" * 28))
    reading, _ = _read(tmp_path, packets[0], report, packets[1], packets[2])
    assert reading.streams[0].packets == 3


def test_other_protocols_are_neither_voice_nor_undecoded(tmp_path: Path) -> None:
    """ARP and ICMP are understood and are no business of ours."""
    arp = b"\xff" * 12 + b"\x08\x06" + b"\0" * 28
    icmp = ethernet(ip(b"\x08\0" + b"\0" * 6, 1, NEAR[0], FAR[0]))
    assert _read(tmp_path, arp, icmp)[0].info.undecoded_packets == 0


def test_sip_over_tcp_is_counted_for_the_path_that_can_read_it(tmp_path: Path) -> None:
    """The caller learns that tshark is needed."""
    header = struct.pack(">HHIIBBHHH", 5060, 5060, 0, 0, 5 << 4, 0x18, 1000, 0, 0)
    segment = ethernet(ip(header + SIP, 6, NEAR[0], FAR[0]))
    bare = ethernet(ip(header, 6, NEAR[0], FAR[0]))
    reading, found = _read(tmp_path, segment, bare)
    assert (reading.tcp_sip_segments, found) == (1, [])


@pytest.mark.parametrize("link", [0, 1, 101, 108, 113, 228, 229, 276, 147])
def test_frames_cut_at_any_octet_do_no_harm(tmp_path: Path, link: int) -> None:
    """A short snapshot length cuts through every header."""
    frame = ethernet(udp(SIP), [0x8100])
    whole = {0: 4, 108: 4, 113: 16, 276: 20, 1: 0}.get(link, 0)
    cut = [(b"\x08\0" * 10)[:whole] + frame[:length] for length in range(len(frame))]
    reading, _ = _read(tmp_path, *cut, link=link)
    assert reading.info.packets == len(frame)
