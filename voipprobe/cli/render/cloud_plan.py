"""What would be done in CloudWatch, as Terraform prints it: + create, ~ change, - delete."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from rich.console import RenderableType
from rich.text import Text

from voipprobe.aws.planning.plan import FieldChange, Fields, Plan
from voipprobe.aws.planning.steps import Step
from voipprobe.cli.render.layout import bullets, clean, heading

SIGNS: Final = {"created": ("+", "green"), "changed": ("~", "yellow"), "deleted": ("-", "red")}


def plan_parts(
    plans: Iterable[Plan[Any, Any]], *, fields: Callable[[Any], Fields] | None = None
) -> Iterator[RenderableType]:
    """Every plan, and how much there is to do in all.

    Args:
        plans: one for each Region.
        fields: to show every field of what is created, too: how they are found.
    """
    shown = tuple(plans)
    for plan in shown:
        yield heading(plan.region)
        yield from _plan(plan, fields=fields)
        yield Text()
    yield _total(shown)


def step_line(step: Step) -> str:
    """What was done, one line for each alarm."""
    sign, _ = SIGNS[step.verb]
    return "\n".join(f"{sign} {clean(name)} {step.verb}" for name in step.names)


def _plan(
    plan: Plan[Any, Any], *, fields: Callable[[Any], Fields] | None
) -> Iterator[RenderableType]:
    for wanted in plan.create:
        yield _line("created", wanted.name)
        if fields is not None:
            yield from (_field("+", *row) for row in fields(wanted).items())
    for changed in plan.change:
        yield _line("changed", changed.wanted.name)
        yield from map(_change, changed.fields)
    for gone in plan.delete:
        yield _line("deleted", gone.name)
    if plan.unchanged:
        yield Text(f"  {len(plan.unchanged)} unchanged", style="dim")
    if plan.refused:
        yield bullets(plan.refused, "red")


def _line(verb: str, name: str) -> Text:
    sign, style = SIGNS[verb]
    return Text(f"  {sign} {clean(name)}", style=style, overflow="fold")


def _field(sign: str, name: str, value: Any) -> Text:
    return Text(f"      {sign} {clean(name)}: {_shown(value)}", overflow="fold")


def _change(change: FieldChange) -> Text:
    if change.before is None:
        return _field("+", change.field, change.after)
    if change.after is None:
        return _field("-", change.field, change.before)
    text = f"      ~ {clean(change.field)}: {_shown(change.before)} -> {_shown(change.after)}"
    return Text(text, overflow="fold")


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, float | int) and not isinstance(value, bool):
        return f"{value:.10g}"
    return clean(str(value))


def _total(plans: Iterable[Plan[Any, Any]]) -> Text:
    kinds = {"create": 0, "change": 0, "delete": 0, "unchanged": 0}
    for plan in plans:
        for kind in kinds:
            kinds[kind] += len(getattr(plan, kind))
    counts = (
        f"{kinds['create']} to create, {kinds['change']} to change, {kinds['delete']} to delete"
    )
    return Text(f"Plan: {counts}, {kinds['unchanged']} unchanged.", style="bold")
