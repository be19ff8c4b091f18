"""One RTP stream: an SSRC in one direction between two address:port pairs."""

from dataclasses import dataclass, field

from voipprobe.model.finding import Finding
from voipprobe.model.quality import QualityModel
from voipprobe.model.summary import DelaySummary, JitterSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """Loss and discard in bursts and gaps (RFC 3611 4.7.2, Gmin 16).

    Densities are lost or discarded packets / expected packets in that state (0..1).
    """

    gmin: int
    bursts: int
    burst_density_ratio: float | None
    gap_density_ratio: float | None
    burst_ms_mean: float | None
    gap_ms_mean: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerReport:
    """What the receiving end last said itself of a stream (RFC 3611 4.7, RTCP XR).

    By its own measuring and its own model of quality: never to be mixed with ours.

    Attributes:
        loss_ratio, discard_ratio: of all packets (0..1), in steps of 1/256.
        round_trip_ms, end_system_delay_ms: the last measured one, and what the end adds.
        r_factor: its rating (0..100).
        mos_listening, mos_conversational: without and with the delay, to a tenth.
    """

    loss_ratio: float
    discard_ratio: float
    burst_density_ratio: float
    gap_density_ratio: float
    burst_ms_mean: float | None
    gap_ms_mean: float | None
    round_trip_ms: float | None
    end_system_delay_ms: float | None
    r_factor: float | None
    mos_listening: float | None
    mos_conversational: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """What one capture point saw of one RTP stream.

    Attributes:
        source, destination: "address:port", IPv6 in brackets.
        ssrc: "0x" and 8 hex digits.
        direction: "sent" or "received" as seen from the near end; None where unknown.
        call_id: SIP Call-ID of the call whose SDP announced it; None if none did.
        payload_types: every payload type seen, with its packets.
        expected: highest - lowest sequence number + 1, summed over restarts.
        lost: expected less distinct packets received, never negative.
        duplicates: packets seen again. reordered: first arrivals behind the highest seen.
        restarts: jumps of the sequence that two packets confirmed (RFC 3550 A.1).
        loss_ratio: lost / expected (0..1).
        delta_max_ms: longest gap between two arrivals inside a talkspurt.
        ipdv_ms: |inter-packet delay variation| of consecutive packets (RFC 3393).
        discarded: packets that came too late for the simulated playout buffer.
        drift_ppm: sender's clock against ours; None for less than 10 s.
        packets_per_second, packets_per_second_nominal: seen, and 1000 / ptime.
        ptime_ms: voice per packet, from the timestamps' most frequent step.
        echoed: True when its packets are those of a stream that we sent, come back (same
            SSRC and sequence): its loss is then that of the whole round trip.
        round_trip_ms: per-packet round trip of echoed media, else what RTCP reports tell;
            None without either.
        round_trip_lost: packets of a sent stream that did not come back; None if not echoed.
        silent: True when G.711 payload holds no audible energy; None where not decodable.
        peer_report: what its receiver says of it; None if that sent no such report.
        dscp: differentiated services code point of its packets (46: EF); None where unknown.
    """

    source: str
    destination: str
    ssrc: str
    direction: str | None
    payload_type: int
    payload_types: dict[int, int]
    codec: str | None
    clock_rate_hz: int | None
    call_id: str | None
    started_at: float
    duration_s: float
    packets: int
    expected: int
    lost: int
    duplicates: int
    reordered: int
    restarts: int
    loss_ratio: float | None
    jitter_ms: JitterSummary
    delta_max_ms: float | None
    ipdv_ms: DelaySummary
    burst: Burst | None
    discarded: int | None
    drift_ppm: float | None
    ptime_ms: float | None
    packets_per_second: float | None
    packets_per_second_nominal: float | None
    echoed: bool
    round_trip_ms: DelaySummary | None
    round_trip_lost: int | None
    silent: bool | None
    mos: float | None
    r_factor: float | None
    quality_model: QualityModel | None
    peer_report: PeerReport | None = None
    dscp: int | None = None
    findings: tuple[Finding, ...] = field(default_factory=tuple)
