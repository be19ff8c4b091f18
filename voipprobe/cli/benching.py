"""A run of a benchmark as the command line does it: the lab, the raw file, the display."""

import contextlib
import signal
from collections.abc import Iterator
from pathlib import Path

from voipprobe.bench.baseline import baseline_folders, baseline_record, fits
from voipprobe.bench.local.lab import LocalLab
from voipprobe.bench.loop import run_searches
from voipprobe.bench.plan.read import read_plan
from voipprobe.bench.plan.sections import Plan
from voipprobe.bench.raw.reader import RawRun, read_raw
from voipprobe.bench.raw.writer import RawWriter
from voipprobe.bench.report.outcomes import outcomes
from voipprobe.bench.runs import RAW_FILE
from voipprobe.bench.search.answer import Answer, End
from voipprobe.cli.main import BROKEN, GOOD, VOID
from voipprobe.model.errors import ConfigError, StoreError

MEASURED = {End.FOUND, End.MAXIMUM_CARRIED}
BROKEN_ENDS = {End.MINIMUM_FAILED}


def local_plan(file: Path, provider: str | None) -> Plan:
    """The plan in a file, for a provider that runs here.

    Raises:
        ConfigError: it has mistakes, or is for another provider.
    """
    plan = read_plan(file)
    if plan.provider != (provider or "local"):
        raise ConfigError(
            f'{file}: provider is "{plan.provider}": this command runs plans of provider "local"'
        )
    return plan


def searched(writer: RawWriter, raw: RawRun, *, quiet: bool, plain: bool) -> tuple[Answer, ...]:
    """The answers of all searches of a run, each shown as it comes."""
    from voipprobe.cli.render.bench_progress import BenchProgress  # noqa: PLC0415 - rich is slow

    with writer, _interrupted_by_sigterm():
        lab = LocalLab(raw.plan, writer.path.parent)
        with BenchProgress(raw, quiet=quiet, plain=plain) as display:
            return run_searches(raw, writer, lab, display.step)


@contextlib.contextmanager
def _interrupted_by_sigterm() -> Iterator[None]:
    """SIGTERM ends a run as Ctrl-C does: everything is taken down."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def keep_baseline(writer: RawWriter, raw: RawRun, output: Path) -> RawRun:
    """Take the newest baseline for a plan into its raw file, if there is one."""
    for folder in baseline_folders(output):
        try:
            other = read_raw(folder / RAW_FILE)
        except StoreError:
            continue
        found = [one.answer for one in outcomes(other) if one.finished and one.answer]
        if fits(raw.plan, other) and found:
            writer.append(baseline_record(found[0]))
            return read_raw(writer.path)
    return raw


def exit_code(answers: tuple[Answer, ...]) -> int:
    """0: every search has a capacity or carried all; 1: a minimum failed; 3: one found neither."""
    ends = {answer.end for answer in answers}
    if ends - MEASURED - BROKEN_ENDS:
        return VOID
    return BROKEN if ends & BROKEN_ENDS else GOOD
