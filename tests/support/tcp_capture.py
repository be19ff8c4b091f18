"""A capture file of one TCP connection, segment by segment, without any tool."""

import struct
from collections.abc import Iterable
from pathlib import Path

from support.pcaps import START_NS, Address, tcp

CLIENT = ("10.0.0.1", 40000)
SERVER = ("10.0.0.9", 5060)
_RAW_IP = 101
_SYN, _ACK, _PUSH = 0x02, 0x10, 0x08


def write_tcp_capture(
    path: Path, segments: Iterable[tuple[bool, bytes]], *, port: int = SERVER[1]
) -> Path:
    """A nanosecond pcap with a handshake and then the segments, 1 ms apart from epoch 1000.

    Args:
        path: of the file to write.
        segments: whether the client sent it, and its payload.
        port: of the server.
    """
    packets = [_packet(True, _SYN, 0, 0, b"", port), _packet(False, _SYN | _ACK, 0, 1, b"", port)]
    packets.append(_packet(True, _ACK, 1, 1, b"", port))
    sent = {True: 1, False: 1}
    for by_client, payload in segments:
        ack = sent[not by_client]
        packets.append(_packet(by_client, _ACK | _PUSH, sent[by_client], ack, payload, port))
        sent[by_client] += len(payload)
    with path.open("wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, _RAW_IP))
        for number, packet in enumerate(packets):
            time = (1000 + number // 1000, number % 1000 * 1_000_000 + 7)
            file.write(struct.pack("<IIII", *time, len(packet), len(packet)) + packet)
    return path


def _packet(
    by_client: bool, flags: int, sequence: int, ack: int, payload: bytes, server_port: int
) -> bytes:
    client, server = CLIENT, (SERVER[0], server_port)
    source, destination = (client, server) if by_client else (server, client)
    ports = (source[1], destination[1])
    tcp = struct.pack(">HHIIBBHHH", *ports, sequence, ack, 0x50, flags, 65535, 0, 0) + payload
    addresses = b"".join(bytes(map(int, one[0].split("."))) for one in (source, destination))
    length = 20 + len(tcp)
    return struct.pack(">BBHHHBBH", 0x45, 0, length, 0, 0x4000, 64, 6, 0) + addresses + tcp


def conversation(
    talk: Iterable[tuple[bool, bytes]],
    *,
    client: Address = CLIENT,
    server: Address = SERVER,
    start_ns: int = START_NS,
    step_ns: int = 1_000_000,
    begin: int = 1,
) -> list[tuple[int, bytes]]:
    """IP packets with their times: one for each segment, and no handshake.

    Args:
        talk: whether the client sent it, and its payload.
        client: address and port.
        server: the same of the other end.
        start_ns: when the first one passes.
        step_ns: between two of them.
        begin: the sequence number of both ends.
    """
    sent, packets = {True: begin, False: begin}, []
    for number, (by_client, payload) in enumerate(talk):
        ends = (client, server) if by_client else (server, client)
        packets.append((start_ns + number * step_ns, tcp(payload, *ends, sent[by_client])))
        sent[by_client] += len(payload)
    return packets
