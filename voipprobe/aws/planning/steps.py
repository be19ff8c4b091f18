"""Does requests one after the other; when one fails it says what was done and what was not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from botocore import xform_name

from voipprobe.aws.session import cloud_errors
from voipprobe.model.errors import CloudError

NAMED: Final = 20
"""How many things an error names: it is one line."""

Verb = Literal["created", "changed", "deleted"]
Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One request.

    Attributes:
        verb: what it does. names: to which things.
        operation, parameters: as AWS takes them.
    """

    verb: Verb
    names: tuple[str, ...]
    operation: str
    parameters: dict[str, Any]


def do_steps(
    client: Any,
    todo: Sequence[Step],
    *,
    wait: Callable[[], None],
    on_done: Callable[[Step, Answer], None],
) -> None:
    """Do them all, in this order.

    Args:
        client: of CloudWatch.
        todo: the requests.
        wait: called before each request.
        on_done: called after each, with what was answered.

    Raises:
        CloudError: refused or not answered; it says what was done before and what was not.
    """
    for done, step in enumerate(todo):
        wait()
        try:
            answer = _call(client, step)
        except CloudError as error:
            told = f"{error} ({_so_far(todo[:done], todo[done:])})"
            raise CloudError(told, retryable=error.retryable) from error
        on_done(step, answer)


def _call(client: Any, step: Step) -> Answer:
    more = f" and {len(step.names) - 1} more" if step.names[1:] else ""
    with cloud_errors(f"{step.operation} {step.names[0]}{more} in {client.meta.region_name}"):
        answer: Answer = getattr(client, xform_name(step.operation))(**step.parameters)
        return answer


def _so_far(done: Sequence[Step], left: Sequence[Step]) -> str:
    names = [f"{step.verb} {name}" for step in done for name in step.names]
    undone = sum(len(step.names) for step in left)
    if not names:
        return "nothing was done"
    more = f" and {len(names) - NAMED} more" if names[NAMED:] else ""
    done_before = ", ".join(names[:NAMED]) + more
    return f"done before it: {done_before}; not done: {undone}; run it again to go on"
