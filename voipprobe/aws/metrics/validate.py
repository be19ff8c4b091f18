"""Does a request keep CloudWatch's limits? Asked before it leaves; one message a mistake.

Pure. botocore checks types and little else; CloudWatch refuses a whole request for one datum.
"""

import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain

from voipprobe.aws.metrics.datum import Datum
from voipprobe.aws.metrics.limits import DOCUMENTED, HOUR_S, Limits


def namespace_mistakes(namespace: str, limits: Limits = DOCUMENTED) -> tuple[str, ...]:
    """What is wrong with a namespace."""
    return tuple(_namespace(namespace, limits))


def request_mistakes(
    namespace: str, data: Sequence[Datum], limits: Limits = DOCUMENTED
) -> tuple[str, ...]:
    """What is wrong with a request as a whole; its data are asked one by one.

    Args:
        namespace: of its metrics.
        data: all of it.
        limits: of CloudWatch.
    """
    return tuple(_namespace(namespace, limits)) + tuple(_number(len(data), limits))


def body_mistakes(body_bytes: int, limits: Limits = DOCUMENTED) -> tuple[str, ...]:
    """What is wrong with the size of a request, before compression, as it is really written."""
    if body_bytes <= limits.request_bytes:
        return ()
    return (f"request of {body_bytes:,} bytes, at most {limits.request_bytes:,}",)


def datum_mistakes(datum: Datum, now: float, limits: Limits = DOCUMENTED) -> tuple[str, ...]:
    """What is wrong with one datum.

    Args:
        datum: as botocore would get it.
        now: epoch seconds.
        limits: of CloudWatch.
    """
    found = chain(
        _text("metric name", datum["MetricName"], limits.name_chars),
        _dimensions(datum, limits),
        _samples(datum, limits),
        _kind(datum, limits),
        _time(datum["Timestamp"], now, limits),
    )
    return tuple(f"{datum['MetricName'][:40]}: {mistake}" for mistake in found)


def _namespace(namespace: str, limits: Limits) -> Iterator[str]:
    yield from _text("namespace", namespace, limits.namespace_chars)
    if namespace.startswith("AWS/"):
        yield "namespace begins with AWS/, which is kept for AWS's own metrics"
    if namespace.startswith(":"):
        yield "namespace begins with a colon"


def _number(metrics: int, limits: Limits) -> Iterator[str]:
    if not 1 <= metrics <= limits.metrics:
        yield f"{metrics} metrics in a request, not 1 to {limits.metrics}"


def _dimensions(datum: Datum, limits: Limits) -> Iterator[str]:
    dimensions = datum["Dimensions"]
    if len(dimensions) > limits.dimensions:
        yield f"{len(dimensions)} dimensions, at most {limits.dimensions}"
    for one in dimensions:
        name, value = one["Name"], one["Value"]
        yield from _text("dimension name", name, limits.dimension_name_chars)
        yield from _text(f"dimension {name[:40]}", value, limits.dimension_value_chars)
        if name.startswith(":"):
            yield f"dimension name {name[:40]!r} begins with a colon"


def _samples(datum: Datum, limits: Limits) -> Iterator[str]:
    values, counts = datum["Values"], datum["Counts"]
    if not 1 <= len(values) <= limits.values:
        yield f"{len(values)} values, not 1 to {limits.values}"
    if len(counts) != len(values):
        yield f"{len(counts)} counts for {len(values)} values"
    for value in values:
        if not math.isfinite(value):
            yield f"value {value} is not finite"
        elif abs(value) > limits.value:
            yield f"value {value:g} is beyond 2^360"
    for count in counts:
        if not (math.isfinite(count) and count > 0):
            yield f"count {count:g} is not positive"


def _kind(datum: Datum, limits: Limits) -> Iterator[str]:
    if datum["Unit"] not in limits.units:
        yield f"unit {datum['Unit']!r} is none of CloudWatch's {len(limits.units)}"
    if datum["StorageResolution"] not in limits.resolutions_s:
        yield f"resolution of {datum['StorageResolution']} s, not 1 or 60"


def _time(at: datetime, now: float, limits: Limits) -> Iterator[str]:
    when = f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    age_s = now - at.timestamp()
    if age_s > limits.past_s:
        yield f"measured {when}, more than two weeks ago"
    if -age_s > limits.future_s:
        yield f"measured {when}, more than {limits.future_s / HOUR_S:g} hours from now"


def _text(what: str, text: str, most_chars: int) -> Iterator[str]:
    if not text.strip():
        yield f"{what} is empty"
    if len(text) > most_chars:
        yield f"{what} of {len(text)} characters, at most {most_chars}"
    if not (text.isascii() and text.isprintable()):
        yield f"{what} {text[:40]!r} has characters that are not printable ASCII"
