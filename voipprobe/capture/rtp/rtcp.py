"""RTCP: packets counted by kind, and the round trips that report blocks tell.

A report block says how long its sender held the last sender report (DLSR). The time from that
report passing here to its answer passing here, less DLSR, is the round trip between this capture
point and whoever answered. Both ends' answers together give the round trip from end to end.

Knows RFC 3550 6.4 and, through rtcp_xr.py, extended reports; must not know streams beyond their
addresses and SSRC. Everything is bounded: a hostile capture can only fill the tables.
"""

import struct
from collections import Counter, OrderedDict, deque
from collections.abc import Iterator
from dataclasses import replace
from typing import Final, NamedTuple

from voipprobe.capture.packet import Datagram
from voipprobe.capture.rtp import rtcp_xr
from voipprobe.model.stream import PeerReport
from voipprobe.model.summary import DelaySummary
from voipprobe.quality.rfc3550 import round_trip_ms
from voipprobe.quality.summary import delay_summary

NAMES: Final = {
    200: "SR",
    201: "RR",
    202: "SDES",
    203: "BYE",
    204: "APP",
    205: "RTPFB",
    206: "PSFB",
    207: "XR",
}
MAX_SOURCES: Final = 1 << 16
MAX_SAMPLES: Final = 1 << 18
REPORTS_KEPT: Final = 8
"""Sender reports of one source that an answer may still refer to: 40 s at RFC 3550's pace."""
_SR, _RR, _XR = 200, 201, 207
_BLOCK: Final = struct.Struct(">I12xII")  # SSRC, LSR, DLSR of a report block
_REPORT_BLOCKS_AT: Final = {_SR: 28, _RR: 8}


class _Source(NamedTuple):
    """An SSRC, and the addresses between which its packets go."""

    sender: str
    receiver: str
    ssrc: int


class RtcpBook:
    """The RTCP of a capture.

    Attributes:
        counts: packets by name, each of a compound packet for itself.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._reports: OrderedDict[_Source, deque[tuple[int, int]]] = OrderedDict()
        self._about: dict[_Source, list[float]] = {}
        self._by: dict[_Source, list[float]] = {}
        self._peer: dict[_Source, PeerReport] = {}
        self._samples = 0

    def take(self, datagram: Datagram) -> None:
        """Read one compound packet."""
        ends = (datagram.source.address, datagram.destination.address)
        for kind, blocks, packet in _packets(datagram.payload):
            self.counts[NAMES.get(kind, "other")] += 1
            if len(packet) < 8:
                continue
            reporter = _Source(*ends, int.from_bytes(packet[4:8], "big"))
            if kind == _XR:
                self._read_extended(reporter, packet, datagram.time_ns)
            if kind not in _REPORT_BLOCKS_AT:
                continue
            if kind == _SR and len(packet) >= 16:
                middle = int.from_bytes(packet[10:14], "big")
                self._note_report(reporter, middle, datagram.time_ns)
            self._read_blocks(reporter, packet, kind, blocks, datagram.time_ns)

    def round_trip_ms(self, sender: str, receiver: str, ssrc: int) -> DelaySummary | None:
        """The round trip of a stream's path, None where no report tells it.

        It is the sum of both ways from the capture point as far as they are known: all samples
        of the receiver's answers, moved by the mean of the sender's.

        Args:
            sender: address that the stream's packets come from.
            receiver: address that they go to.
            ssrc: its own.
        """
        source = _Source(sender, receiver, ssrc)
        there, here = (delay_summary(kept.get(source, ())) for kept in (self._about, self._by))
        if not there.n:
            return here if here.n else None
        return _later(there, here.mean) if here.mean is not None else there

    def peer_report(self, sender: str, receiver: str, ssrc: int) -> PeerReport | None:
        """What the receiver of a stream said of it last, None if it never did."""
        return self._peer.get(_Source(sender, receiver, ssrc))

    def _read_extended(self, reporter: _Source, packet: bytes, time_ns: int) -> None:
        """A receiver that sends nothing tells its time here, and is answered here."""
        report = rtcp_xr.read(packet)
        if report.reference_time is not None:
            self._note_report(reporter, report.reference_time, time_ns)
        for ssrc, last_report, held in report.last_received:
            self._read_answer(reporter, ssrc, last_report, held, time_ns)
        for ssrc, said in report.voip.items():
            source = _Source(reporter.receiver, reporter.sender, ssrc)
            if source in self._peer or len(self._peer) < MAX_SOURCES:
                self._peer[source] = said

    def _note_report(self, source: _Source, middle: int, time_ns: int) -> None:
        if source not in self._reports and len(self._reports) >= MAX_SOURCES:
            self._reports.popitem(last=False)
        self._reports.setdefault(source, deque(maxlen=REPORTS_KEPT)).append((middle, time_ns))

    def _read_blocks(
        self, reporter: _Source, packet: bytes, kind: int, blocks: int, time_ns: int
    ) -> None:
        at = _REPORT_BLOCKS_AT[kind]
        for _ in range(blocks):
            if at + 24 > len(packet):
                return
            ssrc, last_sr, held = _BLOCK.unpack_from(packet, at)
            self._read_answer(reporter, ssrc, last_sr, held, time_ns)
            at += 24

    def _read_answer(
        self, reporter: _Source, ssrc: int, last_report: int, held: int, time_ns: int
    ) -> None:
        source = _Source(reporter.receiver, reporter.sender, ssrc)
        sample_ms = self._sample_ms(source, last_report, held, time_ns)
        if sample_ms is not None and self._samples < MAX_SAMPLES:
            self._samples += 1
            self._about.setdefault(source, []).append(sample_ms)
            self._by.setdefault(reporter, []).append(sample_ms)

    def _sample_ms(self, source: _Source, last_sr: int, held: int, time_ns: int) -> float | None:
        for middle, sent_ns in self._reports.get(source, ()):
            if middle == last_sr:
                passed = ((time_ns - sent_ns) << 16) // 1_000_000_000
                return round_trip_ms((last_sr + passed) & 0xFFFF_FFFF, last_sr, held)
        return None


def _packets(payload: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(packet type, report count, octets) of each packet of a compound packet."""
    at = 0
    while at + 4 <= len(payload) and payload[at] >> 6 == 2:
        length = 4 * (int.from_bytes(payload[at + 2 : at + 4], "big") + 1)
        yield payload[at + 1], payload[at] & 0x1F, payload[at : at + length]
        at += length


def _later(delays: DelaySummary, by_ms: float) -> DelaySummary:
    """Every figure moved by the same time."""
    moved = {
        name: getattr(delays, name) + by_ms
        for name in ("mean", "p50", "p95", "p99", "max")
        if getattr(delays, name) is not None
    }
    return replace(delays, **moved)
