"""TCP connections that may carry SIP: found by what their segments show, kept in a table.

Knows how to find the TCP segment in a frame and which connection it belongs to. Only connections
that show something are kept: a download of a million segments costs no place and no Python.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from voipprobe.capture.kernels.declare import Array, Number, int64, kernel, part, uint64
from voipprobe.capture.wire.flows import connection_key
from voipprobe.capture.wire.innermost import innermost, is_plain_udp
from voipprobe.capture.wire.network import TCP_PROTOCOL
from voipprobe.capture.wire.octets import big16, big32, octet
from voipprobe.capture.wire.records import FRAME, WINDOW
from voipprobe.capture.wire.segments import (
    HELLO,
    RANDOM_AT,
    SIP_TEXT,
    TLS,
    WEBSOCKET,
    segment_signs,
)

MAX_CONNECTIONS: Final = 1 << 15
_SLOTS: Final = 2 * MAX_CONNECTIONS
_MAX_PROBES: Final = 256
_NOT_THERE: Final = -1
_FULL: Final = -2

CONNECTION: Final = np.dtype(
    [
        ("key", "u8"),  # hash of both endpoints, the same in both directions; 0: an empty slot
        ("segments", "i8"),  # with payload, since the connection was marked
        ("texts", "i8"),  # of them with SIP text
        ("last", "i8"),  # number of the last segment with payload
        ("wanted", "i4"),  # whether another reader can make something of it
        ("shows", "i4"),  # bits: SIP_TEXT, WEBSOCKET, TLS, NAMED, OPEN, SIP_BY_PORT
        ("low_port", "i4"),
        ("high_port", "i4"),
    ],
    align=True,
)
NAMED: Final = 16
"""One of its ports is SIP's by the user's word."""
OPEN: Final = 32
"""TLS whose secret is at hand."""
SIP_BY_PORT: Final = 64
"""TLS on one of SIP's ports."""

SIP_PORT: Final = 1
TLS_PORT: Final = 2
"""What a port is known for, in the table of ports."""

# Indices of the table of counts
KEPT: Final = 0
OVERFLOW: Final = 1
"""Segments that showed something of a connection for which there was no room."""
HELLOS: Final = 2
OPEN_HELLOS: Final = 3
"""ClientHellos, and those of them whose secret is at hand."""
WANTED: Final = 4
"""Segments of connections that another reader is wanted for."""
COUNTS: Final = 5

BULK_RATIO: Final = 64
"""So many segments for each with SIP text: a document about SIP, and no SIP."""


def new_table() -> npt.NDArray[Any]:
    """An empty table of CONNECTION records."""
    return np.zeros(_SLOTS, dtype=CONNECTION)


@part
def tcp_segment(buffer: Array, frame: Array) -> Number:
    """(network_at, transport_at, payload_at, end) of a frame's TCP segment.

    `network_at` is negative where there is none, or it is cut short before its payload.
    """
    nothing = int64(-1)
    frame_end = frame.at + frame.captured
    if is_plain_udp(buffer, frame.at, frame_end, frame.link):
        return nothing, nothing, nothing, nothing
    network_at, protocol, at, end = innermost(buffer, frame.at, frame_end, frame.link)
    if network_at < 0 or protocol != TCP_PROTOCOL or at + 20 > end:
        return nothing, nothing, nothing, nothing
    payload_at = at + (octet(buffer, at + 12) >> 4) * 4
    if payload_at < at + 20 or payload_at > end:
        return nothing, nothing, nothing, nothing
    return int64(network_at), int64(at), int64(payload_at), int64(end)


@part
def slot_of(table: Array, key: Number, wanted: Number, counts: Array) -> Number:
    """The slot of a connection, a new one if `wanted`; _NOT_THERE or _FULL if negative."""
    at = int64(key >> np.uint64(33)) % _SLOTS
    for _ in range(_MAX_PROBES):
        if table[at].key == key:
            return at
        if table[at].key == 0:
            if not wanted:
                return int64(_NOT_THERE)
            if counts[KEPT] >= MAX_CONNECTIONS:
                return int64(_FULL)
            counts[KEPT] += 1
            table[at].key = key
            return at
        at = (at + 1) % _SLOTS
    return int64(_FULL if wanted else _NOT_THERE)


@part
def _is_wanted(row: Array) -> Number:
    """Not TLS without a secret, which nobody can read, and not a document about SIP."""
    if row.shows & OPEN:
        return True
    if row.shows & TLS and not row.shows & (SIP_TEXT | WEBSOCKET):
        return False
    if row.shows & (NAMED | WEBSOCKET):
        return True
    return row.segments <= BULK_RATIO * (row.texts + 1)


@part
def _is_known(secrets: Array, buffer: Array, at: Number) -> Number:
    """Whether the first eight octets of a client random are among those of `secrets`, sorted."""
    wanted = (uint64(big32(buffer, at)) << np.uint64(32)) | uint64(big32(buffer, at + 4))
    low, high = int64(0), int64(len(secrets))
    while low < high:
        middle = (low + high) // 2
        if secrets[middle] == wanted:
            return True
        if secrets[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return False


@part
def _shows(buffer: Array, at: Number, payload_at: Number, end: Number, ports: Array) -> Number:
    """What a segment shows, with what its ports are known for; TLS counts on SIP's ports only."""
    known = ports[big16(buffer, at)] | ports[big16(buffer, at + 2)]
    signs = segment_signs(buffer, payload_at, end)
    shown = signs & (SIP_TEXT | WEBSOCKET)
    if known & SIP_PORT:
        shown |= NAMED
    if known and signs & TLS:
        shown |= TLS | SIP_BY_PORT
    return shown, signs


@kernel(WINDOW, FRAME, int, int, np.uint8, np.uint64, int, CONNECTION, np.int64)
def mark(
    windows: Array,
    frames: Array,
    count: Number,
    first_number: Number,
    ports: Array,
    secrets: Array,
    any_secret: Number,
    table: Array,
    counts: Array,
) -> None:
    """Note in `table` what the first `count` frames show of their connections.

    `ports` says for each port whether it is a SIP_PORT or TLS_PORT; `secrets` are the sorted
    beginnings of the client randoms whose secrets are at hand, `any_secret` whether there are
    some that go by something else; `counts` is added to.
    """
    buffer = windows[0].octets
    for index in range(count):
        network_at, at, payload_at, end = tcp_segment(buffer, frames[index])
        if network_at < 0:
            continue
        shown, signs = _shows(buffer, at, payload_at, end, ports)
        if signs & HELLO:
            counts[HELLOS] += 1
            if any_secret or _is_known(secrets, buffer, payload_at + RANDOM_AT):
                counts[OPEN_HELLOS] += 1
                shown |= TLS | OPEN
        slot = slot_of(table, connection_key(buffer, network_at, at), shown != 0, counts)
        if slot >= 0:
            row = table[slot]
            row.shows |= shown
            row.low_port = min(big16(buffer, at), big16(buffer, at + 2))
            row.high_port = max(big16(buffer, at), big16(buffer, at + 2))
            if end > payload_at:
                row.segments += 1
                row.texts += signs & SIP_TEXT
                row.last = first_number + index
            row.wanted = _is_wanted(row)
            counts[WANTED] += row.wanted
        elif slot == _FULL and end > payload_at:
            counts[OVERFLOW] += 1
