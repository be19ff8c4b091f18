"""A result to an exit code."""

from voipprobe.cli.main import BROKEN, GOOD, INTERRUPTED, VOID
from voipprobe.model.probe import ProbeResult
from voipprobe.model.verdict import Status

BY_STATUS = {Status.PASS: GOOD, Status.FAIL: BROKEN, Status.VOID: VOID}


def exit_code(result: ProbeResult) -> int:
    """0 good, 1 a threshold was broken, 3 void, 130 interrupted."""
    return INTERRUPTED if result.run.interrupted else BY_STATUS[result.verdict.status]
