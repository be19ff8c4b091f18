"""IP packets that came in fragments, walked through like any frame.

Knows that a packet put together is a frame of raw IP, with the time and the number of the
fragment that completed it. Must not know what is done with what it carries.
"""

from collections.abc import Collection
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from voipprobe.capture.packet import Datagram
from voipprobe.capture.wire import records
from voipprobe.capture.wire.datagrams import datagrams
from voipprobe.capture.wire.fragments import Reassembler
from voipprobe.capture.wire.link import RAW
from voipprobe.capture.wire.walk import FOUND, walk

MAX_NESTED: Final = 4
"""Fragments of a tunnel that carries fragments of a tunnel, and so on: as many as tunnels."""
MAX_FLOWS: Final = 1 << 16
"""RTP flows in fragments whose fragments are remembered until it is known which are streams."""
_NOT_READ: Final = (records.UNDECODED, records.TCP, records.TCP_SIP, records.FRAGMENT)
"""TCP in a tunnel in fragments could be SIP, and who reads TCP reads frames: nobody saw it."""


class JoinedRtp(NamedTuple):
    """An IP packet with RTP, and the number and time of the fragment that completed it."""

    number: int
    time_ns: int
    packet: bytes


class Joined(NamedTuple):
    """What the fragments of a batch completed, in order."""

    reports: list[Datagram]
    messages: list[Datagram]
    rtp: list[JoinedRtp]


class Unread(NamedTuple):
    """Fragments of RTP that made no stream, and the packets that they made."""

    fragments: int
    packets: int


class Joiner:
    """Takes the FRAGMENT records of one batch after another.

    Attributes:
        used: fragments that became part of something that is read.
        rtp_packets: RTP packets among that.
    """

    def __init__(self, ports: npt.NDArray[np.uint8]) -> None:
        """`ports` as `walk` wants them."""
        self.used = 0
        self.rtp_packets = 0
        self._reassembler = Reassembler()
        self._bench = _Bench(ports)
        self._flows: dict[int, Unread] = {}

    def join(self, buffer: npt.NDArray[np.uint8], pieces: npt.NDArray[Any]) -> Joined:
        """What these fragments complete."""
        joined = Joined([], [], [])
        for piece in pieces:
            at = int(piece["network_at"])
            packet = buffer[at : at + int(piece["payload_captured"])].tobytes()
            self._take(packet, int(piece["number"]), int(piece["time_ns"]), joined)
        return joined

    def rtp(self, one: JoinedRtp) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """The window of a packet and its PACKET record; valid until the next call."""
        self._bench.kind_of(one.packet, one.number, one.time_ns)
        return self._bench.window, self._bench.packets

    def unread_beside(self, keys: Collection[int]) -> Unread:
        """What was used for RTP with none of these keys, which are those of the streams."""
        others = [unread for key, unread in self._flows.items() if key not in keys]
        return Unread(sum(one.fragments for one in others), sum(one.packets for one in others))

    def _take(self, packet: bytes, number: int, time_ns: int, joined: Joined) -> None:
        """Put a fragment to its like; what that completes may be a fragment of something else."""
        frames = 1
        for _ in range(MAX_NESTED):
            whole = self._reassembler.take(packet, time_ns, frames)
            if whole is None:
                return
            packet, frames = whole.packet, whole.frames
            kind = self._bench.kind_of(packet, number, time_ns)
            if kind != records.FRAGMENT:
                break
            packet = self._bench.fragment()
        if kind in _NOT_READ:
            return
        self.used += frames
        if kind == records.RTP:
            self._note_rtp(frames)
            joined.rtp.append(JoinedRtp(number, time_ns, packet))
        elif kind == records.SIP:
            joined.messages.append(self._bench.datagram())
        elif kind == records.RTCP:
            joined.reports.append(self._bench.datagram())

    def _note_rtp(self, frames: int) -> None:
        self.rtp_packets += 1
        key = int(self._bench.packets["key"][0])
        if key in self._flows or len(self._flows) < MAX_FLOWS:
            known = self._flows.get(key, Unread(0, 0))
            self._flows[key] = Unread(known.fragments + frames, known.packets + 1)


class _Bench:
    """A window for one packet at a time, and the arrays around the kernel."""

    def __init__(self, ports: npt.NDArray[np.uint8]) -> None:
        self._ports = ports
        self.window = np.zeros(1, dtype=records.WINDOW)
        self.packets = np.zeros(2, dtype=records.PACKET)  # walk writes one ahead
        self._messages = np.zeros(2, dtype=records.MESSAGE)
        self._frames = np.zeros(1, dtype=records.FRAME)
        self._counts = np.zeros(records.KINDS, dtype=np.int64)
        self._found = np.zeros(FOUND, dtype=np.int64)

    def kind_of(self, packet: bytes, number: int, time_ns: int) -> int:
        """What an IP packet is."""
        self.window["octets"][0, : len(packet)] = np.frombuffer(packet, dtype=np.uint8)
        self._frames[0] = (time_ns, 0, len(packet), RAW)
        self._counts[:] = 0
        walk(
            self.window,
            self._frames,
            1,
            number,
            self._ports,
            self.packets,
            self._messages,
            self._counts,
            self._found,
        )
        return int(self._counts.argmax())

    def datagram(self) -> Datagram:
        """The SIP or RTCP that was found."""
        return next(datagrams(self.window["octets"][0], self._messages[:1]))

    def fragment(self) -> bytes:
        """The fragment that was found."""
        at = int(self._messages["network_at"][0])
        end = at + int(self._messages["payload_captured"][0])
        return self.window["octets"][0, at:end].tobytes()
