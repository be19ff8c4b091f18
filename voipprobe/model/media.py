"""The media of all streams together."""

from dataclasses import dataclass, field

from voipprobe.model.quality import QualityModel
from voipprobe.model.summary import DelaySummary, JitterSummary, MosSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """All received streams of a run together (all streams of a capture).

    Attributes:
        streams, packets: how many were summed.
        loss_ratio: lost / expected over all of them (0..1).
        jitter_ms: mean of means, p95 and max over the streams' own figures.
        sent_*: the same of what our own generator sent, as it left: its departure jitter.
        discarded_ratio: too late for the simulated buffer / expected (0..1).
        quality_model: set when all rated streams share codec and buffer; its measured
            fields (buffer where it is adaptive, delay, loss, burst) are then the means.
        rtcp_packets: by kind (SR, RR, SDES, BYE, APP, RTPFB, PSFB, XR, other).
    """

    streams: int
    packets: int
    expected: int
    lost: int
    loss_ratio: float | None
    discarded_ratio: float | None
    jitter_ms: JitterSummary
    sent_streams: int
    sent_packets: int
    sent_loss_ratio: float | None
    sent_jitter_ms: JitterSummary
    round_trip_ms: DelaySummary
    mos: MosSummary
    quality_model: QualityModel | None
    rtcp_packets: dict[str, int] = field(default_factory=dict)
