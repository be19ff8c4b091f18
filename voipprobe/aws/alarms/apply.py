"""Does what a plan says, in an order in which no alarm watches one that is not there."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from voipprobe.aws.alarms.alarm import Alarm
from voipprobe.aws.alarms.limits import operation_of
from voipprobe.aws.alarms.plan import TAG, Plan
from voipprobe.aws.session import cloud_errors
from voipprobe.model.errors import CloudError

RATE_PER_S: Final = 3.0
"""AWS's default for PutMetricAlarm, PutCompositeAlarm and DeleteAlarms in a Region."""
TAGS_RATE_PER_S: Final = 10.0
"""For ListTagsForResource; AWS documents none, and botocore waits where this is too fast."""
DELETED_AT_ONCE: Final = 100
"""DeleteAlarms takes 100 names, of which one may be a composite's."""
NAMED: Final = 20
"""How many alarms an error names: it is one line."""

Verb = Literal["created", "changed", "deleted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One request.

    Attributes:
        verb: what it does. names: to which alarms.
        operation, parameters: as AWS takes them.
    """

    verb: Verb
    names: tuple[str, ...]
    operation: str
    parameters: dict[str, Any]


def steps(plan: Plan) -> tuple[Step, ...]:
    """The requests of a plan: what is watched first, what watches is deleted first."""
    wanted: list[tuple[Verb, Alarm]] = [("created", alarm) for alarm in plan.create]
    wanted += [("changed", one.alarm) for one in plan.change]
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


def _deletions(plan: Plan) -> Iterator[Step]:
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
    plan: Plan,
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
    for done, step in enumerate(todo):
        wait()
        try:
            _call(client, step)
        except CloudError as error:
            told = f"{error} ({_so_far(todo[:done], todo[done:])})"
            raise CloudError(told, retryable=error.retryable) from error
        on_done(step)
    return todo


def _call(client: Any, step: Step) -> None:
    method = {
        "PutMetricAlarm": client.put_metric_alarm,
        "PutCompositeAlarm": client.put_composite_alarm,
        "DeleteAlarms": client.delete_alarms,
    }[step.operation]
    more = f" and {len(step.names) - 1} more" if step.names[1:] else ""
    with cloud_errors(f"{step.operation} {step.names[0]}{more} in {client.meta.region_name}"):
        method(**step.parameters)


def _so_far(done: Sequence[Step], left: Sequence[Step]) -> str:
    names = [f"{step.verb} {name}" for step in done for name in step.names]
    undone = sum(len(step.names) for step in left)
    if not names:
        return "nothing was done"
    more = f" and {len(names) - NAMED} more" if names[NAMED:] else ""
    done_before = ", ".join(names[:NAMED]) + more
    return f"done before it: {done_before}; not done: {undone}; run it again to go on"
