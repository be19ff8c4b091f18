"""Whole dialogs of any SIP and a little RTP: calls, links, findings, ladders, page, masking.

0xFF ends a datagram; the octet behind it says how late and which way the next one goes, or
that it is RTP of a stream.
"""

import struct

from support.pcaps import START_NS, TimedFrame, ethernet, pcap_octets, udp

from fuzz.examine import examine

MAX_DATAGRAMS = 60
_END = b"\xff"
_STREAM = struct.Struct(">BBHII")


def check(octets: bytes) -> None:
    """Read and judge it."""
    time_ns, timed = START_NS, []
    for number, part in enumerate(octets.split(_END)[:MAX_DATAGRAMS]):
        how, payload = (part[0], part[1:]) if part else (0, b"")
        time_ns += (how & 7) ** 4 * 10_000_000
        timed += _datagrams(how, payload, time_ns, number)
    examine(pcap_octets(timed))


def _datagrams(how: int, payload: bytes, time_ns: int, number: int) -> list[TimedFrame]:
    near, far = ("10.0.0.1", 5060), ("10.0.0.9", 5060)
    if how & 16:
        near, far = ("10.0.0.1", 4000), ("10.0.0.9", 6000 + (how >> 6))
        packets = [_STREAM.pack(0x80, 0, number + i, 160 * i, how >> 6) for i in range(3)]
    else:
        packets = [payload]
    ends = (far, near) if how & 8 else (near, far)
    return [(time_ns, ethernet(udp(one[:60_000], *ends))) for one in packets]
