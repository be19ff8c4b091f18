"""Every metric that an agent publishes: name, unit, meaning, dimensions.

One list for CloudWatch, Prometheus, alarms, dashboards and documentation. Must not know how
any of them writes a metric.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Unit(StrEnum):
    """Units, spelt as CloudWatch spells them."""

    COUNT = "Count"
    PERCENT = "Percent"
    MILLISECONDS = "Milliseconds"
    BITS_PER_SECOND = "Bits/Second"
    NONE = "None"


class Kind(StrEnum):
    """What the samples of a metric are, and so which statistics make sense."""

    COUNTER = "counter"  # how many in the interval: Sum
    DISTRIBUTION = "distribution"  # one sample for each call, stream or round: percentiles
    GAUGE = "gauge"  # how it stood: Average, Maximum


PATH: Final = ("Source", "Destination", "Scenario")
AGENT: Final = ("Source",)
STATISTICS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.COUNTER: ("Sum",),
    Kind.DISTRIBUTION: ("p5", "p50", "p95", "p99", "Average", "Minimum", "Maximum", "PR"),
    Kind.GAUGE: ("Average", "Maximum"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One entry of the catalogue.

    Attributes:
        name: as CloudWatch shows it.
        meaning: what one sample is, in one line.
        dimensions: their names, in the order that measurements keep.
        buckets: upper bounds of a histogram's buckets, in the metric's unit.
        sparse: no sample means zero: published only when there is something to count.
    """

    name: str
    unit: Unit
    kind: Kind
    meaning: str
    dimensions: tuple[str, ...] = PATH
    buckets: tuple[float, ...] = ()
    sparse: bool = False


DELAY_BUCKETS: Final = (5.0, 10.0, 20.0, 50.0, 100.0, 150.0, 200.0, 300.0, 500.0, 1000.0,
                        2000.0, 5000.0, 10000.0)  # fmt: skip
"""Milliseconds: ITU-T G.114 draws its lines at 150 and 400 ms one way."""
JITTER_BUCKETS: Final = (1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 50.0, 100.0, 200.0)
LOSS_BUCKETS: Final = (0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0)
RATIO_BUCKETS: Final = (0.0, 50.0, 80.0, 90.0, 95.0, 98.0, 99.0, 99.5, 99.9, 100.0)
MOS_BUCKETS: Final = (1.0, 2.0, 2.5, 3.0, 3.1, 3.6, 3.8, 4.0, 4.03, 4.2, 4.34, 4.5)
"""ITU-T G.109: 4.34, 4.03, 3.6 and 3.1 divide the classes of satisfaction."""
THROUGHPUT_BUCKETS: Final = (1e6, 2e6, 5e6, 1e7, 2e7, 5e7, 1e8, 2e8, 5e8, 1e9, 5e9, 1e10)


def _count(
    name: str, meaning: str, *, sparse: bool = False, dimensions: tuple[str, ...] = PATH
) -> Metric:
    return Metric(name=name, unit=Unit.COUNT, kind=Kind.COUNTER, meaning=meaning, sparse=sparse,
                  dimensions=dimensions)  # fmt: skip


def _spread(name: str, unit: Unit, meaning: str, buckets: tuple[float, ...]) -> Metric:
    return Metric(name=name, unit=unit, kind=Kind.DISTRIBUTION, meaning=meaning, buckets=buckets)


_CALLS: Final = (
    _count("CallAttempts", "calls that were placed and came to an end"),
    _count("CallSuccesses", "calls that ended as their scenario wants"),
    _count("CallFailures", "calls that ended otherwise"),
    _count("FailuresBusy", "of these: busy (486, 600)", sparse=True),
    _count("FailuresRejected", "of these: any other 3xx, 4xx or 6xx", sparse=True),
    _count("FailuresServer", "of these: 5xx", sparse=True),
    _count("FailuresTimeout", "of these: no final answer", sparse=True),
    _count("FailuresOther", "of these: cancelled, or answered and not ended properly", sparse=True),
)
_SIGNALLING: Final = (
    _spread("SER", Unit.PERCENT, "a round's Session Establishment Ratio (RFC 6076 4.6)",
            RATIO_BUCKETS),
    _spread("SEER", Unit.PERCENT,
            "a round's Session Establishment Effectiveness Ratio (RFC 6076 4.7)", RATIO_BUCKETS),
    _spread("ISA", Unit.PERCENT, "a round's Ineffective Session Attempts (RFC 6076 4.8)",
            LOSS_BUCKETS),
    _count("SipMessages", "SIP messages seen, retransmissions included"),
    _count("RetransmissionsSent", "SIP messages that we sent again: a timer ran out"),
    _count("RetransmissionsReceived", "SIP messages that came to us again: duplicates"),
    _spread("SessionRequestDelay", Unit.MILLISECONDS,
            "a set-up call's INVITE to its first ringing or final answer (RFC 6076 4.3.1)",
            DELAY_BUCKETS),
    _spread("SessionDisconnectDelay", Unit.MILLISECONDS,
            "a call's BYE to its answer (RFC 6076 4.4)", DELAY_BUCKETS),
    _spread("RegistrationRequestDelay", Unit.MILLISECONDS,
            "a REGISTER to its 200 (RFC 6076 4.2)", DELAY_BUCKETS),
)  # fmt: skip
_MEDIA: Final = (
    _count("PacketsExpected", "RTP packets that should have come back or arrived"),
    _count("PacketsLost", "of these: did not"),
    _spread("PacketLoss", Unit.PERCENT,
            "a received stream's loss; of echoed media that of the whole round trip",
            LOSS_BUCKETS),
    _spread("ForwardLoss", Unit.PERCENT, "a stream's loss on its way to the destination",
            LOSS_BUCKETS),
    _spread("BackwardLoss", Unit.PERCENT, "a stream's loss on its way back", LOSS_BUCKETS),
    _spread("Jitter", Unit.MILLISECONDS, "a received stream's mean jitter (RFC 3550 6.4.1)",
            JITTER_BUCKETS),
    _spread("RoundTrip", Unit.MILLISECONDS, "a stream's median round trip of media",
            DELAY_BUCKETS),
    _spread("MOS", Unit.NONE, "a received voice stream's MOS (ITU-T G.107)", MOS_BUCKETS),
)  # fmt: skip
_IPERF: Final = (
    _spread("IperfThroughput", Unit.BITS_PER_SECOND, "what an iperf3 run over TCP carried",
            THROUGHPUT_BUCKETS),
    _spread("IperfLoss", Unit.PERCENT, "what an iperf3 run over UDP lost", LOSS_BUCKETS),
    _spread("IperfJitter", Unit.MILLISECONDS, "iperf3's last smoothed jitter", JITTER_BUCKETS),
)  # fmt: skip
_ROUNDS: Final = (
    _count("Rounds", "rounds that came to an end, void ones included"),
    _count("RoundsFailed", "rounds that broke a threshold"),
    _count("RoundsVoid", "rounds that could not measure: they say nothing about the path"),
)
_AGENT: Final = (
    _count("Heartbeat", "one a minute from an agent that lives", dimensions=AGENT),
    _count("RoundsLate", "rounds that began late", sparse=True, dimensions=AGENT),
    _count("RoundsSkipped", "rounds that could not begin before the next one was due",
           sparse=True, dimensions=AGENT),
    Metric(name="SpoolDepth", unit=Unit.COUNT, kind=Kind.GAUGE, dimensions=AGENT,
           meaning="measurements that wait to be published"),
    _count("SpoolDropped", "measurements that were too old or too many to be published",
           sparse=True, dimensions=AGENT),
    _count("PublishFailures", "requests that were refused or not answered",
           sparse=True, dimensions=AGENT),
    _count("CapturesDropped", "captures that the disk budget had no room for",
           sparse=True, dimensions=AGENT),
    Metric(name="ConfigRefused", unit=Unit.COUNT, kind=Kind.GAUGE, dimensions=AGENT,
           meaning="1 while the newest configuration file was refused and the old one is in use"),
)  # fmt: skip

SUBJECTS: Final[Mapping[str, tuple[Metric, ...]]] = {
    "calls": _CALLS, "signalling": _SIGNALLING, "media": _MEDIA, "iperf": _IPERF,
    "rounds": _ROUNDS, "agent": _AGENT,
}  # fmt: skip
"""The catalogue by what is measured."""

CATALOGUE: Final[Mapping[str, Metric]] = {
    metric.name: metric for metrics in SUBJECTS.values() for metric in metrics
}
"""Every metric by its name, in the order in which they are shown."""
