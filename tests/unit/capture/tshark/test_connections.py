"""Which TCP connections are marked, and which of them another reader is wanted for."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from support.loopback import websocket
from support.pcaps import (
    Address,
    TimedFrame,
    ethernet,
    gre,
    ip,
    tcp,
    udp,
    vxlan,
    write_pcap,
)
from support.sip import message
from support.tcp_capture import conversation

from voipprobe.capture.files.reader import CaptureFile
from voipprobe.capture.tshark.connections import Connections
from voipprobe.capture.tshark.secrets import KeyLog
from voipprobe.capture.wire.connections import MAX_CONNECTIONS

INVITE = message("INVITE sip:b@x SIP/2.0", cseq="1 INVITE")
NO_KEYS = KeyLog.of(b"")
PAGE = (False, b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + INVITE)
RANDOM = bytes(range(32))
HELLO = b"\x16\x03\x01\x00\xf0\x01\x00\x00\xec\x03\x03" + RANDOM + bytes(100)
RECORD = b"\x17\x03\x03\x00\x20" + bytes(32)


def framed(packets: Iterable[tuple[int, bytes]]) -> list[TimedFrame]:
    return [(time_ns, ethernet(packet)) for time_ns, packet in packets]


def marked(
    folder: Path,
    timed: Iterable[TimedFrame],
    sip_ports: Iterable[int] = (),
    keylog: KeyLog = NO_KEYS,
) -> Connections:
    """What the frames of a capture show."""
    connections, frames = Connections(sip_ports, keylog), 0
    for batch in CaptureFile(write_pcap(folder / "a.pcap", timed)).batches():
        connections.mark(batch, frames + 1)
        frames += batch.frame_count
    return connections


def talked(folder: Path, *talk: tuple[bool, bytes], port: int = 9999) -> Connections:
    return marked(folder, framed(conversation(talk, server=("10.0.0.9", port))))


@pytest.mark.parametrize(
    ("talk", "rule"),
    [
        ([(True, INVITE)], {"tcp.port==9999": "sip"}),
        ([(False, b"SIP/2.0 200 OK\r\n")], {"tcp.port==9999": "sip"}),
        ([(True, b"half a message\r\n\r\n" + INVITE)], {"tcp.port==9999": "sip"}),
        (websocket([]), {"tcp.port==9999": "http"}),
        (websocket([])[1:], {"tcp.port==9999": "http"}),
    ],
)
def test_sip_and_websockets_for_sip_are_wanted(
    tmp_path: Path, talk: list[tuple[bool, bytes]], rule: dict[str, str]
) -> None:
    """By what one segment shows, in either direction; and tshark is told what it is."""
    connections = talked(tmp_path, *talk)
    assert connections.are_wanted
    assert connections.decode_as() == rule


@pytest.mark.parametrize(
    "talk",
    [
        [(True, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"), PAGE],
        [(True, b"POST /hep HTTP/1.1\r\n\r\n" + INVITE)],
        [(True, websocket([])[0][1].replace(b": sip", b": mqtt"))],
        [(True, HELLO), (False, RECORD)],
        [(True, b""), (False, b"\0" * 6)],
        [(True, b"SIP/3.0 is none")],
    ],
)
def test_everything_else_is_left_alone(tmp_path: Path, talk: list[tuple[bool, bytes]]) -> None:
    """Pages about SIP, mirrored SIP in HTTP, other WebSockets, closed TLS, padding."""
    connections = talked(tmp_path, *talk)
    assert not connections.are_wanted
    assert not connections.table["key"].any()


def test_the_subprotocol_is_found_in_any_case_and_behind_long_cookies(tmp_path: Path) -> None:
    """As browsers and proxies write it."""
    asked = websocket([])[0][1]
    long = asked.replace(b"\r\nUpgrade", b"\r\nCookie: " + b"c" * 4000 + b"\r\nUpgrade")
    lower = long.replace(b"Sec-WebSocket-Protocol: sip", b"sec-websocket-protocol: chat,SIP")
    assert talked(tmp_path, (True, lower)).are_wanted


def test_a_named_port_needs_no_text(tmp_path: Path) -> None:
    """Whatever it carries; half a message is enough."""
    timed = framed(conversation([(True, b"oice\r\n")], server=("10.0.0.9", 9999)))
    connections = marked(tmp_path, timed, sip_ports=[9999])
    assert connections.decode_as() == {"tcp.port==9999": "sip"}


def test_tls_is_wanted_where_its_secret_is_at_hand(tmp_path: Path) -> None:
    """By the random of its ClientHello, whatever the port."""
    talk = framed(conversation([(True, HELLO), (False, RECORD)], server=("10.0.0.9", 9999)))
    own = KeyLog.of(b"CLIENT_RANDOM %s %s" % (RANDOM.hex().encode(), b"00" * 48))
    other = KeyLog.of(b"CLIENT_RANDOM %s %s" % (RANDOM[::-1].hex().encode(), b"00" * 48))
    rsa = KeyLog.of(b"RSA 0011223344556677 %s" % (b"00" * 48))
    for keylog, opened in ((own, 1), (other, 0), (rsa, 1)):
        connections = marked(tmp_path, talk, keylog=keylog)
        assert (connections.hellos, connections.open_hellos) == (1, opened)
        assert connections.are_wanted is bool(opened)
    assert marked(tmp_path, talk, [9999], own).decode_as() == {
        "tcp.port==9999": "tls",
        "tls.port==9999": "sip",
    }


def test_bulk_that_mentions_sip_is_no_sip(tmp_path: Path) -> None:
    """A document of hundreds of segments, one of which quotes a message."""
    text = [(False, b"chapter one " * 100)] * 200
    connections = talked(tmp_path, *text[:100], (False, INVITE), *text)
    (row,) = connections.table[connections.table["key"] != 0]
    assert (row["segments"], row["texts"], row["wanted"]) == (201, 1, 0)


def test_both_directions_and_all_layers_are_one_connection(tmp_path: Path) -> None:
    """VLAN tags, IPv6, IPv4 options, GRE and VXLAN: found, and told apart by their endpoints."""
    v4: tuple[Address, Address] = (("10.0.0.1", 40000), ("10.0.0.9", 5060))
    v6: tuple[Address, Address] = (("2001:db8::1", 40000), ("2001:db8::9", 5060))
    there, back = tcp(INVITE, *v4), tcp(b"SIP/2.0 200 OK\r\n", v4[1], v4[0])
    optional = ip(there[20:], 6, v4[0][0], v4[1][0], options=b"\1\1\1\1")
    shapes = [
        ethernet(there),
        ethernet(back, vlans=[0x88A8, 0x8100]),
        ethernet(optional),
        ethernet(gre(there)),
        ethernet(vxlan(ethernet(back))),
        ethernet(tcp(INVITE, *v6)),
        ethernet(tcp(INVITE, v6[1], v6[0])),
        ethernet(udp(INVITE, *v4)),
    ]
    connections = marked(tmp_path, list(enumerate(shapes, 1_700_000_000_000_000_000)))
    rows = connections.table[connections.table["key"] != 0]
    assert sorted(rows["texts"].tolist()) == [2, 5]


def test_a_flood_of_connections_stays_bounded_and_is_counted(tmp_path: Path) -> None:
    """More than are kept: each further segment is counted, and those that are kept still work."""
    many, server = MAX_CONNECTIONS + 500, ("10.0.0.9", 5060)
    ends = ((f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", 40000) for n in range(many))
    timed = [(n + 10**18, ethernet(tcp(INVITE, end, server))) for n, end in enumerate(ends)]
    connections = marked(tmp_path, [*timed, timed[0]])
    kept = connections.table[connections.table["key"] != 0]
    assert (len(kept), connections.overflow_segments) == (MAX_CONNECTIONS, 500)
    assert kept["texts"].sum() == MAX_CONNECTIONS + 1


@pytest.mark.parametrize("cut", [33, 40, 53, 54, 55])
def test_headers_that_are_cut_short_or_lie_are_no_segment(tmp_path: Path, cut: int) -> None:
    """Nothing outside the frame is looked at."""
    frame = ethernet(tcp(INVITE, ("10.0.0.1", 1), ("10.0.0.9", 2)))
    lying = bytearray(frame)
    lying[14 + 20 + 12] = 0xF0  # sixty octets of header
    timed = [(10**18, frame[:cut]), (10**18 + 1, bytes(lying[: cut + 20]))]
    assert not marked(tmp_path, timed).are_wanted
