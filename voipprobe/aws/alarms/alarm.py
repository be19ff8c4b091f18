"""One alarm as CloudWatch takes it. Knows both kinds; must not know what they are made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Request = Mapping[str, Any]
"""The parameters of PutMetricAlarm or PutCompositeAlarm, or what DescribeAlarms says of one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """An alarm in a Region.

    Attributes:
        region: where it is, which is where its metrics are.
        request: what PutMetricAlarm or PutCompositeAlarm gets, without tags.
    """

    region: str
    request: Request

    @property
    def name(self) -> str:
        """Unique in its account and Region."""
        return str(self.request["AlarmName"])

    @property
    def is_composite(self) -> bool:
        """Whether it watches other alarms instead of metrics."""
        return "AlarmRule" in self.request
