"""Capture files to calls and streams: the two halves of this room, SIP and RTP, put together.

Knows the order of work. Must not know packets, messages or how anything is counted.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from voipprobe.capture.media_findings import call_media_findings, stream_findings
from voipprobe.capture.packet import ANYWHERE, Near
from voipprobe.capture.reading import Reading, read_capture
from voipprobe.capture.rtp.build import to_media, to_stream
from voipprobe.capture.rtp.figures import RtpStream
from voipprobe.capture.sip.calls import Trace, traces
from voipprobe.capture.sip.findings import call_findings
from voipprobe.capture.sip.journal import SipJournal
from voipprobe.capture.sip.linking import link
from voipprobe.capture.sip.media_sessions import media_sessions
from voipprobe.capture.sip.signalling import signalling
from voipprobe.capture.tshark import tcp_datagrams
from voipprobe.model.call import Call
from voipprobe.model.capture import CaptureInfo
from voipprobe.model.media import Media
from voipprobe.model.signalling import Signalling
from voipprobe.model.stream import Stream
from voipprobe.quality.playout import DEFAULT_BUFFER_MS

SsrcHints = Callable[[Iterable[Call]], Mapping[int, str]]
"""Calls to what their generator knows of them: SSRC -> Call-ID."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureAnalysis:
    """Everything that a capture shows."""

    info: CaptureInfo
    signalling: Signalling
    media: Media
    calls: tuple[Call, ...]
    streams: tuple[Stream, ...]


def analyse(
    paths: Sequence[Path],
    *,
    near: Near = ANYWHERE,
    buffer_ms: float = DEFAULT_BUFFER_MS,
    patience_s: float | None = None,
    ssrc_hints: SsrcHints = lambda _: {},
) -> CaptureAnalysis:
    """Calls and streams of capture files that are read one after another, as one capture.

    Args:
        paths: pcap or pcapng files, in order of time.
        near: the near end, where there is one: it gives streams and messages a direction.
        buffer_ms: playout buffer to simulate.
        patience_s: how long a caller waits in silence before giving up, where that is known.
        ssrc_hints: what the generator of the streams knows.

    Raises:
        CaptureError: a file cannot be opened or is no capture.
        ToolError: there is SIP over TCP to be read, and tshark is missing or failed.
    """
    journal = SipJournal()
    reading = read_capture(paths, on_datagrams=journal.read, buffer_ms=buffer_ms)
    if reading.tcp_sip_segments:
        for path in paths:
            journal.read(tcp_datagrams(path))
    end_ns = _end_ns(reading)
    shown = traces(journal.sightings, end_ns=end_ns, patience_s=patience_s)
    hints = ssrc_hints(trace.call for trace in shown)
    call_ids = link(reading.streams, media_sessions(shown), hints)
    streams = _streams(reading.streams, call_ids, near, buffer_ms)
    calls = _calls(shown, reading.streams, streams, end_ns)
    return CaptureAnalysis(
        info=replace(
            reading.info, undecoded_packets=reading.info.undecoded_packets + journal.undecoded
        ),
        signalling=signalling(journal.sightings, calls, near=near),
        media=to_media(streams),
        calls=calls,
        streams=streams,
    )


def _end_ns(reading: Reading) -> int:
    start_s, length_s = reading.info.first_packet_at, reading.info.duration_s
    return int(((start_s or 0.0) + (length_s or 0.0)) * 1e9)


def _streams(
    found: Sequence[RtpStream], call_ids: Sequence[str | None], near: Near, buffer_ms: float
) -> tuple[Stream, ...]:
    streams = (
        to_stream(stream, near=near, buffer_ms=buffer_ms, call_id=call_id)
        for stream, call_id in zip(found, call_ids, strict=True)
    )
    return tuple(replace(stream, findings=stream_findings(stream)) for stream in streams)


def _calls(
    shown: Sequence[Trace], found: Sequence[RtpStream], streams: Sequence[Stream], end_ns: int
) -> tuple[Call, ...]:
    indices: dict[str, list[int]] = {}
    for index, stream in enumerate(streams):
        if stream.call_id is not None:
            indices.setdefault(stream.call_id, []).append(index)
    calls = []
    for trace in shown:
        own = indices.get(trace.call.call_id, [])
        last_ns = max((found[index].last_ns for index in own), default=None)
        findings = call_findings(trace, end_ns=end_ns, last_media_ns=last_ns)
        media = call_media_findings(trace.call, [streams[index] for index in own])
        calls.append(replace(trace.call, streams=tuple(own), findings=(*findings, *media)))
    return tuple(calls)
