"""What a capture shows, and what its HTML page needs beyond that."""

from dataclasses import dataclass

from voipprobe.model.call import Call
from voipprobe.model.capture import CaptureInfo
from voipprobe.model.finding import Finding
from voipprobe.model.media import Media
from voipprobe.model.signalling import Signalling
from voipprobe.model.stream import Stream

ANALYSIS_SCHEMA = "voipprobe.analysis/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """Everything that is known of a capture: the document of `voipprobe analyze`.

    Attributes:
        findings: of the capture as a whole; those of a call or a stream stand with it.
    """

    schema: str
    capture: CaptureInfo
    signalling: Signalling
    media: Media
    calls: tuple[Call, ...]
    streams: tuple[Stream, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderMessage:
    """One SIP message of a call, for its ladder diagram.

    Attributes:
        packet: its number in the capture. at_s: epoch seconds.
        source, destination: "address:port". summary: its start line
            without the SIP version.
        text: the whole message; None where it was not kept.
    """

    packet: int
    at_s: float
    source: str
    destination: str
    transport: str
    summary: str
    retransmission: bool
    text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamSeries:
    """A stream over time, in equal steps, for its plots. All lists have the same length.

    Attributes:
        step_s: length of a step; chosen so that a stream has at most a few hundred.
        packets, lost, discarded: in each step.
        delta_max_ms, jitter_ms: the longest gap, and the jitter at the step's end; None where
            nothing arrived.
        delay_histogram: packets by transit above the smallest one, in steps of
            `delay_step_ms`; the last holds everything above.
    """

    stream: int
    step_s: float
    packets: tuple[int, ...]
    lost: tuple[int, ...]
    discarded: tuple[int, ...]
    delta_max_ms: tuple[float | None, ...]
    jitter_ms: tuple[float | None, ...]
    delay_step_ms: float
    delay_histogram: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisDetail:
    """What is drawn beside the tables.

    Attributes:
        ladders: by Call-ID. series: of the streams that are plotted.
    """

    ladders: dict[str, tuple[LadderMessage, ...]]
    series: tuple[StreamSeries, ...]
