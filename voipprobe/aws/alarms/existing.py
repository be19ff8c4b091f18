"""Reads the alarms that are there, with their tags."""

from collections.abc import Callable, Iterator
from typing import Any

from voipprobe.aws.alarms.plan import Existing
from voipprobe.aws.session import cloud_errors

KINDS = ["MetricAlarm", "CompositeAlarm"]
"""DescribeAlarms leaves composites out unless it is asked for them."""


def read_existing(
    client: Any, prefix: str, wait: Callable[[], None] = lambda: None
) -> tuple[Existing, ...]:
    """Every alarm whose name is under the prefix, whoever's it is.

    Args:
        client: of CloudWatch in a Region.
        prefix: of the fleet.
        wait: called before each request for tags, of which there is one an alarm.

    Raises:
        CloudError: refused or not answered.
    """
    return tuple(_read(client, prefix, wait))


def _read(client: Any, prefix: str, wait: Callable[[], None]) -> Iterator[Existing]:
    region = client.meta.region_name
    for alarm in _describe(client, prefix, region):
        wait()
        with cloud_errors(f"ListTagsForResource in {region}"):
            answer = client.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])
        tags = {tag["Key"]: tag["Value"] for tag in answer["Tags"]}
        yield Existing(alarm=alarm, tags=tags)


def _describe(client: Any, prefix: str, region: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    with cloud_errors(f"DescribeAlarms in {region}"):
        pages = client.get_paginator("describe_alarms").paginate(
            AlarmNamePrefix=f"{prefix}/", AlarmTypes=KINDS, PaginationConfig={"PageSize": 100}
        )
        for page in pages:
            found += page.get("MetricAlarms", []) + page.get("CompositeAlarms", [])
    return found
