"""Groups of data into the fewest requests.

Pure. Knows how much a request holds and how long JSON is. What is really sent is weighed once
more when botocore has written it (`wire`); this must not know botocore.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

from voipprobe.aws.metrics.datum import Datum, Group
from voipprobe.aws.metrics.limits import DOCUMENTED, Limits

ENVELOPE_BYTES: Final = 64
"""Of a request without data and without its namespace, in JSON."""
_SEPARATOR_BYTES: Final = 2


class Batch:
    """A request that is being filled."""

    def __init__(self, empty_bytes: int) -> None:
        self.groups: list[Group] = []
        self.metrics = 0
        self.body_bytes = empty_bytes

    def put(self, group: Group, body_bytes: int, limits: Limits) -> bool:
        """Whether the group had room."""
        metrics = self.metrics + len(group.data)
        body_bytes += self.body_bytes
        if metrics > limits.metrics or body_bytes > limits.request_bytes:
            return False
        self.groups.append(group)
        self.metrics, self.body_bytes = metrics, body_bytes
        return True


class Batches(NamedTuple):
    """Requests, and the groups that no request can hold."""

    requests: list[list[Group]]
    too_big: list[Group]


def batched(groups: Iterable[Group], namespace: str, limits: Limits = DOCUMENTED) -> Batches:
    """Each group, in one piece, in the first request that has room for it.

    Args:
        groups: in the order in which they should leave.
        namespace: of their metrics; it takes room too.
        limits: of CloudWatch.
    """
    filled: list[Batch] = []
    too_big: list[Group] = []
    for group in groups:
        body_bytes = sum(map(datum_bytes, group.data))
        if any(batch.put(group, body_bytes, limits) for batch in filled):
            continue
        batch = Batch(ENVELOPE_BYTES + len(namespace))
        if batch.put(group, body_bytes, limits):
            filled.append(batch)
        else:
            too_big.append(group)
    return Batches([batch.groups for batch in filled], too_big)


def data_in(groups: Iterable[Group]) -> list[Datum]:
    """The data of a request, in order."""
    return [datum for group in groups for datum in group.data]


def datum_bytes(datum: Datum) -> int:
    """Of one datum and the separator behind it, as botocore writes JSON."""
    return len(json.dumps(datum, default=_epoch_s)) + _SEPARATOR_BYTES


def _epoch_s(at: datetime) -> int:
    return int(at.timestamp())
