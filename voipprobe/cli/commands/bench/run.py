"""`voipprobe bench run`."""

from pathlib import Path

import click

from voipprobe.bench.raw.reader import read_raw
from voipprobe.bench.runs import begin, go_on
from voipprobe.cli.benching import (
    exit_code,
    keep_baseline,
    lab_maker,
    plan_for,
    plan_steps,
    searched,
)
from voipprobe.cli.commands.bench import options
from voipprobe.cli.main import GOOD
from voipprobe.cli.render.bench import report_parts, steps_parts
from voipprobe.cli.render.console import make_console, show


@click.command("run")
@options.plan
@click.option("--dry-run", is_flag=True, help="Print every step and the time; start nothing.")
@options.yes
@click.option(
    "--resume",
    "run",
    metavar="RUN",
    type=click.Path(path_type=Path, exists=True),
    help="Go on with a run that was cut short: its folder.",
)
@options.provider
@options.output
@options.plain
@options.quiet
def command(
    file: Path,
    dry_run: bool,
    yes: bool,
    run: Path | None,
    provider: str | None,
    output: Path,
    plain: bool,
    quiet: bool,
) -> int:
    """Find how many concurrent calls the system in PLAN carries, at each of its sizes.

    Provider local: system, caller and callee run in network namespaces of this host (root is
    needed), the system under a CPU quota. Provider ec2: instances are made for each search and
    removed at its end; nothing is made without --yes. Exit code 3: no capacity, because the
    generator or the host was the limit; 1: the smallest load failed already.
    """
    plan = plan_for(file, provider)
    if dry_run or (plan.provider == "ec2" and not yes):
        show(make_console(), steps_parts(plan_steps(plan)))
        return GOOD
    make_lab = lab_maker(plan, is_new=run is None)
    writer, raw = go_on(run, plan) if run is not None else begin(plan, output)
    if not raw.baselines:
        raw = keep_baseline(writer, raw, output)
    answers = searched(writer, raw, make_lab, quiet=quiet, plain=plain)
    if not quiet:
        show(make_console(), report_parts(read_raw(writer.path)))
    return exit_code(answers)
