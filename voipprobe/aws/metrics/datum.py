"""Measurements to CloudWatch's data: Values and Counts, one datum a metric, path and minute.

Pure. Knows the shape of a MetricDatum. Must not know requests or their limits beyond Values.

A datum's time is the start of the minute in which its measurements were made: CloudWatch keeps
standard metrics by the minute and would round down the same way. A count and a distribution of
one minute add up to what CloudWatch would make of them anyway: the multiset union.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, TypeAlias

from voipprobe.aws.metrics.limits import DOCUMENTED
from voipprobe.metrics.catalogue import CATALOGUE
from voipprobe.model.measurement import Measurement

Datum: TypeAlias = dict[str, Any]
"""A MetricDatum as botocore wants it."""
Samples: TypeAlias = Sequence[tuple[float, int]]

RESOLUTION_S: Final = 60
MOST_VALUES: Final = 100 * DOCUMENTED.values
"""Different values that are merged: one group always has room in one request."""


class Member(NamedTuple):
    """A measurement, and where it stood in what we were given."""

    place: int
    measurement: Measurement


class Group(NamedTuple):
    """Data that travel together: all of it or nothing is delivered.

    A measurement with more than 150 different values is several data. Were they in several
    requests, one could be confirmed and the other not, and then half a measurement would be
    sent twice.
    """

    members: tuple[Member, ...]
    data: tuple[Datum, ...]


def minute_s(at: float) -> int:
    """Epoch seconds of the start of a time's minute."""
    return int(at // RESOLUTION_S) * RESOLUTION_S


def grouped(members: Iterable[Member]) -> list[Group]:
    """Measurements of the same metric, dimensions and minute together, in order of their time."""
    heaps: dict[tuple[object, ...], list[Member]] = {}
    for member in members:
        one = member.measurement
        key = (minute_s(one.at), one.metric, ordered_dimensions(one))
        heaps.setdefault(key, []).append(member)
    found = [group for heap in heaps.values() for group in _within_a_request(heap)]
    return sorted(found, key=lambda group: min(member.measurement.at for member in group.members))


def alone(group: Group) -> list[Group]:
    """Each measurement of a group by itself."""
    return [_group([member]) for member in group.members]


def ordered_dimensions(measurement: Measurement) -> tuple[tuple[str, str], ...]:
    """A measurement's dimensions in the catalogue's order; CloudWatch does not mind, people do.

    Raises:
        KeyError: the metric is not in the catalogue, or lacks one of its dimensions.
    """
    given = dict(measurement.dimensions)
    return tuple((name, given[name]) for name in CATALOGUE[measurement.metric].dimensions)


def data_of(measurement: Measurement) -> tuple[Datum, ...]:
    """One measurement as it would be sent by itself."""
    return _group([Member(0, measurement)]).data


def _within_a_request(heap: Sequence[Member]) -> Iterator[Group]:
    taken: list[Member] = []
    values: set[float] = set()
    for member in heap:
        more = values | {float(value) for value, _ in member.measurement.samples}
        if taken and len(more) > MOST_VALUES:
            yield _group(taken)
            taken, more = [], {float(value) for value, _ in member.measurement.samples}
        taken.append(member)
        values = more
    yield _group(taken)


def _group(members: Sequence[Member]) -> Group:
    counts: Counter[float] = Counter()
    for member in members:
        for value, times in member.measurement.samples:
            counts[float(value)] += times
    return Group(tuple(members), tuple(_data(members[0].measurement, sorted(counts.items()))))


def _data(of: Measurement, samples: Samples) -> Iterator[Datum]:
    for first in range(0, len(samples), DOCUMENTED.values):
        part = samples[first : first + DOCUMENTED.values]
        yield {
            "MetricName": of.metric,
            "Dimensions": [
                {"Name": name, "Value": value} for name, value in ordered_dimensions(of)
            ],
            "Timestamp": datetime.fromtimestamp(minute_s(of.at), UTC),
            "Values": [value for value, _ in part],
            "Counts": [float(times) for _, times in part],
            "Unit": CATALOGUE[of.metric].unit.value,
            "StorageResolution": RESOLUTION_S,
        }
