"""What a recording shows of certain calls that one peer placed: outcomes, counts and numbers.

The peer is told by the address that its signalling came from; it learns nothing of the calls of
others. Streams are found by what the calls' SDP announced, in the time of these calls: SIPp
gives the streams of every run the same SSRCs, and newer ones the same ports too.

Knows SIP and RTP of one recording; must not know how it was asked for.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from voipprobe.capture.packet import Endpoint, Near
from voipprobe.capture.reading import DatagramSink, ReadingOptions
from voipprobe.capture.sequences.book import Flow, SequenceBook
from voipprobe.capture.sequences.numbering import numbered
from voipprobe.capture.sip.calls import Trace, traces
from voipprobe.capture.sip.journal import SipJournal
from voipprobe.capture.sip.linking import GRACE_NS, link
from voipprobe.capture.sip.media_sessions import MediaSession, media_sessions
from voipprobe.capture.sip.sighting import Sighting
from voipprobe.capture.tshark.two_paths import TcpOptions, TwoPathReading, read_two_paths
from voipprobe.quality.directions import NumberedStream


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCall:
    """One call as the far end saw it; outcome and status as in `Call`."""

    call_id: str
    outcome: str
    final_status: int | None
    completed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCalls:
    """What the far end saw of the calls that it was asked about.

    Attributes:
        calls: those of them that came from the asker and whose beginning was recorded.
        streams: of their media, sent and received as the far end sees it.
        received, sent: SIP messages of these calls, retransmissions included.
        received_again, sent_again: the retransmissions among them.
        left_out: RTP packets and streams that it could not keep. Then no number of packets that
            did not arrive can be trusted.
    """

    calls: tuple[SeenCall, ...] = ()
    streams: tuple[NumberedStream, ...] = ()
    received: int = 0
    sent: int = 0
    received_again: int = 0
    sent_again: int = 0
    left_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """A question with the recording that answers it. It can be handed to another process.

    Attributes:
        files: in order of time; the last one may be still written.
        ours: the recording's own end: the address and ports of its responder.
        peer: the asker's address. call_ids: what it asks about.
        recorded_from_s: since when everything was recorded, epoch seconds; None for since the
            first packet in the files.
    """

    files: tuple[Path, ...]
    ours: Near
    peer: str
    call_ids: frozenset[str]
    recorded_from_s: float | None = None


def seen_calls(inquiry: Inquiry) -> SeenCalls:
    """The answer.

    Raises:
        CaptureError: a file cannot be opened or is no capture.
    """
    if not inquiry.files:
        return SeenCalls()
    book, journal, read = _read(inquiry)
    asked = _Asked(inquiry, journal.sightings, read)
    streams, unnumbered = asked.streams(book.flows())
    messages = asked.messages
    received = [one for one in messages if one.source.address == inquiry.peer]
    sent = [one for one in messages if one.source.address != inquiry.peer]
    return SeenCalls(
        calls=tuple(_seen_call(trace) for trace in asked.traces),
        streams=streams,
        received=len(received),
        sent=len(sent),
        received_again=sum(one.retransmission for one in received),
        sent_again=sum(one.retransmission for one in sent),
        left_out=book.left_out + unnumbered,
    )


def _read(inquiry: Inquiry) -> tuple[SequenceBook, SipJournal, TwoPathReading]:
    book = SequenceBook(peer=inquiry.peer)
    journals: list[SipJournal] = []

    def new_sink() -> DatagramSink:
        book.clear()
        journals[:] = [SipJournal()]
        return journals[0].read

    options = ReadingOptions(on_rtp=book.take)
    tcp = TcpOptions(required=False)
    read = read_two_paths(inquiry.files, new_sink=new_sink, options=options, tcp=tcp)
    return book, journals[0], read


def _seen_call(trace: Trace) -> SeenCall:
    call = trace.call
    return SeenCall(
        call_id=call.call_id,
        outcome=call.outcome.value,
        final_status=call.final_status,
        completed=call.completed,
    )


class _Window(NamedTuple):
    """When the calls that were asked for had media at an endpoint."""

    from_ns: float
    until_ns: float

    def joined(self, other: "_Window") -> "_Window":
        return _Window(min(self.from_ns, other.from_ns), max(self.until_ns, other.until_ns))


class _Asked:
    """The calls of the peer that it asks about.

    Attributes:
        messages: of these calls. traces: of those whose beginning was recorded.
    """

    def __init__(
        self, inquiry: Inquiry, sightings: Iterable[Sighting], read: TwoPathReading
    ) -> None:
        self._ours, self._call_ids = inquiry.ours, inquiry.call_ids
        info = read.reading.info
        recorded_from_s = inquiry.recorded_from_s or info.first_packet_at or 0.0
        self._recorded_from_ns = recorded_from_s * 1e9
        end_ns = int(((info.first_packet_at or 0.0) + (info.duration_s or 0.0)) * 1e9)
        theirs = [one for one in sightings if _is_with(one, inquiry.peer)]
        placed = [
            trace
            for trace in traces(theirs, end_ns=end_ns)
            if trace.sightings[0].source.address == inquiry.peer
        ]
        self.traces = [one for one in placed if one.call.call_id in self._call_ids]
        self.messages = [one for one in theirs if one.message.call_id in self._call_ids]
        self._sessions = media_sessions(self.traces)
        self._windows = _windows(self._sessions)
        self._others = frozenset(
            end
            for session in media_sessions(placed)
            if session.call_id not in self._call_ids
            for end in session.endpoints
        )
        self._rest = self._window_of_the_rest()

    def streams(self, flows: Iterable[Flow]) -> tuple[tuple[NumberedStream, ...], int]:
        """The streams of these calls, and how many more have numbers that make no sense."""
        own = [part for part in map(self._own_part, flows) if part is not None]
        call_ids = link([flow for flow, _ in own], self._sessions)
        found = [
            numbered(
                flow,
                direction="sent" if self._ours.has(flow.source) else "received",
                call_id=call_id,
                is_whole=window.from_ns + GRACE_NS >= self._recorded_from_ns,
            )
            for (flow, window), call_id in zip(own, call_ids, strict=True)
        ]
        made = tuple(one for one in found if one is not None)
        return made, len(found) - len(made)

    def _own_part(self, flow: Flow) -> tuple[Flow, _Window] | None:
        """What of a flow belongs to these calls, and their time; None where nothing does."""
        from_us, to_us = self._ours.has(flow.source), self._ours.has(flow.destination)
        if from_us == to_us:
            return None
        theirs = flow.destination if from_us else flow.source
        window = self._windows.get(theirs)
        if window is None and theirs not in self._others:
            window = self._rest  # its address was translated on the way, or no SDP was recorded
        part = None if window is None else flow.between(*window)
        return None if window is None or part is None else (part, window)

    def _window_of_the_rest(self) -> _Window | None:
        """The time of all messages of these calls."""
        if not self.messages:
            return None
        times_ns = [one.time_ns for one in self.messages]
        begun = {trace.call.call_id for trace in self.traces}
        is_known = all(one.message.call_id in begun for one in self.messages)
        from_ns = min(times_ns) if is_known else -math.inf
        return _Window(from_ns - GRACE_NS, max(times_ns) + GRACE_NS)


def _is_with(sighting: Sighting, peer: str) -> bool:
    return peer in (sighting.source.address, sighting.destination.address)


def _windows(sessions: Iterable[MediaSession]) -> dict[Endpoint, _Window]:
    """When each endpoint that these calls announced was theirs."""
    windows: dict[Endpoint, _Window] = {}
    for session in sessions:
        until_ns = math.inf if session.until_ns is None else session.until_ns + GRACE_NS
        window = _Window(session.from_ns - GRACE_NS, until_ns)
        for end in session.endpoints:
            windows[end] = window.joined(windows.get(end, window))
    return windows
