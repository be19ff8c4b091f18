"""Everything of a run taken away, and seen to be away.

EC2 is asked again until nothing is found. The security group goes last, and EC2 lets it go only
when no instance is in it, listed or not: once it is gone, nothing can be running that was asked
for a moment ago and whose answer was lost.
"""

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from voipprobe.aws.ec2.instances import describe_instances
from voipprobe.aws.ec2.remains import GONE_STATES, Thing, find, remove
from voipprobe.model.errors import CloudError

PATIENCE_S: Final = 600.0
FIRST_PAUSE_S: Final = 0.2
LONGEST_PAUSE_S: Final = 5.0

Say = Callable[[str], None]


def take_away(
    ec2: Any, run: str | None, known: Sequence[str] = (), *, say: Say = lambda _: None,
    patience_s: float = PATIENCE_S,
) -> tuple[Thing, ...]:  # fmt: skip
    """Remove everything of a run, or of all runs; what was removed.

    Args:
        ec2: a client of the Region.
        run: id of the run; None for all.
        known: ids of instances that must be gone, listed or not.
        say: is told each removal.
        patience_s: after which it is an error.

    Raises:
        CloudError: something is left; the message names it.
    """
    begin = time.monotonic()
    pause_s, told = FIRST_PAUSE_S, dict[tuple[str, str], Thing]()
    while True:
        left, trouble = _round(ec2, run, known, told, say)
        took_s = time.monotonic() - begin
        if not left and trouble is None:
            return tuple(told.values())
        if took_s > patience_s:
            names = ", ".join(left) or "nobody knows what"
            reason = f" ({trouble})" if trouble else ""
            text = f"not removed: {names}{reason}: it costs money; run `voipprobe bench reap --yes`"
            raise CloudError(text, retryable=True)
        time.sleep(pause_s)
        pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Ctrl-C and SIGTERM wait: a removal that is cut short costs money."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, signal.SIG_IGN) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def _round(
    ec2: Any, run: str | None, known: Sequence[str], told: dict[tuple[str, str], Thing], say: Say
) -> tuple[list[str], CloudError | None]:
    """One attempt: what was still there, and the last trouble with it."""
    trouble: CloudError | None = None
    try:
        found = find(ec2, run)
        listed = {one.id for one in found}
        unlisted = [one for one in known if one not in listed]
        standing = _standing(ec2, unlisted)
    except CloudError as error:
        return [], error
    things = (*(Thing(kind="instance", id=one, run=run or "", owner="", deadline="")
                for one in standing), *found)  # fmt: skip
    busy = any(one.kind == "instance" for one in things)
    for one in things:
        if one.is_dying or (busy and one.kind not in ("instance", "key pair")):
            continue
        if (one.kind, one.id) not in told:
            say(f"removing {one.text}")
            told[one.kind, one.id] = one
        try:
            remove(ec2, one)
        except CloudError as error:
            trouble = error
    return [f"{one.kind} {one.id}" for one in things], trouble


def _standing(ec2: Any, ids: Sequence[str]) -> list[str]:
    """Those of them that are there, whatever their tags say."""
    if not ids:
        return []
    return [one.id for one in describe_instances(ec2, ids) if one.state not in GONE_STATES]
