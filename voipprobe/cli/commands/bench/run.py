"""`voipprobe bench run`."""

from pathlib import Path

import click

from voipprobe.bench.raw.reader import read_raw
from voipprobe.bench.runs import begin, go_on
from voipprobe.bench.steps import steps
from voipprobe.cli.benching import exit_code, keep_baseline, local_plan, searched
from voipprobe.cli.commands.bench import options
from voipprobe.cli.render.bench import report_parts, steps_parts
from voipprobe.cli.render.console import make_console, show


@click.command("run")
@options.plan
@click.option("--dry-run", is_flag=True, help="Print every step and the time; start nothing.")
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
    run: Path | None,
    provider: str | None,
    output: Path,
    plain: bool,
    quiet: bool,
) -> int:
    """Find how many concurrent calls the system in PLAN carries, at each of its sizes.

    System, caller and callee run in network namespaces of this host (root is needed), the
    system under a CPU quota. Exit code 3: no capacity, because the generator or the host was
    the limit; 1: the smallest load failed already.
    """
    plan = local_plan(file, provider)
    if dry_run:
        show(make_console(), steps_parts(steps(plan)))
        return 0
    writer, raw = go_on(run, plan) if run is not None else begin(plan, output)
    if not raw.baselines:
        raw = keep_baseline(writer, raw, output)
    answers = searched(writer, raw, quiet=quiet, plain=plain)
    if not quiet:
        show(make_console(), report_parts(read_raw(writer.path)))
    return exit_code(answers)
