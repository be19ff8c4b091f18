"""What fragments carry is treated as what whole frames carry: RTP, RTCP, SIP, tunnels."""

import struct
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from support.pcaps import (
    FAR,
    NEAR,
    START_NS,
    Address,
    Rtp,
    ethernet,
    fragments,
    gre,
    ip,
    tcp,
    udp,
    voice,
    vxlan,
    write_pcap,
)

from voipprobe.capture.packet import Datagram, Endpoint
from voipprobe.capture.reading import Reading, read_capture

SIP = b"INVITE sip:a@b SIP/2.0\r\nCall-ID: 1\r\n" + b"X: " + b"y" * 2000 + b"\r\n\r\n"
NEAR6, FAR6 = ("2001:db8::1", 10000), ("2001:db8::2", 20000)
ENDS = [(NEAR, FAR), (NEAR6, FAR6)]
VIDEO = b"\x2a" * 3000


def _read(folder: Path, timed: Iterable[tuple[int, bytes]]) -> tuple[Reading, list[Datagram]]:
    path = write_pcap(folder / "a.pcap", ((at, ethernet(packet)) for at, packet in timed))
    found: list[Datagram] = []
    return read_capture([path], on_datagrams=found.extend), found


def _timed(packets: Iterable[bytes]) -> list[tuple[int, bytes]]:
    return [(START_NS + i, packet) for i, packet in enumerate(packets)]


def _pieces(one: Rtp, source: Address = NEAR, target: Address = FAR) -> list[tuple[int, bytes]]:
    """A packet in three fragments, the last of them at its time."""
    cut = fragments(udp(one.octets(), source, target), [1400, 1400], one.sequence)
    return [(one.time_ns - 2 + i, piece) for i, piece in enumerate(cut)]


def _every_third_is_long(count: int) -> list[Rtp]:
    return [p._replace(payload=VIDEO) if i % 3 == 1 else p for i, p in enumerate(voice(count))]


@pytest.mark.parametrize(("source", "target"), ENDS)
def test_rtp_in_fragments_is_a_stream(tmp_path: Path, source: Address, target: Address) -> None:
    """Video frames larger than a packet, numbered by the fragments that completed them."""
    long = [one._replace(payload=VIDEO) for one in voice(10)]
    reading, _ = _read(tmp_path, (p for one in long for p in _pieces(one, source, target)))
    (stream,) = reading.streams
    assert (stream.packets, stream.lost, stream.source) == (10, 0, Endpoint(*source))
    assert (stream.first_number, stream.last_number) == (3, 30)
    assert (reading.fragments, reading.lost_fragments) == (30, 0)
    assert reading.info.undecoded_packets == 0


@pytest.mark.parametrize(("source", "target"), ENDS)
def test_a_lost_fragment_is_a_lost_packet(tmp_path: Path, source: Address, target: Address) -> None:
    """Its two siblings stay undecoded."""
    long = [one._replace(payload=VIDEO) for one in voice(10)]
    timed = [p for one in long for p in _pieces(one, source, target)]
    reading, _ = _read(tmp_path, timed[:13] + timed[14:])
    (stream,) = reading.streams
    assert (stream.packets, stream.expected, stream.lost) == (9, 10, 1)
    assert (reading.lost_fragments, reading.info.undecoded_packets) == (2, 2)


def test_among_whole_packets_they_keep_their_place(tmp_path: Path) -> None:
    """The same stream whole and in fragments, in one batch: nothing reordered, lost or late."""
    timed = []
    for one in _every_third_is_long(300):
        timed += _pieces(one) if len(one.payload) > 1000 else [(one.time_ns, udp(one.octets()))]
    (stream,) = _read(tmp_path, timed)[0].streams
    assert (stream.packets, stream.lost, stream.reordered, stream.duplicates) == (300, 0, 0, 0)
    assert stream.jitter_ms.max == 0
    assert stream.delta_max_ms == 20.0


def test_a_packet_stands_where_its_last_fragment_came(tmp_path: Path) -> None:
    """Overtaken by two whole packets while it was on its way, it is out of order."""
    packets = voice(20)
    timed = [(one.time_ns, udp(one.octets())) for one in packets]
    begun = _pieces(packets[5]._replace(payload=VIDEO))
    timed[5:8] = [*begun[:2], timed[6], timed[7], (packets[7].time_ns + 1000, begun[2][1])]
    (stream,) = _read(tmp_path, timed)[0].streams
    assert (stream.packets, stream.lost, stream.reordered) == (20, 0, 1)


def test_a_lookalike_in_fragments_is_not_decoded(tmp_path: Path) -> None:
    """One packet makes no stream, so that nobody understood its fragments."""
    stream = [(one.time_ns, udp(one.octets())) for one in voice(10)]
    alone = Rtp(START_NS + 5, 9, 9, ssrc=77, payload=VIDEO)
    reading, _ = _read(tmp_path, [*stream, *_pieces(alone)])
    assert [one.packets for one in reading.streams] == [10]
    assert (reading.lost_fragments, reading.info.undecoded_packets) == (3, 3)


def test_what_is_understood_and_no_business_of_ours_is_decoded(tmp_path: Path) -> None:
    """A large ping is ICMP, whether in fragments or not; what means nothing is counted."""
    ping = fragments(ip(b"\x08" + b"\0" * 3000, 1, NEAR[0], FAR[0]), [1400, 1400], 1)
    nothing = fragments(udp(b"\0" * 3000), [1600], 2)
    reading, _ = _read(tmp_path, _timed(ping + nothing))
    assert (reading.fragments, reading.lost_fragments) == (5, 2)
    assert reading.info.undecoded_packets == 2


def test_rtcp_in_fragments_is_counted(tmp_path: Path) -> None:
    """A sender report with a long description; its round trip needs the order of capture."""
    report = struct.pack(">BBHI", 0x80, 200, 6, 1) + b"\0\0\0\1\0\1\0\0" + b"\0" * 12
    description = struct.pack(">BBHIBB", 0x81, 202, 301, 1, 0, 0) + b"\0" * 1198
    answer = struct.pack(">BBHIIIIIII", 0x81, 201, 7, 2, 1, 0, 0, 0, 0x00010001, 0x8000)
    pieces = fragments(udp(report + description), [1000])
    timed = [*_timed(pieces), (START_NS + 1_500_000_000, udp(answer, FAR, NEAR))]
    reading, _ = _read(tmp_path, timed)
    assert reading.rtcp.counts == {"SR": 1, "SDES": 1, "RR": 1}
    assert reading.rtcp.round_trip_ms(NEAR[0], FAR[0], 1) is not None
    assert (reading.lost_fragments, reading.info.undecoded_packets) == (0, 0)


def _in_vxlan(packet: bytes) -> bytes:
    return vxlan(ethernet(packet))


@pytest.mark.parametrize("tunnel", [gre, _in_vxlan])
def test_tunnels_in_fragments_are_opened(tmp_path: Path, tunnel: Callable[[bytes], bytes]) -> None:
    """A mirror cuts its outer packets: SIP and RTP inside go between the inner ends."""
    inner = [udp(SIP), *(udp(p._replace(payload=b"x" * 1400).octets()) for p in voice(5))]
    pieces = [p for i, one in enumerate(inner) for p in fragments(tunnel(one), [1400], i)]
    reading, found = _read(tmp_path, _timed(pieces))
    assert found == [Datagram(2, START_NS + 1, Endpoint(*NEAR), Endpoint(*FAR), "udp", SIP)]
    (stream,) = reading.streams
    assert (stream.packets, stream.source, stream.first_number) == (5, Endpoint(*NEAR), 4)
    assert (reading.lost_fragments, reading.info.undecoded_packets) == (0, 0)


def test_fragments_of_tunnels_with_fragments_are_joined_twice(tmp_path: Path) -> None:
    """All four frames of one packet are decoded, and none where one of them is missing."""
    inner = fragments(udp(SIP), [1032])
    outer = [p for i, one in enumerate(inner) for p in fragments(_in_vxlan(one), [1000], i)]
    reading, found = _read(tmp_path, _timed(outer))
    assert [(one.number, one.payload) for one in found] == [(4, SIP)]
    assert (reading.fragments, reading.lost_fragments) == (4, 0)
    reading, found = _read(tmp_path, _timed(outer[1:]))
    assert (found, reading.lost_fragments) == ([], 3)


def _nested(depth: int) -> list[bytes]:
    """SIP in fragments, each of them in a tunnel whose packets come in fragments, and so on."""
    packets = fragments(udp(SIP), [1000], 100)
    for level in range(depth - 1):
        inside = [ip(one, 4, f"10.9.0.{level}", "10.9.1.1") for one in packets]
        cut = [fragments(one, [len(one) // 16 * 8], i) for i, one in enumerate(inside)]
        packets = [piece for pieces in cut for piece in pieces]
    return packets


@pytest.mark.parametrize(("depth", "is_read"), [(3, True), (4, True), (5, False)])
def test_nesting_has_an_end(tmp_path: Path, depth: int, is_read: bool) -> None:
    """As deep as tunnels; what is deeper is counted."""
    pieces = _nested(depth)
    reading, found = _read(tmp_path, _timed(pieces))
    assert ([one.payload for one in found] == [SIP]) == is_read
    assert reading.lost_fragments == (0 if is_read else len(pieces))


def test_tcp_in_a_tunnel_in_fragments_is_counted(tmp_path: Path) -> None:
    """It may be SIP, and who reads TCP reads frames."""
    packet = tcp(SIP, ("10.0.0.1", 40000), ("10.0.0.2", 5060))
    reading, _ = _read(tmp_path, _timed(fragments(_in_vxlan(packet), [1400])))
    assert (reading.lost_fragments, reading.info.undecoded_packets) == (2, 2)


def test_a_packet_whose_last_fragment_was_cut_at_the_snap_length_is_there(tmp_path: Path) -> None:
    """Only the last fragment is cut: the RTP header is there."""
    long = [one._replace(payload=VIDEO) for one in voice(10)]
    timed = [(at, p[:100] if len(p) < 1400 else p) for one in long for at, p in _pieces(one)]
    (stream,) = _read(tmp_path, timed)[0].streams
    assert stream.packets == 10
