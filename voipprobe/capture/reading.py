"""Capture files in, datagrams and streams out: the entry point of this room.

Knows the order of work for one batch of frames: decode, hand SIP to whoever reads it, learn
what its SDP says, take in RTP. Must not know SIP or what the streams are judged by.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np

from voipprobe.capture.files.reader import FRAMES_PER_BATCH, Batch, CaptureFile, Damage
from voipprobe.capture.packet import Datagram
from voipprobe.capture.rtp.figures import RtpStream
from voipprobe.capture.rtp.payload_types import MediaMap
from voipprobe.capture.rtp.streams import RtpStreams
from voipprobe.capture.rtp.tables import MAX_STREAMS
from voipprobe.capture.wire import records
from voipprobe.capture.wire.datagrams import datagrams
from voipprobe.capture.wire.walk import MESSAGES_FOUND, PACKETS_FOUND, walk
from voipprobe.model.capture import CaptureInfo
from voipprobe.quality.playout import DEFAULT_BUFFER_MS

DatagramSink: TypeAlias = Callable[[list[Datagram]], MediaMap | None]
"""Takes the SIP datagrams of one batch, in order; returns what their SDP newly announced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the files held.

    Attributes:
        streams: in order of their first packets' confirmation.
        damage: files that ended before their end, and where.
        overflow_packets: RTP packets of streams beyond the most that are kept.
        tcp_sip_segments: TCP segments with SIP text, which this reader does not put together.
        fragments: IP fragments, which this reader does not put together.
    """

    info: CaptureInfo
    streams: list[RtpStream]
    damage: tuple[Damage, ...]
    overflow_packets: int
    tcp_sip_segments: int
    fragments: int


def read_capture(
    paths: Sequence[Path],
    *,
    on_datagrams: DatagramSink,
    buffer_ms: float = DEFAULT_BUFFER_MS,
    max_streams: int = MAX_STREAMS,
) -> Reading:
    """Everything in capture files that are read one after another, as one capture.

    Args:
        paths: pcap or pcapng files, in order of time.
        on_datagrams: called with SIP datagrams before the RTP of the same batch is judged.
        buffer_ms: playout buffer to simulate.
        max_streams: how many streams are kept, at most MAX_STREAMS; this bounds memory.

    Raises:
        CaptureError: a file cannot be opened or is no capture. Damage inside is no error.
    """
    reader = _Reader(on_datagrams, buffer_ms, min(max_streams, MAX_STREAMS))
    files = []
    for path in paths:
        file = CaptureFile(path)
        for batch in file.batches():
            reader.take(batch)
        files.append(file)
    return reader.finish(files)


class _Reader:
    """The arrays between the kernels, and what has been counted so far."""

    def __init__(self, on_datagrams: DatagramSink, buffer_ms: float, max_streams: int) -> None:
        room = FRAMES_PER_BATCH + 1  # walk writes into the next record before it knows its kind
        self._on_datagrams = on_datagrams
        self._streams = RtpStreams(room, buffer_ms, max_streams)
        self._packets = np.zeros(room, dtype=records.PACKET)
        self._messages = np.zeros(room, dtype=records.MESSAGE)
        self._counts = np.zeros(records.KINDS, dtype=np.int64)
        self._found = np.zeros(2, dtype=np.int64)
        self._frames = 0
        self._first_ns: int | None = None
        self._last_ns = 0

    def take(self, batch: Batch) -> None:
        """Take in one batch of frames."""
        walk(
            batch.window,
            batch.frames,
            batch.frame_count,
            self._frames + 1,
            self._packets,
            self._messages,
            self._counts,
            self._found,
        )
        self._note_times(batch)
        messages = int(self._found[MESSAGES_FOUND])
        if messages:
            found = list(datagrams(batch.window["octets"][0], self._messages, messages))
            self._streams.learn(self._on_datagrams(found) or {})
        self._streams.take(batch.window, self._packets, int(self._found[PACKETS_FOUND]))

    def finish(self, files: Sequence[CaptureFile]) -> Reading:
        """What all files held together."""
        streams = self._streams.finish(self._last_ns)
        return Reading(
            info=self._info(files),
            streams=streams,
            damage=tuple(file.damage for file in files if file.damage is not None),
            overflow_packets=self._streams.overflow_packets,
            tcp_sip_segments=int(self._counts[records.TCP_SIP]),
            fragments=int(self._counts[records.FRAGMENT]),
        )

    def _note_times(self, batch: Batch) -> None:
        times = batch.frames["time_ns"][: batch.frame_count]
        self._frames += batch.frame_count
        first_ns = int(times.min())
        self._first_ns = first_ns if self._first_ns is None else min(self._first_ns, first_ns)
        self._last_ns = max(self._last_ns, int(times.max()))

    def _info(self, files: Sequence[CaptureFile]) -> CaptureInfo:
        known = self._first_ns is not None
        return CaptureInfo(
            files=tuple(file.source.name for file in files),
            packets=self._frames + sum(file.untimed_packets for file in files),
            bytes=sum(file.source.total for file in files),
            first_packet_at=self._first_ns / 1e9 if self._first_ns is not None else None,
            duration_s=(self._last_ns - (self._first_ns or 0)) / 1e9 if known else None,
            dropped_packets=_dropped([file.dropped_packets for file in files]),
            undecoded_packets=self._undecoded() + sum(file.untimed_packets for file in files),
            truncated=any(file.damage is not None for file in files),
        )

    def _undecoded(self) -> int:
        """Frames that nobody understood, RTP lookalikes that no second packet confirmed too."""
        kinds = (records.UNDECODED, records.FRAGMENT)
        unconfirmed = int(self._counts[records.RTP]) - self._streams.stream_packets
        return sum(int(self._counts[kind]) for kind in kinds) + unconfirmed


def _dropped(counts: Sequence[int | None]) -> int | None:
    """The sum, unknown as soon as one file does not tell."""
    known = [count for count in counts if count is not None]
    return sum(known) if known and len(known) == len(counts) else None
