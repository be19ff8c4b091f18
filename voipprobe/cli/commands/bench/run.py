"""`voipprobe bench run`."""

from pathlib import Path

import click

from voipprobe.bench.plan.sections import Plan
from voipprobe.bench.raw.reader import read_raw
from voipprobe.bench.runs import begin, go_on
from voipprobe.bench.steps import Step, steps
from voipprobe.cli.benching import (
    LabMaker,
    exit_code,
    keep_baseline,
    local_lab,
    plan_for,
    searched,
)
from voipprobe.cli.commands.bench import options
from voipprobe.cli.render.bench import report_parts, steps_parts
from voipprobe.cli.render.console import make_console, show


@click.command("run")
@options.plan
@click.option("--dry-run", is_flag=True, help="Print every step and the time; start nothing.")
@click.option("--yes", is_flag=True, help="Make instances that cost money; without it EC2 is dry.")
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
    on_ec2 = plan.provider == "ec2"
    if dry_run or (on_ec2 and not yes):
        show(make_console(), steps_parts(_steps(plan)))
        return 0
    make_lab: LabMaker = local_lab
    if on_ec2:
        from voipprobe.cli.benching_ec2 import ec2_lab  # noqa: PLC0415 - boto3 is slow

        make_lab = ec2_lab(plan, is_new=run is None)
    writer, raw = go_on(run, plan) if run is not None else begin(plan, output)
    if not raw.baselines:
        raw = keep_baseline(writer, raw, output)
    answers = searched(writer, raw, make_lab, quiet=quiet, plain=plain)
    if not quiet:
        show(make_console(), report_parts(read_raw(writer.path)))
    return exit_code(answers)


def _steps(plan: Plan) -> tuple[Step, ...]:
    if plan.provider == "local":
        return steps(plan)
    from voipprobe.bench.ec2.steps import ec2_steps  # noqa: PLC0415 - boto3 is slow

    return ec2_steps(plan)
