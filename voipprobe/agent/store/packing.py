"""Measurements to octets and back. Knows nothing of files."""

import json
import zlib
from collections.abc import Iterable

from voipprobe.model.measurement import Measurement


def pack(measurements: Iterable[Measurement]) -> bytes:
    """Measurements as they are stored: JSON, deflated."""
    rows = [[one.metric, one.dimensions, one.at, one.samples] for one in measurements]
    return zlib.compress(json.dumps(rows, separators=(",", ":"), allow_nan=False).encode())


def unpack(octets: bytes) -> tuple[Measurement, ...]:
    """Measurements as they were packed."""
    return tuple(
        Measurement(
            metric=metric,
            dimensions=tuple((name, value) for name, value in dimensions),
            at=at,
            samples=tuple((float(value), int(times)) for value, times in samples),
        )
        for metric, dimensions, at, samples in json.loads(zlib.decompress(octets))
    )


def unpack_or_none(octets: bytes) -> tuple[Measurement, ...] | None:
    """The same; None where the octets are damaged."""
    try:
        return unpack(octets)
    except (zlib.error, ValueError, TypeError):
        return None
