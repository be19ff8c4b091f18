"""SIP messages as tshark puts them together, and the segments that it made nothing of.

Knows how to get whole SIP messages out of tshark. Must not know what they mean: they go to the
same parser as those of UDP.

How the bytes come: tshark's JSON with raw data (`-T json -x`) has a `sip_raw` beside each `sip`,
reassembled over segments and decrypted. The XML that pyshark reads by default has the text of
the headers, but the body only as dissected fields.
"""

import socket
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from voipprobe.capture.packet import Datagram, Endpoint

OVER_TCP: Final = (
    "(sip && tcp) || (tcp.len > 0 && !tls && !tcp.analysis.retransmission"
    " && !tcp.analysis.out_of_order && !tcp.analysis.keep_alive"
    ' && !(tcp.len <= 8 && tcp.payload matches "^[\\x00\\r\\n]+$"))'
)
"""Every message, and every segment in clear that may have become one: not a keep-alive, CRLF
(RFC 5626 3.5.1) or zeros."""
OVER_UDP: Final = "sip && udp"

_LAYERS: Final = "frame tcp.segments websocket"
"""Dissected: few, for JSON is slow. Of all others the raw octets are written."""
_PREFERENCES: Final = {
    "tcp.desegment_tcp_streams": "TRUE",
    "tcp.reassemble_out_of_order": "TRUE",
}
_NOTHING_ABOVE: Final = ("tcp", "data")
_DATA_OPCODES: Final = ("0", "1", "2")  # RFC 6455 11.8
_KEEP_ALIVE_OCTETS: Final = 8


@dataclass(slots=True)
class Found:
    """What tshark found in a file.

    Attributes:
        datagrams: SIP messages in order of capture; number and time are those of the frame
            that completes each.
        unread: numbers of the frames with TCP payload that became no message of any protocol;
            of what was encrypted nobody knows.
    """

    datagrams: list[Datagram] = field(default_factory=list)
    unread: set[int] = field(default_factory=set)

    def take(self, packet: Any) -> None:
        """Take in one packet of tshark's."""
        protocols = str(packet.frame_info.protocols).split(":")
        if "tcp" in protocols:
            self.unread -= set(_segments(packet))
        if "sip" in protocols:
            self.datagrams.extend(_messages(packet, protocols))
        elif _is_unread(packet, protocols[-1]):
            self.unread.add(int(packet.number))


def read_messages(
    path: Path,
    *,
    display_filter: str = OVER_TCP,
    keylog: Path | None = None,
    decode_as: Mapping[str, str] | None = None,
) -> Found:
    """Every SIP message that a capture file carries.

    Args:
        path: pcap or pcapng file, plain or compressed.
        display_filter: OVER_TCP or OVER_UDP.
        keylog: TLS secrets in NSS key log format (SSLKEYLOGFILE), beside those in the file.
        decode_as: what tshark would not guess, "tcp.port==99" -> "sip".

    Raises:
        CaptureError: the file does not exist, may not be read or is no capture.
        ToolError: tshark is missing or failed.
    """
    from voipprobe.capture.tshark.running import read_packets  # noqa: PLC0415 - few captures need it

    found = Found()
    read_packets(
        path,
        found.take,
        display_filter=display_filter,
        layers=_LAYERS,
        preferences=_PREFERENCES | ({"tls.keylog_file": str(keylog)} if keylog else {}),
        decode_as=decode_as or {},
    )
    return found


def _segments(packet: Any) -> Iterator[int]:
    """The frames whose payload this one completes."""
    for layer in packet.layers:
        if layer.layer_name == "tcp.segments":
            for one in (layer, *layer.duplicate_layers):
                numbers = one._all_fields.get("tcp.segment", [])
                yield from map(int, [numbers] if isinstance(numbers, str) else numbers)


def _is_unread(packet: Any, protocol: str) -> bool:
    """Whether a segment, or a message of a WebSocket for SIP, was none that tshark knows."""
    if protocol == "websocket":
        frames = (packet.websocket, *packet.websocket.duplicate_layers)
        return any(
            str(one.opcode) in _DATA_OPCODES and int(one.payload_length) > _KEEP_ALIVE_OCTETS
            for one in frames
        )
    return protocol in _NOTHING_ABOVE


def _messages(packet: Any, protocols: list[str]) -> Iterator[Datagram]:
    """The SIP messages that a frame completes."""
    source, destination = _ends(packet, protocols)
    for octets in _raw(packet.sip_raw):
        yield Datagram(
            int(packet.number),
            _time_ns(str(packet.sniff_timestamp)),
            source,
            destination,
            _transport(protocols),
            octets,
        )


def _ends(packet: Any, protocols: list[str]) -> tuple[Endpoint, Endpoint]:
    """Source and destination, out of the headers as they were captured."""
    network = _innermost(packet, protocols, ("ip", "ipv6"))
    is_v6 = network[0] >> 4 == 6
    family, first, width = (socket.AF_INET6, 8, 16) if is_v6 else (socket.AF_INET, 12, 4)
    hosts = [socket.inet_ntop(family, network[at : at + width]) for at in (first, first + width)]
    ports = struct.unpack(">HH", _innermost(packet, protocols, ("tcp", "udp"))[:4])
    return Endpoint(hosts[0], ports[0]), Endpoint(hosts[1], ports[1])


def _innermost(packet: Any, protocols: list[str], names: tuple[str, ...]) -> bytes:
    """In a tunnel the last header is the one that carries SIP."""
    name = next(name for name in reversed(protocols) if name in names)
    return list(_raw(packet[f"{name}_raw"]))[-1]


def _raw(layer: Any) -> Iterator[bytes]:
    """The bytes of each header or message of one protocol in a frame.

    tshark writes one as ["hex", position, ...] and several as a list of such lists; pyshark
    takes either for a layer that occurs several times.
    """
    if isinstance(layer.value, str):
        yield bytes.fromhex(layer.value)
        return
    yield bytes.fromhex(layer.value[0])
    for other in layer.duplicate_layers:
        yield bytes.fromhex(other.value)


def _transport(protocols: list[str]) -> str:
    """The transport in the words of a Via header (RFC 3261 20.42, RFC 7118 5.2)."""
    if "tcp" not in protocols:
        return "udp"
    secure = "tls" in protocols
    if "websocket" in protocols:
        return "wss" if secure else "ws"
    return "tls" if secure else "tcp"


def _time_ns(epoch: str) -> int:
    """Nanoseconds since the epoch, of "1700000000.123456789" or (newer tshark) of an ISO time."""
    try:
        return int(Decimal(epoch) * 1_000_000_000)
    except InvalidOperation:
        whole, _, fraction = epoch.rstrip("Z").partition(".")
        seconds = int(datetime.fromisoformat(f"{whole}+00:00").timestamp())
        return seconds * 1_000_000_000 + int(fraction[:9].ljust(9, "0"))
