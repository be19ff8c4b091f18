"""A probe's result as tables: the verdict first, the folder last."""

from rich.console import RenderableType
from rich.text import Text

from voipprobe.cli.render.calls import call_parts, finding_parts
from voipprobe.cli.render.iperf import iperf_table
from voipprobe.cli.render.layout import labelled
from voipprobe.cli.render.media import media_parts
from voipprobe.cli.render.numbers import count
from voipprobe.cli.render.signalling import signalling_parts
from voipprobe.cli.render.verdict import verdict_parts
from voipprobe.model.capture import CaptureInfo
from voipprobe.model.probe import ProbeResult
from voipprobe.model.run import Generator


def probe_tables(result: ProbeResult) -> list[RenderableType]:
    """Everything that a person wants to see of a probe, in the order of its importance."""
    sections = [
        verdict_parts(result),
        signalling_parts(result.signalling) if result.signalling else [],
        media_parts(result.media) if result.media and result.scenario.media else [],
        [iperf_table(result.iperf)] if result.iperf else [],
        call_parts(result),
        finding_parts(result),
        [
            _witnesses(result),
            Text(f"Result folder: {result.run.folder}", no_wrap=True, overflow="ignore"),
        ],
    ]
    return [part for section in sections if section for part in (*section, Text())][:-1]


def _witnesses(result: ProbeResult) -> RenderableType:
    """What the figures rest on."""
    return labelled(
        [("capture", capture_words(result.capture)), ("SIPp", _generator(result.run.generator))],
        "dim",
    )


def capture_words(capture: CaptureInfo | None) -> str:
    """How much was captured, and how far it can be trusted."""
    if capture is None:
        return "nothing was captured"
    dropped = capture.dropped_packets
    drops = "drops unknown" if dropped is None else f"{count(dropped)} dropped"
    damage = ", truncated" if capture.truncated else ""
    return f"{count(capture.packets)} packets, {drops}{damage}"


def _generator(generator: Generator | None) -> str:
    if generator is None:
        return "did not run"
    return (
        f"{count(generator.created)} calls created, {count(generator.successful)} successful, "
        f"{count(generator.failed)} failed, {count(generator.retransmissions)} retransmissions"
    )
