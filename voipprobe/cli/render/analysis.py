"""An analysis as tables: what was read, what is wrong, then the figures, the calls, the streams."""

from rich.console import RenderableType
from rich.text import Text

from voipprobe.cli.render.analysis_lists import worst_calls, worst_streams
from voipprobe.cli.render.calls import finding_parts
from voipprobe.cli.render.layout import bullets, clean, labelled
from voipprobe.cli.render.media import foreign_media_parts
from voipprobe.cli.render.numbers import count, seconds
from voipprobe.cli.render.probe import capture_words
from voipprobe.cli.render.signalling import signalling_parts
from voipprobe.cli.render.verdict import expectation_parts
from voipprobe.model.analysis import Analysis
from voipprobe.model.verdict import Verdict

SHOWN_FILES = 5


def analysis_tables(
    analysis: Analysis, verdict: Verdict, folder: str | None
) -> list[RenderableType]:
    """Everything that a person wants to see of a capture, in the order of its importance.

    Args:
        analysis: of the capture.
        verdict: of the thresholds; one without any is not shown.
        folder: where it was stored, if it was.
    """
    sections = [
        _read(analysis),
        expectation_parts(verdict.expectations),
        finding_parts(analysis),
        signalling_parts(analysis.signalling) if analysis.signalling.messages else [],
        foreign_media_parts(analysis.media) if analysis.streams else [],
        worst_calls(analysis),
        worst_streams(analysis.streams),
        _kept(folder),
    ]
    return [part for section in sections if section for part in (*section, Text())][:-1]


def _kept(folder: str | None) -> list[RenderableType]:
    if folder is None:
        return []
    return [Text(f"Result folder: {folder}", no_wrap=True, overflow="ignore")]


def _read(analysis: Analysis) -> list[RenderableType]:
    """What was read and, at once, what is wrong with it."""
    capture = analysis.capture
    files = [clean(name) for name in capture.files[:SHOWN_FILES]]
    hidden = len(capture.files) - SHOWN_FILES
    more = [f"and {count(hidden)} more"] if hidden > 0 else []
    lines = [("capture", ", ".join([*files, *more]))]
    lines.append(("", f"{capture_words(capture)}, {seconds(capture.duration_s)}"))
    if capture.undecoded_packets:
        lines.append(("", f"{count(capture.undecoded_packets)} packets were not understood"))
    parts: list[RenderableType] = [labelled(lines)]
    if analysis.findings:
        parts.append(bullets([one.text for one in analysis.findings], "yellow"))
    return parts
