"""What CloudWatch takes: its documented limits, and those that botocore's service model states.

Must not know how a request is made or sent.
"""

from dataclasses import dataclass
from typing import Any, Final

DAY_S: Final = 86_400.0
HOUR_S: Final = 3_600.0

UNITS: Final = frozenset({
    "Seconds", "Microseconds", "Milliseconds",
    "Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes",
    "Bits", "Kilobits", "Megabits", "Gigabits", "Terabits", "Percent", "Count",
    "Bytes/Second", "Kilobytes/Second", "Megabytes/Second", "Gigabytes/Second", "Terabytes/Second",
    "Bits/Second", "Kilobits/Second", "Megabits/Second", "Gigabits/Second", "Terabits/Second",
    "Count/Second", "None",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Of one PutMetricData request, as documented.

    Source: AWS's API reference of PutMetricData, MetricDatum and Dimension.

    Attributes:
        request_bytes: "1 MB" before compression; the smaller of its two readings.
        values: in one datum.
        past_s, future_s: how far a timestamp may lie from now.
        value: largest magnitude of a value.
    """

    metrics: int = 1_000
    request_bytes: int = 1_000_000
    values: int = 150
    dimensions: int = 30
    namespace_chars: int = 255
    name_chars: int = 255
    dimension_name_chars: int = 255
    dimension_value_chars: int = 1_024
    units: frozenset[str] = UNITS
    resolutions_s: frozenset[int] = frozenset({1, 60})
    past_s: float = 14 * DAY_S
    future_s: float = 2 * HOUR_S
    value: float = 2.0**360


DOCUMENTED: Final = Limits()


def limits_of(model: Any) -> Limits:
    """The documented limits, and in their place what a service model states.

    Args:
        model: botocore's of CloudWatch (`client.meta.service_model`).
    """
    return Limits(
        dimensions=_bound(model, "Dimensions", DOCUMENTED.dimensions),
        namespace_chars=_bound(model, "Namespace", DOCUMENTED.namespace_chars),
        name_chars=_bound(model, "MetricName", DOCUMENTED.name_chars),
        dimension_name_chars=_bound(model, "DimensionName", DOCUMENTED.dimension_name_chars),
        dimension_value_chars=_bound(model, "DimensionValue", DOCUMENTED.dimension_value_chars),
        units=frozenset(model.shape_for("StandardUnit").enum) or UNITS,
    )


def _bound(model: Any, shape: str, documented: int) -> int:
    return int(model.shape_for(shape).metadata.get("max", documented))
