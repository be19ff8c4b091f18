"""Streams in the model's words: direction, loss ratio, MOS, and all media together.

Knows which end is near and the shapes of `model`; must not know packets.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

from voipprobe.capture.packet import ANYWHERE, Near
from voipprobe.capture.rtp.figures import RtpStream
from voipprobe.model.media import Media
from voipprobe.model.quality import QualityModel
from voipprobe.model.stream import Stream
from voipprobe.model.summary import DelaySummary, JitterSummary
from voipprobe.quality import bursts, rating, summary


def to_stream(
    stream: RtpStream,
    *,
    near: Near = ANYWHERE,
    buffer_ms: float = 60.0,
    rtcp_ms: DelaySummary | None = None,
    call_id: str | None = None,
) -> Stream:
    """A stream in the model's words, rated where its codec can be.

    Args:
        stream: as the kernel left it.
        near: the near end; ANYWHERE leaves the direction unknown.
        buffer_ms: as the kernel simulated it, where that was a fixed one.
        rtcp_ms: round trips that RTCP tells; an echo's own, packet by packet, go first.
        call_id: of the call whose SDP announced it.
    """
    direction = _direction(stream, near)
    echoed = stream.echo_of is not None and direction != "sent"
    round_trip = stream.round_trip_ms if echoed else rtcp_ms
    rated = _rate(stream, buffer_ms, round_trip.mean if round_trip else None)
    duration_s = max(stream.last_ns - stream.first_ns, 0) / 1e9  # a clock may be set back
    return Stream(
        source=str(stream.source),
        destination=str(stream.destination),
        ssrc=f"0x{stream.ssrc:08x}",
        direction=direction,
        payload_type=stream.payload_type,
        payload_types=stream.payload_types,
        codec=stream.codec,
        clock_rate_hz=stream.clock_rate_hz,
        call_id=call_id,
        started_at=stream.first_ns / 1e9,
        duration_s=duration_s,
        packets=stream.packets,
        expected=stream.expected,
        lost=stream.lost,
        duplicates=stream.duplicates,
        reordered=stream.reordered,
        restarts=stream.restarts,
        loss_ratio=_quotient(stream.lost, stream.expected),
        jitter_ms=stream.jitter_ms,
        delta_max_ms=stream.delta_max_ms,
        ipdv_ms=stream.ipdv_ms,
        burst=bursts.summarise(stream.burst_state, stream.ptime_ms),
        discarded=None if stream.is_video else stream.discarded,
        drift_ppm=stream.drift_ppm,
        ptime_ms=stream.ptime_ms,
        packets_per_second=_quotient(stream.packets - 1, duration_s),
        packets_per_second_nominal=1000.0 / stream.ptime_ms if stream.ptime_ms else None,
        echoed=echoed,
        round_trip_ms=round_trip,
        round_trip_lost=stream.round_trip_lost if echoed else None,
        silent=stream.silent,
        dscp=stream.dscp,
        mos=rated.mos,
        r_factor=rated.r_factor,
        quality_model=rated.model,
    )


def to_media(streams: Iterable[Stream], rtcp_packets: Mapping[str, int] | None = None) -> Media:
    """All streams together: what came in the main figures, what we sent beside it.

    Streams without a direction count as received: a capture from elsewhere has no near end.
    `rtcp_packets` is handed on.
    """
    streams = list(streams)
    sent = [stream for stream in streams if stream.direction == "sent"]
    received = [stream for stream in streams if stream.direction != "sent"]
    lost, expected = _sum(received, "lost"), _sum(received, "expected")
    judged = [stream for stream in received if stream.discarded is not None]
    return Media(
        streams=len(received),
        packets=_sum(received, "packets"),
        expected=expected,
        lost=lost,
        loss_ratio=_quotient(lost, expected),
        discarded_ratio=_quotient(_sum(judged, "discarded"), _sum(judged, "expected")),
        jitter_ms=_jitter(received),
        sent_streams=len(sent),
        sent_packets=_sum(sent, "packets"),
        sent_loss_ratio=_quotient(_sum(sent, "lost"), _sum(sent, "expected")),
        sent_jitter_ms=_jitter(sent),
        round_trip_ms=_round_trips(received),
        mos=summary.mos_summary([stream.mos for stream in received]),
        quality_model=_shared_model(received),
        rtcp_packets=dict(sorted((rtcp_packets or {}).items())),
    )


def _direction(stream: RtpStream, near: Near) -> str | None:
    """Sent or received; None with no near end, or where both ends are near (loopback)."""
    from_near, to_near = near.has(stream.source), near.has(stream.destination)
    if from_near == to_near:
        return None
    return "sent" if from_near else "received"


def _rate(stream: RtpStream, buffer_ms: float, round_trip_ms: float | None) -> rating.Rating:
    if stream.discarded is None or stream.is_video:
        return rating.UNRATED
    return rating.rate(
        codec=stream.codec,
        expected=stream.expected,
        lost=stream.lost,
        discarded=stream.discarded,
        burst_ratio=bursts.burst_ratio_of(stream.burst_state),
        buffer_ms=buffer_ms if stream.buffer_ms is None else stream.buffer_ms,
        packetisation_ms=stream.ptime_ms,
        round_trip_ms=round_trip_ms,
    )


def _jitter(streams: Sequence[Stream]) -> JitterSummary:
    """Mean of means; p95 and max over the streams' own figures."""
    figures = [stream.jitter_ms for stream in streams]
    return JitterSummary(
        mean=summary.jitter_summary([figure.mean for figure in figures]).mean,
        p95=summary.jitter_summary([figure.p95 for figure in figures]).p95,
        max=summary.jitter_summary([figure.max for figure in figures]).max,
    )


def _round_trips(streams: Sequence[Stream]) -> DelaySummary:
    """Round trips of all packets; percentiles are the weighted means of the streams' own."""
    figures = [
        s.round_trip_ms for s in streams if s.round_trip_ms is not None and s.round_trip_ms.n
    ]
    n = sum(figure.n for figure in figures)
    if n == 0:
        return DelaySummary(n=0)
    return DelaySummary(
        n=n,
        mean=_weighted(figures, "mean"),
        p50=_weighted(figures, "p50"),
        p95=_weighted(figures, "p95"),
        p99=_weighted(figures, "p99"),
        max=max(figure.max for figure in figures if figure.max is not None),
    )


def _weighted(figures: Sequence[DelaySummary], name: str) -> float | None:
    known = [(f.n, getattr(f, name)) for f in figures if getattr(f, name) is not None]
    return _quotient(sum(n * value for n, value in known), sum(n for n, _ in known))


def _shared_model(streams: Sequence[Stream]) -> QualityModel | None:
    """The assumptions of all rated streams with measured ones averaged; None if they differ."""
    models = [stream.quality_model for stream in streams if stream.quality_model is not None]
    shared = {(m.name, m.codec, m.packetisation_ms, m.delay_source) for m in models}
    if len(shared) != 1:
        return None
    # A fixed buffer is the same for all, so that its mean is itself; an adaptive one is measured.
    measured = ("buffer_ms", "one_way_delay_ms", "effective_loss_ratio", "burst_ratio")
    means = {name: sum(getattr(m, name) for m in models) / len(models) for name in measured}
    return dataclasses.replace(models[0], **means)


def _sum(streams: Iterable[Stream], name: str) -> int:
    return sum(getattr(stream, name) for stream in streams)


def _quotient(part: float, whole: float) -> float | None:
    return part / whole if whole else None
