"""`voipprobe bench baseline`."""

import os
from pathlib import Path

import click

from voipprobe.bench.baseline import baseline_plan
from voipprobe.bench.raw.reader import read_raw
from voipprobe.bench.runs import begin
from voipprobe.cli.benching import exit_code, lab_maker, plan_for, plan_steps, searched
from voipprobe.cli.commands.bench import options
from voipprobe.cli.main import GOOD
from voipprobe.cli.render.bench import report_parts, steps_parts
from voipprobe.cli.render.console import make_console, show


@click.command("baseline")
@options.plan
@options.yes
@options.output
@options.plain
@options.quiet
def command(file: Path, yes: bool, output: Path, plain: bool, quiet: bool) -> int:
    """Find what the generators of PLAN carry when they call the responder directly.

    Runs of the same calls in the same --output take it as their ceiling: a capacity above half
    of it is flagged.
    """
    plan = baseline_plan(plan_for(file, None), os.cpu_count() or 1)
    if plan.provider == "ec2" and not yes:
        show(make_console(), steps_parts(plan_steps(plan)))
        return GOOD
    make_lab = lab_maker(plan, is_new=True)
    writer, raw = begin(plan, output)
    answers = searched(writer, raw, make_lab, quiet=quiet, plain=plain)
    if not quiet:
        show(make_console(), report_parts(read_raw(writer.path)))
    proved = any(answer.lower is not None for answer in answers)
    return GOOD if proved else exit_code(answers)
