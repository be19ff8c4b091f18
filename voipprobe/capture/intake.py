"""Batches of frames in, datagrams and streams out.

Knows the order of work for one batch: decode, hand SIP to whoever reads it, learn what its SDP
says, take in RTP. Must not know SIP or what the streams are judged by.
"""

from collections.abc import Sequence
from operator import attrgetter

import numpy as np
import numpy.typing as npt

from voipprobe.capture.contract import DatagramSink, Reading, ReadingOptions, SourceFacts
from voipprobe.capture.files.reader import (
    FRAMES_PER_BATCH,
    Batch,
)
from voipprobe.capture.packet import Datagram
from voipprobe.capture.rtp.rtcp import RtcpBook
from voipprobe.capture.rtp.streams import RtpStreams
from voipprobe.capture.rtp.tables import MAX_STREAMS
from voipprobe.capture.wire import records
from voipprobe.capture.wire.datagrams import datagrams
from voipprobe.capture.wire.joined import Joined, Joiner
from voipprobe.capture.wire.walk import (
    EARLIEST_NS,
    FOUND,
    LATEST_NS,
    MESSAGES_FOUND,
    PACKETS_FOUND,
    walk,
)
from voipprobe.model.capture import CaptureInfo


class CaptureReader:
    """The arrays between the kernels, and what has been counted so far."""

    def __init__(self, on_datagrams: DatagramSink, options: ReadingOptions) -> None:
        room = FRAMES_PER_BATCH + 1  # walk writes into the next record before it knows its kind
        self._on_datagrams = on_datagrams
        self._on_rtp = options.on_rtp
        self._tap = options.tap
        most = min(options.max_streams, MAX_STREAMS)
        self._streams = RtpStreams(room, options.buffer_ms, most, min(options.plotted, most))
        self._ports = _ports(options.rtp_ports)
        self._packets = np.zeros(room, dtype=records.PACKET)
        self._messages = np.zeros(room, dtype=records.MESSAGE)
        self._counts = np.zeros(records.KINDS, dtype=np.int64)
        self._found = np.zeros(FOUND, dtype=np.int64)
        self._joiner = Joiner(self._ports)
        self._rtcp = RtcpBook()
        self._beside: list[Datagram] = []
        self._frames = 0
        self._first_ns: int | None = None
        self._last_ns = 0

    @property
    def _tcp_frames(self) -> int:
        return int(self._counts[records.TCP] + self._counts[records.TCP_SIP])

    @property
    def tcp_sip_segments(self) -> int:
        """TCP segments with SIP text so far."""
        return int(self._counts[records.TCP_SIP])

    def begin(self, beside: Sequence[Datagram]) -> None:
        """Begin a source; `beside` is what another reader found in it, numbered from 1."""
        self._hand_on([])
        self._beside = [one._replace(number=one.number + self._frames) for one in beside]

    def take(self, batch: Batch) -> None:
        """Take in one batch of frames."""
        if self._tap is not None and self._tap.comes_first:
            self._tap.take(batch, self._frames + 1)
            self._frames += batch.frame_count
            return
        tcp_before = self._tcp_frames
        walk(
            batch.window,
            batch.frames,
            batch.frame_count,
            self._frames + 1,
            self._ports,
            self._packets,
            self._messages,
            self._counts,
            self._found,
        )
        if self._tap is not None and self._tcp_frames > tcp_before:
            self._tap.take(batch, self._frames + 1)
        self._note_times()
        self._frames += batch.frame_count
        joined = self._join(batch)
        self._hand_on(self._read_messages(batch, joined), self._frames)
        self._take_rtp(batch, joined)

    def finish(self, sources: Sequence[SourceFacts]) -> Reading:
        """What all sources held together."""
        self._hand_on([])
        streams = self._streams.finish(self._last_ns)
        fragments = int(self._counts[records.FRAGMENT])
        unread = self._joiner.unread_beside(self._streams.keys)
        lost = fragments - self._joiner.used + unread.fragments
        return Reading(
            info=self._info(sources, lost - unread.packets),
            streams=streams,
            series=self._streams.series(),
            rtcp=self._rtcp,
            damage=tuple(one.damage for one in sources if one.damage is not None),
            overflow_packets=self._streams.overflow_packets,
            tcp_sip_segments=self.tcp_sip_segments,
            fragments=fragments,
            lost_fragments=lost,
        )

    def _join(self, batch: Batch) -> Joined | None:
        """What the fragments of a batch complete; None where there are none."""
        messages = self._messages[: int(self._found[MESSAGES_FOUND])]
        pieces = messages[messages["kind"] == records.FRAGMENT]
        return self._joiner.join(batch.window["octets"][0], pieces) if len(pieces) else None

    def _read_messages(self, batch: Batch, joined: Joined | None) -> list[Datagram]:
        """The SIP of a batch, in order of capture; RTCP is read on the way."""
        messages = self._messages[: int(self._found[MESSAGES_FOUND])]
        if not len(messages):
            return []
        buffer, kinds = batch.window["octets"][0], messages["kind"]
        reports = list(datagrams(buffer, messages[kinds == records.RTCP]))
        sip = list(datagrams(buffer, messages[kinds == records.SIP]))
        if joined is not None:
            reports = sorted([*reports, *joined.reports], key=_number)
            sip = sorted([*sip, *joined.messages], key=_number)
        for report in reports:
            self._rtcp.take(report)
        return sip

    def _take_rtp(self, batch: Batch, joined: Joined | None) -> None:
        """The RTP of a batch in order; a packet in fragments comes where it was complete."""
        count, done = int(self._found[PACKETS_FOUND]), 0
        if self._on_rtp is not None and count:
            self._on_rtp(batch.window["octets"][0], self._packets[:count])
        for one in joined.rtp if joined is not None else ():
            before = done + int(self._packets["number"][done:count].searchsorted(one.number))
            self._streams.take(batch.window, self._packets, before, done)
            self._streams.take(*self._joiner.rtp(one), 1)
            done = before
        self._streams.take(batch.window, self._packets, count, done)

    def _hand_on(self, own: list[Datagram], up_to: int | None = None) -> None:
        """Give SIP to whoever reads it, with what another reader found up to a packet number."""
        if self._beside:
            ready = [one for one in self._beside if up_to is None or one.number <= up_to]
            self._beside = self._beside[len(ready) :]
            own = sorted([*own, *ready], key=_number)
        if own:
            self._streams.learn(self._on_datagrams(own) or {})

    def _note_times(self) -> None:
        first_ns = int(self._found[EARLIEST_NS])
        self._first_ns = first_ns if self._first_ns is None else min(self._first_ns, first_ns)
        self._last_ns = max(self._last_ns, int(self._found[LATEST_NS]))

    def _info(self, sources: Sequence[SourceFacts], unread_fragments: int) -> CaptureInfo:
        untimed = sum(source.untimed_packets for source in sources)
        known = self._first_ns is not None
        return CaptureInfo(
            files=tuple(source.name for source in sources),
            packets=self._frames + untimed,
            bytes=sum(source.octets for source in sources),
            first_packet_at=self._first_ns / 1e9 if self._first_ns is not None else None,
            duration_s=(self._last_ns - (self._first_ns or 0)) / 1e9 if known else None,
            dropped_packets=_dropped([source.dropped_packets for source in sources]),
            undecoded_packets=self._undecoded() + unread_fragments + untimed,
            truncated=any(source.damage is not None for source in sources),
        )

    def _undecoded(self) -> int:
        """Frames that nobody understood, RTP lookalikes that no second packet confirmed too."""
        rtp = int(self._counts[records.RTP]) + self._joiner.rtp_packets
        return int(self._counts[records.UNDECODED]) + rtp - self._streams.stream_packets


def _ports(rtp: Sequence[int]) -> npt.NDArray[np.uint8]:
    """As `walk` wants them: none at all costs nothing."""
    ports = np.zeros(1 << 16 if rtp else 0, dtype=np.uint8)
    ports[list(rtp)] = 1
    return ports


_number = attrgetter("number")


def _dropped(counts: Sequence[int | None]) -> int | None:
    """The sum, unknown as soon as one file does not tell."""
    known = [count for count in counts if count is not None]
    return sum(known) if known and len(known) == len(counts) else None
