"""What a reading of captures is asked for, and what it answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from voipprobe.capture.files.reader import (
    Batch,
    Damage,
    PacketSource,
)
from voipprobe.capture.packet import Datagram
from voipprobe.capture.rtp.figures import RtpStream
from voipprobe.capture.rtp.payload_types import MediaMap
from voipprobe.capture.rtp.rtcp import RtcpBook
from voipprobe.capture.rtp.tables import MAX_STREAMS
from voipprobe.model.analysis import StreamSeries
from voipprobe.model.capture import CaptureInfo
from voipprobe.quality.playout import DEFAULT_BUFFER_MS

DatagramSink: TypeAlias = Callable[[list[Datagram]], MediaMap | None]
"""Takes the SIP datagrams of one batch, in order; returns what their SDP newly announced."""
RtpSink: TypeAlias = Callable[[npt.NDArray[np.uint8], npt.NDArray[Any]], None]
"""Takes the octets of one batch and the PACKET records of what looks like RTP in it, in order."""
Beside: TypeAlias = Mapping[int, Sequence[Datagram]]
"""What another reader found in a source: index of the source -> its datagrams, in order."""


class TcpTap(Protocol):
    """Who looks at TCP beside us."""

    @property
    def comes_first(self) -> bool:
        """Whether something was found that must be read before all else: what we read is void."""

    def take(self, batch: Batch, first_number: int) -> None:
        """Look at a batch that holds TCP; `first_number` is the packet number of its first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingOptions:
    """How to read.

    Attributes:
        buffer_ms: playout buffer to simulate, rtp.adaptive.ADAPTIVE for the adaptive one.
        max_streams: how many streams are kept, at most MAX_STREAMS; this bounds memory.
        plotted: how many of them, the first ones, are followed over time.
        beside: SIP that another reader found, to be handed on at its place among our own.
        tap: shown every batch that holds TCP, and all once it has to come first.
        rtp_ports: UDP ports that carry RTP: there a single packet is a stream, and a marked
            payload type from 64 on is no RTCP.
        on_octets: told how many octets were read of the files on the disk, again and again.
        on_rtp: shown the RTP of every batch that was no packet in fragments; None for nobody.
    """

    buffer_ms: float = DEFAULT_BUFFER_MS
    max_streams: int = MAX_STREAMS
    plotted: int = 0
    beside: Beside = field(default_factory=dict)
    tap: TcpTap | None = None
    rtp_ports: tuple[int, ...] = ()
    on_octets: Callable[[int], None] = lambda _: None
    on_rtp: RtpSink | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the sources held.

    Attributes:
        streams: in order of their first packets' confirmation.
        series: of the first of them, as many as were asked for.
        damage: files that ended before their end, and where.
        overflow_packets: RTP packets of streams beyond the most that are kept.
        tcp_sip_segments: TCP segments with SIP text, which this reader does not put together.
        fragments: IP fragments. lost_fragments: those that made nothing that was read.
    """

    info: CaptureInfo
    streams: list[RtpStream]
    series: tuple[StreamSeries, ...]
    rtcp: RtcpBook
    damage: tuple[Damage, ...]
    overflow_packets: int
    tcp_sip_segments: int
    fragments: int
    lost_fragments: int


class SourceFacts(NamedTuple):
    """What is kept of a source after it was read: its window of octets is not."""

    name: str
    octets: int
    damage: Damage | None
    dropped_packets: int | None
    untimed_packets: int

    @classmethod
    def of(cls, source: PacketSource) -> "SourceFacts":
        """The facts of a source so far."""
        return cls(
            source.name,
            source.octets,
            source.damage,
            source.dropped_packets,
            source.untimed_packets,
        )
