"""The RTP streams of a capture while it is read: kernels, tables and SDP brought together.

Knows the order of work for one batch: assign packets to streams, say what their payload types
mean, update the streams. Must not know files or SIP.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from voipprobe.capture.rtp.assign import assign
from voipprobe.capture.rtp.figures import RtpStream, endpoints, less_own_gaps, read_stream
from voipprobe.capture.rtp.payload_types import MediaMap, PayloadFormat, PayloadTypes, Slot
from voipprobe.capture.rtp.series import read_series
from voipprobe.capture.rtp.tables import (
    DONE,
    OVERFLOW,
    PENDING,
    STREAMS,
    TYPES_PER_STREAM,
    Tables,
)
from voipprobe.capture.rtp.update import finish
from voipprobe.model.analysis import StreamSeries


class RtpStreams:
    """Every stream seen so far.

    Args:
        batch_packets: the most packets that `take` is ever given at once.
        buffer_ms: the playout buffer to simulate, ADAPTIVE for the adaptive one.
        max_streams: how many are kept; packets of further ones are only counted.
        plotted: how many of them, the first ones, are followed over time.
    """

    def __init__(
        self, batch_packets: int, buffer_ms: float, max_streams: int, plotted: int = 0
    ) -> None:
        self._buffer_ms = buffer_ms
        self._types = PayloadTypes()
        self._tables = Tables(max_streams, plotted)
        self._pending = np.zeros(2 * batch_packets, dtype=np.int32)

    @property
    def overflow_packets(self) -> int:
        """Packets that would have begun a stream when there was no room for another."""
        return int(self._tables.control[OVERFLOW])

    @property
    def stream_packets(self) -> int:
        """Packets that belong to a stream."""
        count = int(self._tables.control[STREAMS])
        return int(self._tables.streams["packets"][:count].sum())

    @property
    def keys(self) -> frozenset[int]:
        """Those of the packets that became streams."""
        count = int(self._tables.control[STREAMS])
        return frozenset(self._tables.streams["key"][:count].tolist())

    def learn(self, media: MediaMap) -> None:
        """Take in what SDP says of payload types, before the packets that it explains."""
        for slot, found in self._types.learn(media):
            self._apply(slot, found)

    def take(
        self, window: npt.NDArray[Any], packets: npt.NDArray[Any], count: int, first: int = 0
    ) -> None:
        """Take in the RTP packets `first` to `count` of one batch, in order of capture."""
        tables, done = self._tables, first
        while done < count:
            assign(
                window,
                packets,
                done,
                count,
                tables.streams,
                tables.addresses,
                tables.places,
                tables.inboxes,
                tables.waiting,
                tables.candidates,
                tables.repeats,
                tables.heap,
                tables.plots,
                tables.control,
                self._pending,
                self._buffer_ms,
            )
            done = int(tables.control[DONE])
            for number in self._pending[: tables.control[PENDING]]:
                self._resolve(divmod(int(number), TYPES_PER_STREAM))

    def finish(self, end_ns: int) -> list[RtpStream]:
        """All streams in order of discovery; nothing can be taken in afterwards.

        Args:
            end_ns: time of the last packet of the capture, whatever it was.
        """
        tables, count = self._tables, int(self._tables.control[STREAMS])
        finish(
            tables.inboxes,
            tables.waiting,
            tables.streams,
            tables.heap,
            tables.plots,
            count,
            self._buffer_ms,
        )
        found = [read_stream(tables, self._types, i, end_ns) for i in range(count)]
        return [less_own_gaps(stream, found) for stream in found]

    def series(self) -> tuple[StreamSeries, ...]:
        """The plotted streams over time, after `finish`."""
        tables = self._tables
        count = min(int(tables.control[STREAMS]), len(tables.plots) - 1)
        return tuple(read_series(tables.plots[index], index) for index in range(count))

    def _resolve(self, slot: Slot) -> None:
        index, place = slot
        row = self._tables.streams[index]
        source, destination = endpoints(self._tables, index)
        payload_type = int(row["type_number"][place])
        octets = int(row["type_octets"][place])
        self._apply(slot, self._types.resolve(slot, payload_type, octets, source, destination))

    def _apply(self, slot: Slot, found: PayloadFormat) -> None:
        index, place = slot
        self._tables.streams["type_clock_hz"][index, place] = found.clock_hz
        self._tables.streams["type_kind"][index, place] = found.kind
