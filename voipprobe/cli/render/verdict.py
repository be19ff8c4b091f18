"""The verdict first: one word in colour, what was done, why, and the thresholds."""

from rich.console import RenderableType
from rich.text import Text

from voipprobe.cli.render import numbers
from voipprobe.cli.render.layout import bullets, clean, heading, words_table
from voipprobe.model.probe import ProbeResult
from voipprobe.model.run import Run
from voipprobe.model.verdict import Expectation, Status

STYLE = {Status.PASS: "bold green", Status.FAIL: "bold red", Status.VOID: "bold yellow"}
MET = {True: ("met", "green"), False: ("broken", "red"), None: ("no value", "yellow")}


def verdict_parts(result: ProbeResult) -> list[RenderableType]:
    """The verdict line, what was asked for, the reasons, and the expectations if any."""
    verdict = result.verdict
    style = STYLE[verdict.status]
    subject = f"  {clean(result.scenario.name)} to {clean(result.target)}"
    parts: list[RenderableType] = [
        Text.assemble((verdict.status.value.upper(), style), subject, overflow="fold"),
        Text(_asked(result.run), style="dim"),
    ]
    if verdict.reasons:
        parts.append(bullets(verdict.reasons, style))
    if verdict.expectations:
        parts += [Text(), *expectation_parts(verdict.expectations)]
    return parts


def expectation_parts(expectations: tuple[Expectation, ...]) -> list[RenderableType]:
    """Every threshold with the value found; nothing without any."""
    return [heading("Expectations"), _expectations(expectations)] if expectations else []


def _asked(run: Run) -> str:
    end = ", interrupted" if run.interrupted else ""
    return (
        f"{numbers.count(run.calls)} calls at {run.rate_cps:g}/s, hold {run.hold_s:g} s, "
        f"{run.transport.upper()}, {run.codec.upper()}, took {numbers.seconds(run.duration_s)}{end}"
    )


def _expectations(expectations: tuple[Expectation, ...]) -> RenderableType:
    table = words_table(["expected", "found", ""], [])
    for item in expectations:
        table.add_row(clean(item.expression), numbers.figure(item.value), Text(*MET[item.met]))
    return table
