"""The arrays that kernels hand to each other, one structured type each.

Knows layouts and nothing of what fills or reads them.
"""

from typing import Final

import numpy as np

WINDOW_OCTETS: Final = 1 << 21
"""Octets of a file that are looked at together; large enough to make Python's share invisible,
small enough for the processor's cache."""

WINDOW: Final = np.dtype([("octets", "u1", (WINDOW_OCTETS,))])
"""The buffer that frames point into. A record, because Numba counts references to arrays
(atomically, at every call) and not to what lies inside a record."""

FRAME: Final = np.dtype(
    [
        ("time_ns", "i8"),
        ("at", "i8"),  # where the frame's bytes begin in the buffer
        ("captured", "i4"),  # bytes in the buffer
        ("link", "i4"),  # LINKTYPE_ value of the capture file
    ],
    align=True,
)
"""One captured frame, as a reader of files or of a live ring finds it."""

PACKET: Final = np.dtype(
    [
        ("key", "u8"),  # hash of both endpoints and the SSRC
        ("time_ns", "i8"),
        ("number", "i8"),  # packet number in the capture, from 1
        ("timestamp", "u4"),
        ("ssrc", "u4"),
        ("network_at", "i4"),
        ("transport_at", "i4"),
        ("payload_at", "i4"),
        ("payload_captured", "i4"),  # bytes of RTP payload in the buffer
        ("payload_length", "i4"),  # bytes of RTP payload on the wire
        ("sequence", "u2"),
        ("payload_type", "u1"),
        ("marks", "u1"),  # MARKER, KNOWN_RTP
    ],
    align=True,
)
"""One UDP payload that can be RTP; offsets are into the buffer of its batch."""

MESSAGE: Final = np.dtype(
    [
        ("number", "i8"),
        ("time_ns", "i8"),
        ("network_at", "i4"),
        ("transport_at", "i4"),
        ("payload_at", "i4"),
        ("payload_captured", "i4"),
        ("kind", "i4"),
    ],
    align=True,
)
"""One UDP payload that Python has to look at."""

MARKER: Final = 1
KNOWN_RTP: Final = 4
"""Its port is said to carry RTP: it needs no second packet to be believed."""

# What a frame turned out to be; also the indices of the table of counts.
UNDECODED: Final = 0
"""Cut short, an unknown link type, or a UDP payload that is none of the kinds below."""
RTP: Final = 1
"""Looks like RTP; it is only when a second packet continues it."""
RTCP: Final = 2
SIP: Final = 3
STUN: Final = 4
KEEP_ALIVE: Final = 5
"""CRLF or zero bytes between SIP user agents, or an empty datagram."""
TCP: Final = 6
TCP_SIP: Final = 7
"""A TCP segment that holds SIP text: a message that needs reassembly."""
FRAGMENT: Final = 8
OTHER: Final = 9
"""Decoded and no business of ours: ARP, ICMP, routing protocols."""
KINDS: Final = 10
