"""The same work with several hosts at the same time."""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import TypeVar

Item = TypeVar("Item")
Found = TypeVar("Found")


def at_once(
    items: Sequence[Item], work: Callable[[Item], Found], give_up: Callable[[], None]
) -> list[Found]:
    """What the work gave for each item, in their order; the first error is raised.

    Args:
        items: the hosts, say.
        work: done in a thread for each.
        give_up: called when one has failed, or we are interrupted: it must end what the others
            wait for, because their threads are waited for.
    """
    with ThreadPoolExecutor(max_workers=max(1, len(items))) as pool:
        try:
            begun = [pool.submit(work, one) for one in items]
            done, _ = wait(begun, return_when=FIRST_EXCEPTION)
            for one in done:
                one.result()  # raises what it raised
        except BaseException:
            give_up()
            raise
        return [one.result() for one in begun]
