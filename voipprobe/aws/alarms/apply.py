"""Does what a plan says, in an order in which no alarm watches one that is not there."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from voipprobe.aws.alarms.alarm import Alarm
from voipprobe.aws.alarms.limits import operation_of
from voipprobe.aws.alarms.plan import TAG, AlarmPlan
from voipprobe.aws.planning.steps import Step, Verb, do_steps

RATE_PER_S: Final = 3.0
"""AWS's default for PutMetricAlarm, PutCompositeAlarm and DeleteAlarms in a Region."""
TAGS_RATE_PER_S: Final = 10.0
"""For ListTagsForResource; AWS documents none, and botocore waits where this is too fast."""
DELETED_AT_ONCE: Final = 100
"""DeleteAlarms takes 100 names, of which one may be a composite's."""


def steps(plan: AlarmPlan) -> tuple[Step, ...]:
    """The requests of a plan: what is watched first, what watches is deleted first."""
    wanted: list[tuple[Verb, Alarm]] = [("created", alarm) for alarm in plan.create]
    wanted += [("changed", one.wanted) for one in plan.change]
    wanted.sort(key=lambda step: step[1].is_composite)
    return (*(_put(verb, alarm, plan.prefix) for verb, alarm in wanted), *_deletions(plan))


def _put(verb: Verb, alarm: Alarm, prefix: str) -> Step:
    # a change that carries tags is refused by nobody and heeded by nobody: they stay as they are
    tags = {"Tags": [{"Key": TAG, "Value": prefix}]} if verb == "created" else {}
    return Step(
        verb=verb,
        names=(alarm.name,),
        operation=operation_of(alarm),
        parameters={**alarm.request, **tags},
    )


def _deletions(plan: AlarmPlan) -> Iterator[Step]:
    composites = [(one.name,) for one in plan.delete if one.is_composite]
    metrics = [one.name for one in plan.delete if not one.is_composite]
    for names in (*composites, *_batches(metrics)):
        yield Step(
            verb="deleted",
            names=names,
            operation="DeleteAlarms",
            parameters={"AlarmNames": list(names)},
        )


def _batches(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for start in range(0, len(names), DELETED_AT_ONCE):
        yield tuple(names[start : start + DELETED_AT_ONCE])


def apply_plan(
    client: Any,
    plan: AlarmPlan,
    *,
    wait: Callable[[], None],
    on_done: Callable[[Step], None] = lambda _: None,
) -> tuple[Step, ...]:
    """What was done.

    Args:
        client: of CloudWatch in the plan's Region.
        plan: what to do.
        wait: called before each request.
        on_done: called after each.

    Raises:
        ConfigError: the plan is refused; nothing was done.
        CloudError: refused or not answered; it says what was done before and what was not.
    """
    plan.require_allowed()
    todo = steps(plan)
    do_steps(client, todo, wait=wait, on_done=lambda step, _: on_done(step))
    return todo
