"""Which instances a search needs. Pure."""

from dataclasses import dataclass
from typing import Final

from voipprobe.bench.plan.effective import Search, size_of
from voipprobe.bench.plan.sections import Plan

ANSWER_THEMSELVES: Final = frozenset({"responder", "external"})
"""Kinds of system that need no far end of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """One part: so many instances of a type. `name`: system, generator or callee."""

    name: str
    kind: str
    count: int = 1


def roles(plan: Plan, search: Search) -> tuple[Role, ...]:
    """The parts of a search, the scarcest first: if that cannot be had, nothing else is made."""
    size, generators = size_of(plan, search), plan.generators
    load = generators.type or ""  # the plan was checked: it is there
    found = [Role(name="generator", kind=load, count=generators.count)]
    if size is not None and size.type is not None:
        found.insert(0, Role(name="system", kind=size.type))
    if plan.system.kind not in ANSWER_THEMSELVES:
        found.append(Role(name="callee", kind=load))
    return tuple(found)


def types(plan: Plan) -> tuple[str, ...]:
    """Every instance type of a plan."""
    found = {size.type for size in plan.size if size.type is not None}
    return tuple(sorted({*found, *([plan.generators.type] if plan.generators.type else [])}))
