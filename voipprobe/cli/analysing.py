"""One analysis as `voipprobe analyze` does it: read, judge, keep.

Knows the order of work. Modules that only some ways of calling need are imported there: for a
small capture, importing takes longer than reading.
"""

import contextlib
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from voipprobe.capture.analysis import PlayoutBuffer, analyse_capture
from voipprobe.capture.files.reader import PacketSource
from voipprobe.model.analysis import Analysis, AnalysisDetail
from voipprobe.model.verdict import Status, Verdict
from voipprobe.quality.metrics import metric_values
from voipprobe.quality.playout import DEFAULT_BUFFER_MS
from voipprobe.quality.thresholds import Threshold

PAGE_FILE = "report.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyseOptions:
    """What to read and how.

    Attributes:
        paths: capture files; "-" is standard input. interface: to listen on instead.
        duration_s: how long to listen; None until a signal ends it.
        buffer_ms: playout buffer to simulate. ports: what they carry where nothing else tells.
        call_id: of the only call wanted, or how it begins.
        output: folder of run folders; nothing is kept without.
        page: an HTML page is wanted. redact: people in it and in everything else are masked.
    """

    paths: tuple[Path, ...] = ()
    interface: str | None = None
    duration_s: float | None = None
    thresholds: tuple[Threshold, ...] = ()
    buffer_ms: PlayoutBuffer = DEFAULT_BUFFER_MS
    ports: Mapping[int, str] = field(default_factory=dict)
    keylog: Path | None = None
    call_id: str | None = None
    output: Path | None = None
    page: bool = False
    redact: bool = False


def analysed(
    options: AnalyseOptions, on_octets: Callable[[int], None] = lambda _: None
) -> tuple[Analysis, AnalysisDetail | None]:
    """What the captures, or the wire, show.

    Raises:
        ConfigError: there is no such call, or it is not the only one.
        CaptureError: a capture cannot be read, or the wire not be listened to.
    """
    with _sources(options) as sources:
        analysis, detail = analyse_capture(
            sources,
            buffer_ms=options.buffer_ms,
            detail=options.page or options.redact,  # people are found in the messages too
            keylog=options.keylog,
            ports=options.ports,
            call_id=options.call_id,
            on_octets=on_octets,
        )
    if not options.redact or detail is None:
        return analysis, detail
    from voipprobe.results.redact import redacted  # noqa: PLC0415

    return redacted(analysis, detail)


@contextlib.contextmanager
def _sources(options: AnalyseOptions) -> Iterator[Sequence[Path | PacketSource]]:
    if options.interface is None:
        yield options.paths
        return
    from voipprobe.capture.live.source import LiveCapture  # noqa: PLC0415
    from voipprobe.capture.live.warm import warm_up  # noqa: PLC0415

    warm_up()
    live = LiveCapture(options.interface, duration_s=options.duration_s)
    with _ended_by_signals(live.stop):
        yield [live]


@contextlib.contextmanager
def _ended_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Ctrl-C and SIGTERM end a live capture as its duration would; a second one ends us."""

    def end(number: int, _: object) -> None:
        signal.signal(number, before[signal.Signals(number)])
        stop()

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def judged(analysis: Analysis, thresholds: tuple[Threshold, ...]) -> Verdict:
    """The verdict: void where a threshold has no value, else pass or fail."""
    if not thresholds:
        return Verdict(status=Status.PASS)
    from voipprobe.probe.judge import judge  # noqa: PLC0415

    values = metric_values(analysis.signalling, analysis.media, analysis.streams, analysis.calls)
    return judge(thresholds, values, faults=(), missing=(), causes=())


def stored(output: Path | None, analysis: Analysis, page: str | None) -> Path | None:
    """The new run folder with everything in it; None where none was asked for.

    Raises:
        StoreError: it could not be written.
    """
    if output is None:
        return None
    from voipprobe.results.files import write_private  # noqa: PLC0415
    from voipprobe.results.folder import new_run_folder, write_result  # noqa: PLC0415
    from voipprobe.results.parquet import write_tables  # noqa: PLC0415

    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    folder = new_run_folder(output, f"{stamp}-analyze")
    if page is not None:
        write_private(folder / PAGE_FILE, page.encode())
    write_tables(folder, analysis)
    write_result(folder, analysis)
    return folder
