"""Which data were refused, when CloudWatch refused a request for the sake of one of them.

Pure. CloudWatch takes all of a request or nothing. Its message names the data that it does not
like, one a line ("The parameter MetricData.member.3.Timestamp must specify a time within the
past two weeks."); where it names none, halves are tried.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from voipprobe.aws.metrics.datum import Group, alone
from voipprobe.aws.metrics.prepare import Refusal

BAD_DATA: Final = frozenset({
    "InvalidParameterValue", "InvalidParameterValueException",
    "InvalidParameterCombination", "InvalidParameterCombinationException",
    "MissingParameter", "MissingRequiredParameter", "MissingRequiredParameterException",
    "ValidationError", "ValidationException", "ParamValidationError",
    "RequestEntityTooLarge", "413",
})  # fmt: skip
"""Codes that speak of what was sent, so that the rest of the request may be good."""

_SERVICE: Final = re.compile(r"MetricData\.member\.(\d+)")  # counts from 1
_BOTOCORE: Final = re.compile(r"MetricData\[(\d+)\]")  # counts from 0


class Isolated(NamedTuple):
    """What is refused for good, and the requests to try next."""

    refused: list[Refusal]
    requests: list[list[Group]]


def isolate(request: Sequence[Group], message: str) -> Isolated:
    """Take a refused request apart.

    Args:
        request: its groups, in the order in which their data were sent.
        message: what was said about it.
    """
    bad = _named(request, message)
    if bad:
        return _apart([group for group in request if group not in bad], bad, message)
    if len(request) == 1:
        return _apart([], list(request), message)
    middle = len(request) // 2
    return Isolated([], [list(request[:middle]), list(request[middle:])])


def _apart(good: list[Group], bad: list[Group], message: str) -> Isolated:
    """A measurement alone is refused; merged ones are tried one by one before they are."""
    refused = [Refusal(group.members[0].place, message) for group in bad if len(group.members) == 1]
    merged = [one for group in bad if len(group.members) > 1 for one in alone(group)]
    return Isolated(refused, [request for request in (good, merged) if request])


def _named(request: Sequence[Group], message: str) -> list[Group]:
    positions = {int(found) - 1 for found in _SERVICE.findall(message)}
    positions |= {int(found) for found in _BOTOCORE.findall(message)}
    bad, first = [], 0
    for group in request:
        if positions & set(range(first, first + len(group.data))):
            bad.append(group)
        first += len(group.data)
    return bad
