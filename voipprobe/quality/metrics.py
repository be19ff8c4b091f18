"""The figures that a threshold can be set on, under the names that expressions use.

Knows the shapes of the model and flattens them; decides nothing. "Received streams" are those
that came to the near end; where no direction is known (a capture from elsewhere) all count.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from voipprobe.model.call import Call
from voipprobe.model.media import Media
from voipprobe.model.signalling import Signalling
from voipprobe.model.stream import Stream
from voipprobe.model.summary import DelaySummary, JitterSummary
from voipprobe.quality.rfc6076 import success_ratio

_DELAYS: Final = {
    "srd_ms": "Session Request Delay of sessions that were set up",
    "srd_failed_ms": "Session Request Delay of sessions that failed",
    "sdd_ms": "Session Disconnect Delay",
    "rrd_ms": "Registration Request Delay",
    "round_trip_ms": "round trip of echoed media",
}
_DELAY_FIGURES: Final = ("mean", "p50", "p95", "p99", "max")
_JITTERS: Final = {
    "jitter_ms": "RFC 3550 jitter of received streams",
    "sent_jitter_ms": "RFC 3550 jitter of our own streams as they left",
}
_JITTER_FIGURES: Final = ("mean", "p95", "max")

_SIGNALLING_METRICS: Final = {
    "attempts": "INVITE sessions attempted",
    "ser": "Session Establishment Ratio, RFC 6076 (0..1)",
    "seer": "Session Establishment Effectiveness Ratio, RFC 6076 (0..1)",
    "isa": "Ineffective Session Attempts, RFC 6076 (0..1)",
    "scr": "Session Completion Ratio, RFC 6076 (0..1)",
    "success_ratio": "calls of any method that ended in 2xx / calls that ended (0..1)",
    "retransmission_ratio": "SIP messages seen again / SIP messages (0..1)",
}
_MEDIA_METRICS: Final = {
    "streams": "received RTP streams",
    "packets": "packets of received streams",
    "loss_ratio": "lost / expected packets over all received streams (0..1)",
    "sent_loss_ratio": "gaps in what our own generator sent / expected (0..1)",
    "discarded_ratio": "packets too late for the playout buffer / expected (0..1)",
    "mos.mean": "MOS (1..4.5), mean of rated streams",
    "mos.p5": "MOS (1..4.5), 5th percentile of rated streams",
    "mos.min": "MOS (1..4.5), worst rated stream",
}
_STREAM_METRICS: Final = {
    "loss_ratio.mean": "mean of the received streams' own loss ratios (0..1)",
    "loss_ratio.max": "worst received stream's loss ratio (0..1)",
    "ipdv_ms.p95": "worst received stream's p95 of |inter-packet delay variation| [ms]",
    "ipdv_ms.p99": "worst received stream's p99 of |inter-packet delay variation| [ms]",
    "delta_max_ms.max": "longest gap between two packets of a talkspurt [ms]",
}

KNOWN_METRICS: Final[Mapping[str, str]] = {
    **_SIGNALLING_METRICS,
    **{f"{n}.{f}": f"{text}, {f} [ms]" for n, text in _DELAYS.items() for f in _DELAY_FIGURES},
    **_MEDIA_METRICS,
    **_STREAM_METRICS,
    **{f"{n}.{f}": f"{text}, {f} [ms]" for n, text in _JITTERS.items() for f in _JITTER_FIGURES},
}
"""Name of every metric -> what it is, in one line with its unit."""
SIGNALLING_METRICS: Final = frozenset(
    {*_SIGNALLING_METRICS}
    | {f"{n}.{f}" for n in _DELAYS if n != "round_trip_ms" for f in _DELAY_FIGURES}
)
"""Those that calls without media have, too."""

_NO_DELAY: Final = DelaySummary(n=0)
_NO_JITTER: Final = JitterSummary()


def metric_values(
    signalling: Signalling | None,
    media: Media | None,
    streams: Iterable[Stream],
    calls: Iterable[Call],
) -> dict[str, float | None]:
    """Every metric of `KNOWN_METRICS` with its value, None where it is unknown."""
    return {
        "success_ratio": success_ratio(calls),
        **_signalling_values(signalling),
        **_media_values(media),
        **_stream_values(received(streams)),
    }


def received(streams: Iterable[Stream]) -> tuple[Stream, ...]:
    """The streams that count as received: all of them where no direction is known."""
    every = tuple(streams)
    if all(stream.direction is None for stream in every):
        return every
    return tuple(stream for stream in every if stream.direction == "received")


def _signalling_values(signalling: Signalling | None) -> dict[str, float | None]:
    s = signalling
    return {
        "attempts": s.attempts if s else None,
        "ser": s.ser if s else None,
        "seer": s.seer if s else None,
        "isa": s.isa if s else None,
        "scr": s.scr if s else None,
        "retransmission_ratio": s.retransmission_ratio if s else None,
        **_figures("srd_ms", s.srd_ms if s else _NO_DELAY, _DELAY_FIGURES),
        **_figures("srd_failed_ms", s.srd_failed_ms if s else _NO_DELAY, _DELAY_FIGURES),
        **_figures("sdd_ms", s.sdd_ms if s else _NO_DELAY, _DELAY_FIGURES),
        **_figures("rrd_ms", s.rrd_ms if s else _NO_DELAY, _DELAY_FIGURES),
    }


def _media_values(media: Media | None) -> dict[str, float | None]:
    m = media
    return {
        "streams": m.streams if m else None,
        "packets": m.packets if m else None,
        "loss_ratio": m.loss_ratio if m else None,
        "sent_loss_ratio": m.sent_loss_ratio if m else None,
        "discarded_ratio": m.discarded_ratio if m else None,
        "mos.mean": m.mos.mean if m else None,
        "mos.p5": m.mos.p5 if m else None,
        "mos.min": m.mos.min if m else None,
        **_figures("jitter_ms", m.jitter_ms if m else _NO_JITTER, _JITTER_FIGURES),
        **_figures("sent_jitter_ms", m.sent_jitter_ms if m else _NO_JITTER, _JITTER_FIGURES),
        **_figures("round_trip_ms", m.round_trip_ms if m else _NO_DELAY, _DELAY_FIGURES),
    }


def _stream_values(streams: Sequence[Stream]) -> dict[str, float | None]:
    losses = [s.loss_ratio for s in streams if s.loss_ratio is not None]
    return {
        "loss_ratio.mean": math.fsum(losses) / len(losses) if losses else None,
        "loss_ratio.max": max(losses, default=None),
        "ipdv_ms.p95": _worst(s.ipdv_ms.p95 for s in streams),
        "ipdv_ms.p99": _worst(s.ipdv_ms.p99 for s in streams),
        "delta_max_ms.max": _worst(s.delta_max_ms for s in streams),
    }


def _figures(
    name: str, summary: DelaySummary | JitterSummary, figures: Sequence[str]
) -> dict[str, float | None]:
    return {f"{name}.{figure}": getattr(summary, figure) for figure in figures}


def _worst(values: Iterable[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)
