"""RTP as no sender would send it: the octets describe packets, and the kernel must count them.

Eight octets are a packet: how its sequence, timestamp and time follow the one before, and what
it carries. Restarts, wraps, duplicates, echoes, events, unknown and late payload types, clocks
that go backwards are all a few octets away.
"""

import struct
from collections.abc import Iterator

from support.pcaps import FAR, NEAR, START_NS, STEP, TimedFrame, ethernet, pcap_octets, udp

from fuzz.examine import in_memory
from fuzz.truth import hold_streams
from voipprobe.capture.packet import Datagram
from voipprobe.capture.reading import ReadingOptions, read_capture
from voipprobe.capture.rtp.adaptive import ADAPTIVE
from voipprobe.capture.rtp.payload_types import MediaMap

MAX_PACKETS = 200
_PACKET = struct.Struct("<BBhhh")
_TYPES = (0, 8, 101, 13, 96, 34, 18, 127)
_LENGTHS = (160, 0, 4, 20)
_CLOCKS = {
    (*FAR, 101): ("telephone-event", 8000),
    (*FAR, 96): ("opus", 48000),
    (*FAR, 127): ("x", 1),
}


def check(octets: bytes) -> None:
    """Read it as one or two captures, and hold every count against the others.

    The first octet: bit 0 an adaptive buffer, bit 1 SDP (a SIP datagram in front), bit 2 two
    files, so that a stream is confirmed in another batch than it began.
    """
    if not octets:
        return
    how, timed = octets[0], list(_frames(octets[1:]))
    if how & 2:
        timed.insert(0, (START_NS, ethernet(udp(b"OPTIONS sip:a@b SIP/2.0\r\n\r\n"))))
    cut = len(timed) // 2 if how & 4 else len(timed)
    parts = (pcap_octets(timed[:cut]), pcap_octets(timed[cut:]))
    paths = [in_memory(octets, number) for number, octets in enumerate(parts)]
    options = ReadingOptions(buffer_ms=ADAPTIVE if how & 1 else 60.0, max_streams=8, plotted=2)
    reading = read_capture(paths, on_datagrams=_announce, options=options)
    assert reading.info.packets == len(timed)
    assert sum(stream.packets for stream in reading.streams) <= len(timed)
    assert 0 <= reading.info.undecoded_packets <= len(timed)
    hold_streams(reading, buffer_ms=options.buffer_ms)


def _announce(_: list[Datagram]) -> MediaMap:
    return _CLOCKS


def _frames(octets: bytes) -> Iterator[TimedFrame]:
    time_ns, sequence, timestamp = START_NS, 65000, 0xFFFF_F000
    whole = len(octets) // _PACKET.size
    for at in range(min(whole, MAX_PACKETS)):
        how, what, jump, advance, delay = _PACKET.unpack_from(octets, at * _PACKET.size)
        sequence += jump if how & 1 else 1
        timestamp += advance * (STEP if how & 2 else 1_000_003) if how & 4 else STEP
        time_ns += delay * (1_000_000_000 if how & 8 else 10_000) if how & 16 else 20_000_000
        time_ns = max(time_ns, 0)
        ends = (FAR, NEAR) if how & 32 else (NEAR, FAR)
        yield time_ns, ethernet(udp(_rtp(what, how, sequence, timestamp), *ends))


def _rtp(what: int, how: int, sequence: int, timestamp: int) -> bytes:
    """Three bits of `what` are the type, two the length, one the marker, two odd headers."""
    payload_type, length = _TYPES[what & 7], _LENGTHS[what >> 3 & 3]
    marker, odd = what & 0x20, what >> 6
    first = (0x80, 0x82, 0x90, 0xA0)[odd]
    head = struct.pack(
        ">BBHII",
        first,
        payload_type | (0x80 if marker else 0),
        sequence & 0xFFFF,
        timestamp & 0xFFFF_FFFF,
        7 if how & 64 else 9,
    )
    payload = bytes([how]) * length
    if how & 128:  # cut short on the wire
        return head[: 8 + what % 8]
    return head + (b"\0\1\0\1" + b"\0" * 4) * (odd in (1, 2)) + payload
