"""What was read of SIP and of RTP, put together: calls with their streams, streams with their
calls, findings on both.

Knows which half knows what. Must not read anything.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import starmap
from typing import Final

from voipprobe.capture.findings.media import stream_findings
from voipprobe.capture.findings.one_way import one_way_findings
from voipprobe.capture.findings.signalling import call_findings
from voipprobe.capture.packet import Near
from voipprobe.capture.reading import Reading
from voipprobe.capture.rtp.build import to_media, to_stream
from voipprobe.capture.rtp.figures import RtpStream
from voipprobe.capture.sip.calls import Trace, traces
from voipprobe.capture.sip.journal import SipJournal
from voipprobe.capture.sip.linking import link
from voipprobe.capture.sip.media_sessions import MediaSession, media_sessions
from voipprobe.capture.sip.signalling import signalling
from voipprobe.model.call import Call
from voipprobe.model.capture import CaptureInfo
from voipprobe.model.media import Media
from voipprobe.model.signalling import Signalling
from voipprobe.model.stream import Stream

MAX_SESSIONS_PER_CALL: Final = 256
"""That streams are compared with, each with each: hours of an honest call, and a bound for
one that announces a new port in every message."""
SsrcHints = Callable[[Iterable[Call]], Mapping[int, str]]
"""Calls to what their generator knows of them: SSRC -> Call-ID."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureAnalysis:
    """Everything that a capture shows of calls and streams."""

    info: CaptureInfo
    signalling: Signalling
    media: Media
    calls: tuple[Call, ...]
    streams: tuple[Stream, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How the capture is looked at.

    Attributes:
        near: the near end, where there is one.
        buffer_ms: fixed playout buffer that was simulated.
        patience_s: how long a caller waits in silence before giving up, where that is known.
        ssrc_hints: what the generator of the streams knows.
    """

    near: Near
    buffer_ms: float
    patience_s: float | None
    ssrc_hints: SsrcHints


def assemble(
    reading: Reading, journal: SipJournal, view: View, *, unread_segments: int = 0
) -> tuple[CaptureAnalysis, list[Trace]]:
    """Calls and streams of what was read, and the messages of each call.

    Args:
        reading: of the fast path.
        journal: of the SIP in it.
        view: how to look at it.
        unread_segments: TCP segments with SIP that nobody could read.
    """
    end_ns = _end_ns(reading)
    shown = traces(journal.sightings, end_ns=end_ns, patience_s=view.patience_s)
    sessions = media_sessions(shown)
    hints = view.ssrc_hints(trace.call for trace in shown)
    call_ids = link(reading.streams, sessions, hints)
    by_call = _by_call(sessions)
    streams = _streams(reading, call_ids, by_call, view)
    calls = _calls(shown, reading.streams, streams, by_call, end_ns)
    undecoded = reading.info.undecoded_packets + journal.undecoded + unread_segments
    found = CaptureAnalysis(
        info=replace(reading.info, undecoded_packets=undecoded),
        signalling=signalling(journal.sightings, calls, near=view.near),
        media=to_media(streams, reading.rtcp.counts),
        calls=calls,
        streams=streams,
    )
    return found, shown


def _end_ns(reading: Reading) -> int:
    start_s, length_s = reading.info.first_packet_at, reading.info.duration_s
    return int(((start_s or 0.0) + (length_s or 0.0)) * 1e9)


def _by_call(sessions: Iterable[MediaSession]) -> dict[str, list[MediaSession]]:
    by_call: defaultdict[str, list[MediaSession]] = defaultdict(list)
    for session in sessions:
        if len(by_call[session.call_id]) < MAX_SESSIONS_PER_CALL:
            by_call[session.call_id].append(session)
    return by_call


def _streams(
    reading: Reading,
    call_ids: Sequence[str | None],
    sessions: Mapping[str, Sequence[MediaSession]],
    view: View,
) -> tuple[Stream, ...]:
    def build(seen: RtpStream, call_id: str | None) -> Stream:
        own = sessions.get(call_id, ()) if call_id is not None else ()
        readable = replace(seen, silent=None) if _is_encrypted(seen, own) else seen
        ends = (seen.source.address, seen.destination.address, seen.ssrc)
        stream = to_stream(
            readable,
            near=view.near,
            buffer_ms=view.buffer_ms,
            rtcp_ms=reading.rtcp.round_trip_ms(*ends),
            call_id=call_id,
        )
        return replace(
            stream,
            peer_report=reading.rtcp.peer_report(*ends),
            findings=stream_findings(seen, stream, own),
        )

    return tuple(starmap(build, zip(reading.streams, call_ids, strict=True)))


def _is_encrypted(seen: RtpStream, sessions: Sequence[MediaSession]) -> bool:
    """Whether SDP says SRTP: its headers are in clear, its payload says nothing."""
    ends = {seen.source, seen.destination}
    secured = (one for one in sessions if "SAVP" in one.media.protocol)
    return any(ends & {*one.endpoints} for one in secured)


def _calls(
    shown: Sequence[Trace],
    found: Sequence[RtpStream],
    streams: Sequence[Stream],
    sessions: Mapping[str, Sequence[MediaSession]],
    end_ns: int,
) -> tuple[Call, ...]:
    indices: dict[str, list[int]] = {}
    for index, stream in enumerate(streams):
        if stream.call_id is not None:
            indices.setdefault(stream.call_id, []).append(index)
    calls = []
    for trace in shown:
        call_id = trace.call.call_id
        own = indices.get(call_id, [])
        seen = [found[index] for index in own]
        last_ns = max((stream.last_ns for stream in seen), default=None)
        findings = call_findings(trace, end_ns=end_ns, last_media_ns=last_ns)
        media = one_way_findings(trace.call, seen, sessions.get(call_id, ()))
        calls.append(replace(trace.call, streams=tuple(own), findings=(*findings, *media)))
    return tuple(calls)
