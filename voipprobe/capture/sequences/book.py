"""Every RTP packet's time and number, kept by the flow that it belongs to.

Knows the records of a batch and what may be kept of them; must not know calls. What is kept is
bounded: anybody can send packets that look like RTP.
"""

import socket
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from voipprobe.capture.packet import Endpoint
from voipprobe.capture.wire.datagrams import ends_of

MAX_PACKETS: Final = 1 << 22
"""72 MiB: seven hundred calls of a minute, both directions."""
MAX_FLOWS: Final = 1 << 14


class Flow(NamedTuple):
    """The packets of one SSRC between two ends, in order of capture; at least one."""

    source: Endpoint
    destination: Endpoint
    ssrc: int
    times_ns: npt.NDArray[np.int64]
    sequences: npt.NDArray[np.uint16]

    @property
    def first_ns(self) -> int:
        """When its first packet was captured, nanoseconds since the epoch."""
        return int(self.times_ns[0])

    @property
    def last_ns(self) -> int:
        """When its last packet was."""
        return int(self.times_ns[-1])

    def between(self, from_ns: float, until_ns: float) -> "Flow | None":
        """What was captured in a time, both ends included; None where that is nothing."""
        inside = (self.times_ns >= from_ns) & (self.times_ns <= until_ns)
        if not inside.any():
            return None
        return self._replace(times_ns=self.times_ns[inside], sequences=self.sequences[inside])


class _Ends(NamedTuple):
    source: Endpoint
    destination: Endpoint
    ssrc: int


class SequenceBook:
    """What was seen so far.

    Attributes:
        left_out: packets for which there was no room.
    """

    def __init__(
        self,
        *,
        peer: str | None = None,
        most_packets: int = MAX_PACKETS,
        most_flows: int = MAX_FLOWS,
    ) -> None:
        """Begin.

        Args:
            peer: the address that a packet must come from or go to; None for any.
            most_packets: that are kept.
            most_flows: that are kept.
        """
        self._peer = None if peer is None else _packed(peer)
        self._most_packets, self._most_flows = most_packets, most_flows
        self.clear()

    def clear(self) -> None:
        """Forget everything: the capture is read anew."""
        self.left_out = 0
        self._kept = 0
        self._ends: dict[int, _Ends] = {}
        self._parts: list[npt.NDArray[Any]] = []

    def take(self, octets: npt.NDArray[np.uint8], packets: npt.NDArray[Any]) -> None:
        """Keep the RTP packets of one batch: PACKET records that point into `octets`."""
        if self._peer is not None:
            packets = packets[_has_peer(octets, packets["network_at"], self._peer)]
        room = self._most_packets - self._kept
        self.left_out += max(len(packets) - room, 0)
        packets = packets[:room]
        keys, firsts = np.unique(packets["key"], return_index=True)
        refused = [
            key
            for key, first in zip(keys.tolist(), firsts.tolist(), strict=True)
            if not self._knows(key, octets, packets[first])
        ]
        if refused:
            is_refused = np.isin(packets["key"], np.array(refused, dtype=np.uint64))
            self.left_out += int(is_refused.sum())
            packets = packets[~is_refused]
        self._kept += len(packets)
        self._parts.append(packets[["key", "time_ns", "sequence"]].astype(_KEPT))

    def flows(self) -> Iterator[Flow]:
        """Every flow, in no order that means anything."""
        if not self._kept:
            return
        kept = np.concatenate(self._parts)
        kept = kept[np.argsort(kept["key"], kind="stable")]
        keys, firsts = np.unique(kept["key"], return_index=True)
        for key, packets in zip(keys.tolist(), np.split(kept, firsts[1:]), strict=True):
            yield Flow(*self._ends[key], packets["time_ns"], packets["sequence"])

    def _knows(self, key: int, octets: npt.NDArray[np.uint8], packet: Any) -> bool:
        """Whether a flow has its place, or finds one."""
        if key not in self._ends and len(self._ends) < self._most_flows:
            ends = ends_of(octets, int(packet["network_at"]), int(packet["transport_at"]))
            self._ends[key] = _Ends(*ends, int(packet["ssrc"]))
        return key in self._ends


_KEPT: Final = np.dtype([("key", "u8"), ("time_ns", "i8"), ("sequence", "u2")])


def _packed(address: str) -> npt.NDArray[np.uint8]:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return np.frombuffer(socket.inet_pton(family, address), dtype=np.uint8)


def _has_peer(
    octets: npt.NDArray[np.uint8], network_at: npt.NDArray[np.int32], peer: npt.NDArray[np.uint8]
) -> npt.NDArray[np.bool_]:
    """Whether the source or the destination of each packet is the peer."""
    width, version, first = (4, 4, 12) if len(peer) == 4 else (16, 6, 8)
    at = network_at[:, np.newaxis] + np.arange(first, first + 2 * width)
    ends = octets[np.minimum(at, len(octets) - 1)]
    is_peer = (ends[:, :width] == peer).all(axis=1) | (ends[:, width:] == peer).all(axis=1)
    found: npt.NDArray[np.bool_] = is_peer & (octets[network_at] >> 4 == version)
    return found
