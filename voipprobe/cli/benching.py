"""A run of a benchmark as the command line does it: the lab, the raw file, the display."""

import contextlib
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

from voipprobe.bench.baseline import baseline_folders, baseline_record, fits
from voipprobe.bench.local.lab import LocalLab
from voipprobe.bench.loop import Lab, run_searches
from voipprobe.bench.plan.read import read_plan
from voipprobe.bench.plan.sections import Plan
from voipprobe.bench.raw.reader import RawRun, read_raw
from voipprobe.bench.raw.writer import RawWriter
from voipprobe.bench.report.outcomes import outcomes
from voipprobe.bench.runs import RAW_FILE
from voipprobe.bench.search.answer import Answer, End
from voipprobe.bench.steps import Step, steps
from voipprobe.cli.main import BROKEN, GOOD, VOID
from voipprobe.model.errors import ConfigError, StoreError

MEASURED = {End.FOUND, End.MAXIMUM_CARRIED}
BROKEN_ENDS = {End.MINIMUM_FAILED}


def plan_for(file: Path, provider: str | None) -> Plan:
    """The plan in a file.

    Raises:
        ConfigError: it has mistakes, or is for another provider than was asked for.
    """
    plan = read_plan(file)
    if provider is not None and plan.provider != provider:
        raise ConfigError(
            f'{file}: provider is "{plan.provider}", not "{provider}": its sizes are those of '
            f"{plan.provider}"
        )
    return plan


LabMaker = Callable[[RawRun, Path, Callable[[str], None]], Lab]
"""From a run, its folder and somebody who is told what happens."""


def local_lab(raw: RawRun, folder: Path, _: Callable[[str], None]) -> Lab:
    """Namespaces and quotas on this host."""
    return LocalLab(raw.plan, folder, raw.datagram_us)


def lab_maker(plan: Plan, *, is_new: bool) -> LabMaker:
    """What makes the machines of a plan; a new run that must not be is refused here.

    Raises:
        ConfigError, CloudError: AWS is asked, and does not allow it or does not answer.
    """
    if plan.provider == "local":
        return local_lab
    from voipprobe.cli.benching_ec2 import ec2_lab  # noqa: PLC0415 - boto3 is slow

    return ec2_lab(plan, is_new=is_new)


def plan_steps(plan: Plan) -> tuple[Step, ...]:
    """Every step of a plan, without asking anybody."""
    if plan.provider == "local":
        return steps(plan)
    from voipprobe.bench.ec2.steps import ec2_steps  # noqa: PLC0415 - boto3 is slow

    return ec2_steps(plan)


def searched(
    writer: RawWriter, raw: RawRun, make_lab: LabMaker, *, quiet: bool, plain: bool
) -> tuple[Answer, ...]:
    """The answers of all searches of a run, each shown as it comes."""
    from voipprobe.cli.render.bench_progress import BenchProgress  # noqa: PLC0415 - rich is slow

    progress = BenchProgress(raw, quiet=quiet, plain=plain)
    with writer, _interrupted_by_sigterm(), progress as display:
        lab = make_lab(raw, writer.path.parent, display.tell)
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
