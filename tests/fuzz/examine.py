"""A file of any octets through the whole of `analyze`: read, judged, masked, written, drawn."""

import json
import os
from functools import cache
from pathlib import Path

from fuzz.truth import ensure, hold_analysis
from voipprobe.capture.analysis import analyse_capture
from voipprobe.model.errors import CaptureError
from voipprobe.results.document import document_text
from voipprobe.results.html.payload import data_blocks
from voipprobe.results.redact import redacted

_LONGEST_REFUSAL = 4096


@cache
def _memory(number: int) -> int:
    return os.memfd_create(f"capture-{number}")


def in_memory(octets: bytes, number: int = 0) -> Path:
    """The octets as a file that takes no disk, and is gone with us however libFuzzer ends us."""
    descriptor = _memory(number)
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, octets, 0)
    return Path(f"/proc/self/fd/{descriptor}")


def examine(octets: bytes) -> None:
    """Everything that the command does with a file.

    A file that is no capture is refused with CaptureError, which is right; anything else that
    is raised is a finding.
    """
    try:
        analysis, detail = analyse_capture([in_memory(octets)], detail=True)
    except CaptureError as error:
        ensure(len(str(error)) < _LONGEST_REFUSAL, "a refusal that nobody reads")
        return
    assert detail is not None
    hold_analysis(analysis, octets)
    for shown in ((analysis, detail), redacted(analysis, detail)):
        json.loads(document_text(shown[0]))
        data_blocks(*shown)
