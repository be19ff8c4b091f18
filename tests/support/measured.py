"""The command as a process of its own, and what it took of the machine."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

VOIPPROBE = (sys.executable, "-m", "voipprobe")


class Measured(NamedTuple):
    """How a process ended: the most memory that it ever had, CPU and what it said."""

    exit_code: int
    peak_mb: float
    cpu_s: float
    stdout: str
    stderr: str

    @property
    def document(self) -> dict[str, Any]:
        """Its standard output as JSON."""
        document: dict[str, Any] = json.loads(self.stdout)
        return document


def run_measured(*arguments: str | Path, stdin: BinaryIO | None = None) -> Measured:
    """Run `voipprobe` with these arguments to its end."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = subprocess.Popen(
            [*VOIPPROBE, *arguments], stdin=stdin or subprocess.DEVNULL, stdout=out, stderr=err
        )
        _, status, usage = os.wait4(child.pid, 0)  # the one call that tells a child's own peak
        child.returncode = os.waitstatus_to_exitcode(status)
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode())
    return Measured(
        child.returncode,
        usage.ru_maxrss / 1024,
        usage.ru_utime + usage.ru_stime,
        texts[0],
        texts[1],
    )
