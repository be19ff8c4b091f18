"""Everything that a run left behind, put together and judged. No I/O."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from voipprobe.capture.analysis import CaptureAnalysis
from voipprobe.capture.dumpcap import CaptureCounts
from voipprobe.model.capture import CaptureInfo
from voipprobe.model.iperf import IperfResult
from voipprobe.model.probe import PROBE_SCHEMA, ProbeResult
from voipprobe.model.run import Environment, Run, ScenarioUse
from voipprobe.model.signalling import Signalling
from voipprobe.model.verdict import Verdict
from voipprobe.probe import witnesses
from voipprobe.probe.generator_view import generator_signalling
from voipprobe.probe.judge import DEFAULT_EXPECTATIONS, causes_of_failure, judge, success_ratio
from voipprobe.probe.options import ProbeOptions
from voipprobe.probe.setup import Setup
from voipprobe.quality.metrics import KNOWN_METRICS, metric_values
from voipprobe.quality.thresholds import parse
from voipprobe.traffic.sipp.runner import SippRun


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known after the calls.

    Attributes:
        analysis: of the capture; None when there is none.
        counts: dumpcap's own; None when it never said.
        refusal: why there is no capture.
    """

    folder: Path
    started_at: float
    duration_s: float
    interrupted: bool
    run: SippRun
    analysis: CaptureAnalysis | None
    counts: CaptureCounts | None
    refusal: str | None
    iperf: IperfResult | None
    environment: Environment


def assemble(setup: Setup, options: ProbeOptions, evidence: Evidence) -> ProbeResult:
    """The result of a run, verdict included."""
    analysis = evidence.analysis
    manifest = setup.scenario.manifest
    signalling = (
        analysis.signalling
        if analysis and _can_read_signalling(setup)
        else generator_signalling(evidence.run, manifest)
    )
    return ProbeResult(
        schema=PROBE_SCHEMA,
        run=_run(setup, options, evidence),
        target=replace(options.target, user=setup.user, transport=setup.transport).uri,
        scenario=ScenarioUse(
            name=setup.scenario.name,
            purpose=manifest.purpose,
            media=manifest.media,
            parameters=setup.parameters,
            expected_outcome=manifest.outcome,
        ),
        environment=evidence.environment,
        verdict=_verdict(setup, options, evidence, signalling),
        capture=_capture(evidence),
        signalling=signalling,
        media=analysis.media if analysis else None,
        iperf=evidence.iperf,
        calls=analysis.calls if analysis else (),
        streams=analysis.streams if analysis else (),
    )


def _capture(evidence: Evidence) -> CaptureInfo | None:
    if evidence.analysis is None:
        return None
    dropped = evidence.counts.dropped if evidence.counts else None
    info = evidence.analysis.info
    return replace(
        info,
        files=tuple(Path(file).name for file in info.files),
        dropped_packets=info.dropped_packets if dropped is None else dropped,
    )


def _verdict(
    setup: Setup, options: ProbeOptions, evidence: Evidence, signalling: Signalling | None
) -> Verdict:
    manifest, analysis = setup.scenario.manifest, evidence.analysis
    calls = analysis.calls if analysis else ()
    values = metric_values(
        signalling,
        analysis.media if analysis else None,
        analysis.streams if analysis else (),
        calls,
    )
    values["success_ratio"] = _success_ratio(setup, evidence)
    defaults = [parse(expression, KNOWN_METRICS) for expression in DEFAULT_EXPECTATIONS]
    return judge(
        options.expectations or defaults,
        values,
        faults=_faults(setup, options, evidence),
        missing=_missing(setup, evidence),
        causes=causes_of_failure(calls, manifest.outcome, evidence.run.error),
    )


def _can_read_signalling(setup: Setup) -> bool:
    """Whether the wire is a witness of the calls: of TLS nobody but SIPp has the keys."""
    return setup.transport != "tls"


def _was_refused(setup: Setup, run: SippRun) -> bool:
    """Whether the target took no connection: SIPp then ends before its first call."""
    return (
        setup.transport != "udp"
        and not run.generator.created
        and run.error is not None
        and "connection" in run.error.lower()
    )


def _success_ratio(setup: Setup, evidence: Evidence) -> float | None:
    if _was_refused(setup, evidence.run):
        return 0.0
    if evidence.analysis and _can_read_signalling(setup):
        return success_ratio(evidence.analysis.calls, setup.scenario.manifest.outcome)
    return _generator_success(evidence.run)


def _generator_success(run: SippRun) -> float | None:
    good, bad = run.generator.successful, run.generator.failed
    return None if good is None or bad is None or good + bad == 0 else good / (good + bad)


def _faults(setup: Setup, options: ProbeOptions, evidence: Evidence) -> list[str]:
    """Everything that makes the whole run void."""
    if evidence.run.overdue:
        return ["SIPp did not end in time and was ended by us"]
    if _was_refused(setup, evidence.run):
        return []
    generator, interrupted = evidence.run.generator, evidence.interrupted
    faults = witnesses.generator_faults(generator, options.load, interrupted=interrupted)
    if faults and generator.created is None and evidence.run.error:
        faults.append(f"SIPp: {evidence.run.error}")
    if evidence.analysis is None:
        return faults
    wanted = setup.scenario.manifest.outcome
    calls = evidence.analysis.calls
    faults += _capture_faults(evidence)
    if _can_read_signalling(setup):
        faults += witnesses.wire_faults(generator, calls, wanted, interrupted=interrupted)
        faults += witnesses.rate_faults(calls, options.load)
    return faults


def _capture_faults(evidence: Evidence) -> list[str]:
    info = _capture(evidence)
    return witnesses.capture_faults(info) if info else []


def _missing(setup: Setup, evidence: Evidence) -> list[str]:
    """What should have been measured and cannot be trusted or is not there."""
    iperf = [f"iperf3: {error}" for error in evidence.iperf.errors] if evidence.iperf else []
    if not setup.scenario.manifest.media:
        return iperf
    if evidence.analysis is None:
        return [f"media was not measured: {evidence.refusal}", *iperf]
    if evidence.interrupted:  # the calls' media ended when it did, not when it was due
        return iperf
    return [*_media_faults(setup, evidence.analysis), *iperf]


def _media_faults(setup: Setup, analysis: CaptureAnalysis) -> Sequence[str]:
    manifest = setup.scenario.manifest
    sent = [stream for stream in analysis.streams if stream.direction == "sent"]
    late = sum(stream.discarded or 0 for stream in sent)
    return [
        *witnesses.media_faults(analysis.media, analysis.calls, manifest.media_share),
        *witnesses.late_faults(late, analysis.media.sent_packets),
    ]


def _run(setup: Setup, options: ProbeOptions, evidence: Evidence) -> Run:
    load = options.load
    return Run(
        id=evidence.folder.name,
        folder=str(evidence.folder),
        started_at=evidence.started_at,
        duration_s=evidence.duration_s,
        interrupted=evidence.interrupted,
        calls=load.calls,
        rate_cps=load.rate_cps,
        hold_s=load.hold_s,
        transport=setup.transport,
        codec=options.codec,
        configuration={
            "local_address": setup.local_address,
            "interface": setup.interface,
            "remote": setup.remote,
            "answer_timeout_s": options.answer_timeout_s,
            "buffer_ms": options.buffer_ms,
            "keep_capture": options.keep_capture,
        },
        generator=evidence.run.generator,
    )
