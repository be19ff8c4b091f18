"""Groups of data into the fewest requests.

Pure. Knows how much a request holds. Must not know how its bytes are written: it asks.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from voipprobe.aws.metrics.datum import Datum, Group
from voipprobe.aws.metrics.limits import DOCUMENTED, Limits

Weigh = Callable[[Sequence[Datum]], int]
"""Bytes of the body of a request with these data, before compression."""

SEPARATOR_BYTES: Final = 2
"""Between two data in JSON; the finished request is weighed again in any case."""


class Batch:
    """A request that is being filled."""

    def __init__(self, empty_bytes: int) -> None:
        self.groups: list[Group] = []
        self.metrics = 0
        self.body_bytes = empty_bytes

    def put(self, group: Group, added_bytes: int, limits: Limits) -> bool:
        """Whether the group had room; a request grows by what each adds and a separator."""
        metrics = self.metrics + len(group.data)
        body_bytes = self.body_bytes + added_bytes
        if metrics > limits.metrics or body_bytes > limits.request_bytes:
            return False
        self.groups.append(group)
        self.metrics, self.body_bytes = metrics, body_bytes
        return True


class Batches(NamedTuple):
    """Requests, and the groups that no request can hold."""

    requests: list[list[Group]]
    too_big: list[Group]


def data_in(groups: Iterable[Group]) -> list[Datum]:
    """The data of a request, in order."""
    return [datum for group in groups for datum in group.data]


def batched(groups: Iterable[Group], weigh: Weigh, limits: Limits = DOCUMENTED) -> Batches:
    """Each group in the first request that has room for it.

    Args:
        groups: each stays in one piece.
        weigh: bytes of a request.
        limits: of CloudWatch.
    """
    empty_bytes = weigh([])
    filled: list[Batch] = []
    too_big: list[Group] = []
    for group in groups:
        added_bytes = weigh(group.data) - empty_bytes + SEPARATOR_BYTES
        if any(batch.put(group, added_bytes, limits) for batch in filled):
            continue
        batch = Batch(empty_bytes)
        if batch.put(group, added_bytes, limits):
            filled.append(batch)
        else:
            too_big.append(group)
    found = [part for batch in filled for part in _weighed(batch.groups, weigh, limits)]
    return Batches(found, too_big)


def _weighed(groups: list[Group], weigh: Weigh, limits: Limits) -> list[list[Group]]:
    """The same groups, halved until each request keeps the limit when it is really written."""
    if len(groups) < 2 or weigh(data_in(groups)) <= limits.request_bytes:
        return [groups]
    middle = len(groups) // 2
    return [
        *_weighed(groups[:middle], weigh, limits),
        *_weighed(groups[middle:], weigh, limits),
    ]
