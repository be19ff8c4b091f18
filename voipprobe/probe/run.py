"""One probe from start to end: capture, calls, analysis, verdict, result folder."""

import contextlib
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from voipprobe.capture.analysis import CaptureAnalysis, SsrcHints, analyse
from voipprobe.capture.dumpcap import CaptureCounts, Dumpcap, capture_filter
from voipprobe.model.call import Call
from voipprobe.model.errors import CaptureError, ToolError
from voipprobe.model.iperf import IperfResult
from voipprobe.model.probe import ProbeResult
from voipprobe.model.verdict import Status
from voipprobe.probe.environment import environment
from voipprobe.probe.options import ProbeOptions
from voipprobe.probe.result import Evidence, assemble
from voipprobe.probe.setup import INJECTION, Setup, prepare, write_inputs
from voipprobe.results.files import store_error
from voipprobe.results.folder import new_run_folder, write_result
from voipprobe.results.parquet import write_tables
from voipprobe.traffic.iperf.arguments import IperfOptions
from voipprobe.traffic.iperf.runner import measure_network
from voipprobe.traffic.sipp.runner import SippCaller, SippRun, Watcher

MOST_ANSWERS = 5
"""SIP messages that any shipped scenario waits for, one after another."""
CLOSING_S = 5.0
"""What SIPp may take beside that."""
TAIL_S = 0.3
"""Packets that are still on their way when SIPp has ended."""


@dataclass(slots=True)
class Recording:
    """A capture that may have failed to start; the calls go on without it."""

    dumpcap: Dumpcap | None = None
    counts: CaptureCounts | None = None
    refusal: str | None = None


def run_probe(options: ProbeOptions, *, on_statistics: Watcher = lambda _: None) -> ProbeResult:
    """Place the calls, measure them, judge them, and write the run folder.

    A KeyboardInterrupt while calls are up ends them gracefully; what was measured is kept, and
    the result says that it was interrupted.

    Args:
        options: what to do.
        on_statistics: told of SIPp's newest statistics while it runs.

    Raises:
        ConfigError: nothing was started.
        ToolError: nothing could be started, or SIPp's own files could not be read.
        StoreError: the result could not be written.
    """
    setup = prepare(options)
    started = time.time()
    stamp = datetime.fromtimestamp(started, UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    folder = new_run_folder(options.output, f"{stamp}-{setup.scenario.name}")
    with _storing(folder):
        sipp_folder = folder / "sipp"
        sipp_folder.mkdir()
        write_inputs(setup, options, sipp_folder)
        with _recording(setup, folder) as recording:
            run, interrupted = _place_calls(setup, options, sipp_folder, on_statistics)
            time.sleep(TAIL_S)
        iperf = None if interrupted else _measure_network(setup, options, folder)
        analysis = _analyse(setup, options, run, recording)
        evidence = Evidence(
            folder=folder,
            started_at=started,
            duration_s=time.time() - started,
            interrupted=interrupted,
            run=run,
            analysis=analysis,
            counts=recording.counts,
            refusal=recording.refusal,
            iperf=iperf,
            environment=environment(setup.version, iperf=iperf is not None),
        )
        result = assemble(setup, options, evidence)
        _keep_or_remove(options, result, folder)
        write_tables(folder, result)
        write_result(folder, result)
    return result


@contextlib.contextmanager
def _storing(folder: Path) -> Iterator[None]:
    """Turn a full or vanished disk into words."""
    try:
        yield
    except OSError as error:
        raise store_error("write", folder, error) from error


@contextlib.contextmanager
def _recording(setup: Setup, folder: Path) -> Iterator[Recording]:
    recording = Recording()
    sipp = setup.sipp
    media = range(sipp.media_port, sipp.media_port + sipp.media_ports)
    expression = capture_filter(
        setup.local_address, sipp.local_port, media, without=sipp.hangup_port
    )
    try:
        recording.dumpcap = Dumpcap(folder, interface=setup.interface, expression=expression)
    except (CaptureError, ToolError) as error:
        recording.refusal = str(error)
    try:
        yield recording
    finally:
        if recording.dumpcap:
            recording.counts = recording.dumpcap.stop()


def _place_calls(
    setup: Setup, options: ProbeOptions, folder: Path, on_statistics: Watcher
) -> tuple[SippRun, bool]:
    load = options.load
    deadline_s = load.placing_s + load.hold_s + MOST_ANSWERS * options.answer_timeout_s + CLOSING_S
    caller = SippCaller(setup.version, setup.sipp, folder)
    interrupted = False
    try:
        caller.watch(on_statistics, deadline_s=deadline_s)
    except KeyboardInterrupt:
        interrupted = True
    finally:
        caller.stop()
        (folder / INJECTION).unlink(missing_ok=True)  # it holds a password
    return caller.result(), interrupted


def _measure_network(setup: Setup, options: ProbeOptions, folder: Path) -> IperfResult | None:
    if options.iperf_s is None:
        return None
    iperf = IperfOptions(
        server=setup.remote_address,
        port=options.iperf_port,
        direction="sent",
        protocol="udp",
        duration_s=options.iperf_s,
        local_address=setup.local_address,
    )
    (folder / "iperf3").mkdir()
    return measure_network(iperf, folder / "iperf3", protocols=("udp",))


def _analyse(
    setup: Setup, options: ProbeOptions, run: SippRun, recording: Recording
) -> CaptureAnalysis | None:
    if recording.dumpcap is None:
        return None
    try:
        return analyse(
            [recording.dumpcap.file],
            near=setup.near,
            buffer_ms=options.buffer_ms,
            # once SIPp has closed all its calls, a silent one will not be answered any more
            patience_s=0.0 if run.generator.open == 0 else options.answer_timeout_s,
            ssrc_hints=ssrc_hints(setup.version.first_ssrc, run.pid),
        )
    except CaptureError as error:
        recording.refusal = str(error)
        return None


def ssrc_hints(first_ssrc: int | None, pid: int) -> SsrcHints:
    """What SIPp lets one know of its streams: SSRC -> Call-ID, from the number of the call."""

    def hints(calls: Iterable[Call]) -> dict[int, str]:
        if first_ssrc is None:
            return {}
        known = {}
        for call in calls:
            number, _, rest = call.call_id.partition("-")
            if number.isdecimal() and rest.startswith(f"{pid}@"):
                known[(first_ssrc + int(number) - 1) & 0xFFFFFFFF] = call.call_id
        return known

    return hints


def _keep_or_remove(options: ProbeOptions, result: ProbeResult, folder: Path) -> None:
    """Captures hold what people said: they stay only where that was asked for."""
    failed = result.verdict.status is not Status.PASS
    if options.keep_capture == "never" or (options.keep_capture == "failed" and not failed):
        for file in folder.glob("capture.pcapng*"):
            file.unlink()
