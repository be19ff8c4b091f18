"""A file of any octets through the whole of `analyze`: read, judged, masked, written, drawn."""

import json
import tempfile
from functools import cache
from pathlib import Path

from fuzz.truth import ensure, hold_analysis
from voipprobe.capture.analysis import analyse_capture
from voipprobe.model.errors import CaptureError
from voipprobe.results.document import document_text
from voipprobe.results.html.payload import data_blocks
from voipprobe.results.redact import redacted

_MEMORY = Path("/dev/shm")
_LONGEST_REFUSAL = 4096


@cache
def _holder() -> tempfile.TemporaryDirectory[str]:
    where = _MEMORY if _MEMORY.is_dir() else None
    return tempfile.TemporaryDirectory(prefix="voipprobe-fuzz-", dir=where)


def folder() -> Path:
    """A folder of this process, in memory where that can be had; gone when it ends."""
    return Path(_holder().name)


def examine(octets: bytes) -> None:
    """Everything that the command does with a file.

    A file that is no capture is refused with CaptureError, which is right; anything else that
    is raised is a finding.
    """
    path = folder() / "any.capture"
    path.write_bytes(octets)
    try:
        analysis, detail = analyse_capture([path], detail=True)
    except CaptureError as error:
        ensure(len(str(error)) < _LONGEST_REFUSAL, "a refusal that nobody reads")
        return
    assert detail is not None
    hold_analysis(analysis, octets)
    for shown in ((analysis, detail), redacted(analysis, detail)):
        json.loads(document_text(shown[0]))
        data_blocks(*shown)
