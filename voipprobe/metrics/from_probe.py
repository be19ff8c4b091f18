"""The result of a round as measurements. What was not measured is not there."""

from collections.abc import Iterable, Iterator, Sequence

from voipprobe.metrics.catalogue import CATALOGUE
from voipprobe.model.call import Call, Outcome
from voipprobe.model.directions import StreamDirections
from voipprobe.model.iperf import IperfResult
from voipprobe.model.measurement import Measurement, counted
from voipprobe.model.path import Path
from voipprobe.model.probe import ProbeResult
from voipprobe.model.signalling import Signalling
from voipprobe.model.stream import Stream
from voipprobe.model.verdict import Status
from voipprobe.quality.metrics import received
from voipprobe.quality.outcomes import ended, went_as_wanted
from voipprobe.quality.rfc6076 import succeeded

Named = Iterator[tuple[str, Iterable[float | None]]]
"""Metric and its samples; None where one is unknown."""

_FAILURES = {
    Outcome.BUSY: "FailuresBusy",
    Outcome.REJECTED: "FailuresRejected",
    Outcome.FAILED: "FailuresServer",
    Outcome.TIMEOUT: "FailuresTimeout",
}


def probe_measurements(
    result: ProbeResult, path: Path, directions: Sequence[StreamDirections] = ()
) -> tuple[Measurement, ...]:
    """Everything that a round measured of its path, at the time at which it began.

    Args:
        result: of the round. A void one says nothing of the path, and an interrupted one
            says less than it seems: of both only the round itself is counted, as void.
        path: whose measurements they are.
        directions: of its streams, where both ends captured them.
    """
    status = Status.VOID if result.run.interrupted else result.verdict.status
    named: list[tuple[str, Iterable[float | None]]] = list(_rounds(status))
    if status is not Status.VOID:
        named += _calls(result.calls, result.scenario.expected_outcome)
        named += _signalling(result.signalling)
        named += _media(received(result.streams))
        named += _directions(directions)
        if result.iperf is not None:
            named += _iperf(result.iperf)
    return measurements(named, path, result.run.started_at)


def iperf_measurements(result: IperfResult, path: Path, at: float) -> tuple[Measurement, ...]:
    """Everything that iperf3 measured of a path; a run that failed is void."""
    status = Status.PASS if result.udp or result.tcp else Status.VOID
    return measurements([*_rounds(status), *_iperf(result)], path, at)


def void_measurements(path: Path, at: float) -> tuple[Measurement, ...]:
    """A round that left no result at all."""
    return measurements(list(_rounds(Status.VOID)), path, at)


def measurements(
    named: Iterable[tuple[str, Iterable[float | None]]], path: Path, at: float
) -> tuple[Measurement, ...]:
    """Samples by metric as measurements of one path; a metric without a sample is left out."""
    dimensions = (
        ("Source", path.source), ("Destination", path.destination), ("Scenario", path.scenario),
    )  # fmt: skip
    found = []
    for metric, values in named:
        samples = counted(value for value in values if value is not None)
        sparse = CATALOGUE[metric].sparse and not any(value for value, _ in samples)
        if samples and not sparse:
            found.append(Measurement(metric=metric, dimensions=dimensions, at=at, samples=samples))
    return tuple(found)


def _rounds(status: Status) -> Named:
    yield "Rounds", [1]
    yield "RoundsFailed", [status is Status.FAIL]
    yield "RoundsVoid", [status is Status.VOID]


def _calls(calls: Sequence[Call], wanted: Outcome) -> Named:
    over = ended(calls)
    bad = [call for call in over if not went_as_wanted(call, wanted)]
    if over:
        yield "CallAttempts", [len(over)]
        yield "CallSuccesses", [len(over) - len(bad)]
        yield "CallFailures", [len(bad)]
    kinds = [_FAILURES.get(call.outcome, "FailuresOther") for call in bad]
    for name in (*_FAILURES.values(), "FailuresOther"):
        yield name, [kinds.count(name)]
    yield "SessionRequestDelay", (call.srd_ms for call in calls if succeeded(call))
    yield "SessionDisconnectDelay", (call.sdd_ms for call in calls)
    yield "RegistrationRequestDelay", (call.rrd_ms for call in calls)


def _signalling(signalling: Signalling | None) -> Named:
    if signalling is None:
        return
    for name, ratio in (
        ("SER", signalling.ser),
        ("SEER", signalling.seer),
        ("ISA", signalling.isa),
    ):
        yield name, [_percent(ratio)]
    if signalling.messages is not None:
        yield "SipMessages", [signalling.messages]
        yield "RetransmissionsSent", [signalling.retransmissions.sent]
        yield "RetransmissionsReceived", [signalling.retransmissions.received]


def _media(streams: Sequence[Stream]) -> Named:
    if streams:
        yield "PacketsExpected", [sum(stream.expected for stream in streams)]
        yield "PacketsLost", [sum(stream.lost for stream in streams)]
    yield "PacketLoss", (_percent(stream.loss_ratio) for stream in streams)
    yield "Jitter", (stream.jitter_ms.mean for stream in streams)
    yield "RoundTrip", (s.round_trip_ms.p50 for s in streams if s.round_trip_ms is not None)
    yield "MOS", (stream.mos for stream in streams)


def _directions(directions: Sequence[StreamDirections]) -> Named:
    yield "ForwardLoss", (_percent(one.forward_loss_ratio) for one in directions)
    yield "BackwardLoss", (_percent(one.backward_loss_ratio) for one in directions)


def _iperf(result: IperfResult) -> Named:
    yield "IperfThroughput", (run.throughput_bps for run in result.tcp)
    yield "IperfLoss", (_percent(run.loss_ratio) for run in result.udp)
    yield "IperfJitter", (run.jitter_ms for run in result.udp)


def _percent(ratio: float | None) -> float | None:
    return None if ratio is None else 100.0 * ratio
