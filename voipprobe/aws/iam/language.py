"""IAM's policy language, as far as we speak it."""

from collections.abc import Mapping
from typing import Any

Policy = dict[str, Any]
Statement = dict[str, Any]


def policy(*statements: Statement) -> Policy:
    """The document of these statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(
    sid: str,
    actions: list[str],
    resource: str | list[str],
    **condition: Mapping[str, str | list[str]],
) -> Statement:
    """A statement that allows actions on resources, under conditions by their operator."""
    found: Statement = {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource}
    return {**found, "Condition": condition} if condition else found
