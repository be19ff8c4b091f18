"""Runs of benchmarks as folders: begun, gone on with, found by name."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from voipprobe.bench.plan.sections import Plan
from voipprobe.bench.raw.reader import RawRun, read_raw
from voipprobe.bench.raw.writer import RawWriter, run_record
from voipprobe.model.errors import ConfigError
from voipprobe.probe.environment import environment
from voipprobe.results.folder import new_run_folder
from voipprobe.traffic.sipp.version import installed_sipp

RAW_FILE: Final = "raw.jsonl"
"""The one file that everything else is derived from."""


def begin(plan: Plan, output: Path) -> tuple[RawWriter, RawRun]:
    """A new run folder with its raw file.

    Raises:
        StoreError: it cannot be made.
        ToolError: SIPp is missing.
    """
    started_at = time.time()
    stamp = datetime.fromtimestamp(started_at, UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    sipp = installed_sipp() if plan.provider == "local" else None
    host = environment(sipp, iperf=False)
    folder = new_run_folder(output, f"{stamp}-bench-{plan.name}")
    path = folder / RAW_FILE
    writer = RawWriter.create(path, run_record(folder.name, started_at, plan, host))
    return writer, read_raw(path)


def go_on(run: Path, plan: Plan | None) -> tuple[RawWriter, RawRun]:
    """A run that was cut short.

    Args:
        run: its folder or raw file.
        plan: what the user thinks it is of; None to trust the run.

    Raises:
        ConfigError: it is of another plan.
        StoreError: it cannot be read, or another process writes to it.
    """
    writer, raw = RawWriter.resume(raw_file(run))
    if plan is not None and plan != raw.plan:
        writer.close()
        changed = [
            name for name in Plan.model_fields if getattr(plan, name) != getattr(raw.plan, name)
        ]
        raise ConfigError(
            f"{run}: is a run of another plan ({', '.join(changed)}): its figures would not mix"
        )
    return writer, raw


def raw_file(run: Path) -> Path:
    """The raw file of a run folder, or the file itself."""
    return run / RAW_FILE if run.is_dir() else run
