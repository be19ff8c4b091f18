"""Reads the dashboards that are there, and whose account it is."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from voipprobe.aws.dashboards.dashboard import Body
from voipprobe.aws.dashboards.plan import Existing
from voipprobe.aws.dashboards.status import Account
from voipprobe.aws.session import cloud_errors


def read_account(client: Any) -> Account:
    """Whose credentials these are; needs no permission.

    Args:
        client: of STS.

    Raises:
        CloudError: refused or not answered.
    """
    with cloud_errors(f"GetCallerIdentity in {client.meta.region_name}"):
        answer = client.get_caller_identity()
    return Account(number=answer["Account"], partition=answer["Arn"].split(":")[1])


def read_existing(
    client: Any, prefix: str, wait: Callable[[], None] = lambda: None
) -> tuple[Existing, ...]:
    """Every dashboard whose name is under the prefix, whoever's it is.

    Args:
        client: of CloudWatch.
        prefix: of the fleet.
        wait: called before each request for a body, of which there is one a dashboard.

    Raises:
        CloudError: refused or not answered.
    """
    return tuple(_read(client, prefix, wait))


def _read(client: Any, prefix: str, wait: Callable[[], None]) -> Iterator[Existing]:
    region = client.meta.region_name
    with cloud_errors(f"ListDashboards in {region}"):
        pages = client.get_paginator("list_dashboards").paginate(DashboardNamePrefix=f"{prefix}-")
        names = [one["DashboardName"] for page in pages for one in page["DashboardEntries"]]
    for name in sorted(names):
        wait()
        with cloud_errors(f"GetDashboard {name} in {region}"):
            text = client.get_dashboard(DashboardName=name)["DashboardBody"]
        yield Existing(name=name, body=_body(text))


def _body(text: str) -> Body:
    try:
        body = json.loads(text)
    except json.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}
