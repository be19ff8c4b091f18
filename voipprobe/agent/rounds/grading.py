"""What a round brought, as it is remembered and published. Pure."""

from collections.abc import Sequence

from voipprobe.agent.config.plan import Limits, Work
from voipprobe.agent.rounds.placed import Placed
from voipprobe.agent.store.records import Grade, Round
from voipprobe.metrics.from_probe import (
    iperf_measurements,
    probe_measurements,
    void_measurements,
)
from voipprobe.model.directions import StreamDirections
from voipprobe.model.iperf import IperfResult
from voipprobe.model.measurement import Measurement
from voipprobe.model.probe import ProbeResult
from voipprobe.model.verdict import Status
from voipprobe.probe.judge import broken_words, success_ratio
from voipprobe.quality.metrics import metric_values
from voipprobe.quality.outcomes import ended
from voipprobe.quality.thresholds import Threshold, check

Remembered = tuple[Round, tuple[Measurement, ...]]


def grade_calls(work: Work, placed: Placed, limits: Limits) -> Remembered:
    """A round of calls."""
    result = placed.result
    figures = round_figures(result, placed.directions)
    grade, reasons = grade_of(result, figures, limits)
    found = Round(
        work=work.name,
        path=work.path,
        at=result.run.started_at,
        duration_s=result.run.duration_s,
        grade=grade,
        reasons=reasons,
        figures=figures,
        folder=placed.folder,
        note=placed.undirected,
    )
    return found, probe_measurements(result, work.path, placed.directions)


def grade_of(
    result: ProbeResult, figures: dict[str, float | None], limits: Limits
) -> tuple[Grade, tuple[str, ...]]:
    """The grade of a round, and why it is no pass."""
    if result.run.interrupted:
        return Grade.VOID, ("interrupted", *result.verdict.reasons)
    if result.verdict.status is not Status.PASS:
        return Grade(result.verdict.status.value), result.verdict.reasons
    broken = _broken(limits.critical, figures)
    if broken:
        return Grade.FAIL, broken
    close = _broken(limits.warning, figures)
    return (Grade.WARNING, close) if close else (Grade.PASS, ())


def _broken(thresholds: Sequence[Threshold], figures: dict[str, float | None]) -> tuple[str, ...]:
    rows = [check(threshold, figures) for threshold in thresholds]
    return tuple(broken_words(row) for row in rows if row.met is False)


def grade_iperf(work: Work, result: IperfResult, at: float, duration_s: float) -> Remembered:
    """A round of iperf3: void where nothing was measured."""
    measured = bool(result.udp or result.tcp)
    lost, sent = sum(run.lost for run in result.udp), sum(run.packets for run in result.udp)
    slowest = min((run.throughput_bps for run in result.tcp), default=None)
    jitters = [run.jitter_ms for run in result.udp if run.jitter_ms is not None]
    found = Round(
        work=work.name,
        path=work.path,
        at=at,
        duration_s=duration_s,
        grade=Grade.PASS if measured else Grade.VOID,
        reasons=result.errors,
        figures={
            "iperf_loss_ratio": lost / sent if sent else None,
            "iperf_jitter_ms": max(jitters, default=None),
            "iperf_throughput_bps": slowest,
        },
    )
    return found, iperf_measurements(result, work.path, at)


def grade_nothing(work: Work, reason: str, at: float, duration_s: float) -> Remembered:
    """A round that left no result: it says nothing of the path."""
    found = Round(
        work=work.name,
        path=work.path,
        at=at,
        duration_s=duration_s,
        grade=Grade.VOID,
        reasons=(reason,),
    )
    return found, void_measurements(work.path, at)


def round_figures(
    result: ProbeResult, directions: Sequence[StreamDirections]
) -> dict[str, float | None]:
    """Every figure that a threshold can be set on, and the loss of each direction."""
    figures = metric_values(result.signalling, result.media, result.streams, result.calls)
    figures["success_ratio"] = success_ratio(result.calls, result.scenario.expected_outcome)
    figures["calls"] = float(len(ended(result.calls)))
    sent = sum(one.sent for one in directions)
    returned = sum(one.returned for one in directions)
    figures["forward_loss_ratio"] = (
        (sent - sum(one.arrived for one in directions)) / sent if sent else None
    )
    figures["backward_loss_ratio"] = (
        (returned - sum(one.received for one in directions)) / returned if returned else None
    )
    return figures
