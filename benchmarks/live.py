"""The wire at a fixed packet rate: `voipprobe analyze --live` beside `dumpcap -w`.

Two network namespaces on one cable; needs root. Each side gets the same flood, one after the
other, because they would share two CPUs.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, NamedTuple

from voipprobe.capture.dumpcap import parse_counts
from voipprobe.traffic.netns import Host, hosts, join

RATE_PPS = 200_000
START_S = 3.0
"""Until either side listens for sure."""


class Listened(NamedTuple):
    """What one side saw and what it cost (start-up included)."""

    packets: int
    dropped: int
    cpu_s: float


class Compared(NamedTuple):
    """Both sides at the same rate."""

    sent: int
    rate_pps: float
    ours: Listened
    dumpcap: Listened


def compare(folder: Path, duration_s: float) -> Compared:
    """Both sides under the same flood.

    Args:
        folder: for dumpcap's file (2.4 GB a minute), which is removed.
        duration_s: of each flood.
    """
    file = folder / "live.pcapng"
    listen_s = START_S + duration_s + 1
    ours_argv = [
        sys.executable, "-m", "voipprobe", "analyze", "--live", "far0",
        "--duration", str(listen_s), "--format", "json",
    ]  # fmt: skip
    dumpcap_argv = [
        "dumpcap", "-i", "far0", "-w", str(file), "-q", "-B", "64",
        "-a", f"duration:{round(listen_s)}",
    ]  # fmt: skip
    with hosts("near", "far") as (near, far):
        join(near, "near0 198.18.0.1/30", far, "far0 198.18.0.2/30")
        sent, said, ours_s = _under_flood(near, far, ours_argv, duration_s)
        document = json.loads(said)["capture"]
        ours = Listened(document["packets"], document["dropped_packets"], ours_s)
        _, said, dumpcap_s = _under_flood(near, far, dumpcap_argv, duration_s)
    file.unlink()
    counts = parse_counts(said)
    if counts is None:
        raise RuntimeError(f"dumpcap did not say what it dropped: {said}")
    judged = Listened(counts.received, counts.dropped, dumpcap_s)
    return Compared(sent, sent / duration_s, ours, judged)


def _under_flood(
    near: Host, far: Host, argv: Sequence[str], duration_s: float
) -> tuple[int, str, float]:
    """Packets sent, what the listener said, and its CPU seconds."""
    flood = [sys.executable, "-m", "benchmarks.flood", "near0", str(RATE_PPS), str(duration_s)]
    listener = subprocess.Popen(
        far.inside(argv), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    time.sleep(START_S)
    sent = int(subprocess.check_output(near.inside(flood)))
    output: IO[str] | None = listener.stdout
    said = output.read() if output else ""
    _, status, usage = os.wait4(listener.pid, 0)
    listener.returncode = os.waitstatus_to_exitcode(status)
    if listener.returncode:
        raise RuntimeError(f"{argv[0]} failed: {said}")
    return sent, said, usage.ru_utime + usage.ru_stime
