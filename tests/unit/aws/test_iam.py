"""Policies: every action exists, ours are allowed, others' are not. moto's IAM is the judge."""

import json
from typing import Any

import botocore.session
import pytest
from moto.iam.access_control import IAMPolicy, PermissionResult

from voipprobe.aws.iam.language import Policy
from voipprobe.aws.iam.metrics import deployer_policy
from voipprobe.aws.iam.roles import POLICIES

ACCOUNT = "123456789012"
ALARM = f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:"
DASHBOARD = f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/"
INSTANCE = f"arn:aws:ec2:us-east-1:{ACCOUNT}:instance/i-1"
GROUP = f"arn:aws:ec2:us-east-1:{ACCOUNT}:security-group/sg-1"
OURS = {"cloudwatch:namespace": "VoipProbe"}
TAGGED = {"aws:RequestTag/voipprobe": "benchmark"}
RUNNING = {"aws:ResourceTag/voipprobe": "benchmark"}
ADDRESS = f"arn:aws:ec2:us-east-1:{ACCOUNT}:elastic-ip/eipalloc-1"
AGENT_ROLE = f"arn:aws:iam::{ACCOUNT}:role/voipprobe-agent"
FLEET_ASKED = {"aws:RequestTag/voipprobe": "fleet"}
FLEET_TAGGED = {"aws:ResourceTag/voipprobe": "fleet"}
INLINE_LIMIT_CHARS, MANAGED_LIMIT_CHARS = 2048, 6144
"""Of an inline policy of a user, and of a managed one."""
NO_OPERATIONS = {"iam:PassRole"}
"""Permissions that are asked for by operations of other services."""


def policy(role: str) -> Policy:
    return POLICIES[role]("VoipProbe", "aws")


def allows(role: str, action: str, resource: str = "*", **given: str) -> bool:
    judge = IAMPolicy(json.dumps(policy(role)))
    found: Any = judge.is_action_permitted(action, resource, None, given or None)
    return bool(found is PermissionResult.PERMITTED)


@pytest.mark.parametrize("role", POLICIES)
def test_every_action_is_an_operation_of_its_service(role: str) -> None:
    """As botocore's service models name them."""
    session = botocore.session.get_session()
    for statement in policy(role)["Statement"]:
        for action in set(statement["Action"]) - NO_OPERATIONS:
            service, _, operation = action.partition(":")
            assert operation in session.get_service_model(service).operation_names


@pytest.mark.parametrize("role", POLICIES)
def test_a_policy_is_small_and_grants_no_wildcard_action(role: str) -> None:
    limit = MANAGED_LIMIT_CHARS if role == "provisioner" else INLINE_LIMIT_CHARS
    assert len(json.dumps(policy(role), separators=(",", ":"))) < limit
    statements = policy(role)["Statement"]
    assert all("*" not in action for one in statements for action in one["Action"])
    sids = [one["Sid"] for one in statements]
    assert all(sid.isalnum() for sid in sids)
    assert len(set(sids)) == len(sids)


@pytest.mark.parametrize(
    ("role", "action", "resource", "given"),
    [
        ("agent", "cloudwatch:PutMetricData", "*", OURS),
        ("deployer", "cloudwatch:PutMetricAlarm", f"{ALARM}voipprobe/mos-low/critical/iad", {}),
        ("deployer", "cloudwatch:DeleteAlarms", f"{ALARM}voipprobe/mos-low/critical/iad", {}),
        ("deployer", "cloudwatch:PutDashboard", f"{DASHBOARD}voipprobe-overview", {}),
        ("deployer", "cloudwatch:PutCompositeAlarm", "*", {}),
        ("benchmark", "ec2:RunInstances", INSTANCE, TAGGED),
        ("benchmark", "ec2:RunInstances", "arn:aws:ec2:us-east-1::image/ami-1", {}),
        ("benchmark", "ec2:TerminateInstances", INSTANCE, RUNNING),
        ("benchmark", "ec2:CreateSecurityGroup", GROUP, TAGGED),
        ("benchmark", "ec2:CreateTags", GROUP, {"ec2:CreateAction": "ImportKeyPair", **TAGGED}),
        ("benchmark", "ec2:DeleteSecurityGroup", GROUP, RUNNING),
        ("benchmark", "pricing:GetProducts", "*", {}),
        ("provisioner", "ec2:RunInstances", INSTANCE, FLEET_ASKED),
        ("provisioner", "ec2:AllocateAddress", ADDRESS, FLEET_ASKED),
        ("provisioner", "ec2:AuthorizeSecurityGroupEgress", GROUP, FLEET_TAGGED),
        ("provisioner", "ec2:AssociateAddress", ADDRESS, FLEET_TAGGED),
        ("provisioner", "ec2:TerminateInstances", INSTANCE, FLEET_TAGGED),
        ("provisioner", "iam:PutRolePolicy", AGENT_ROLE, {}),
        ("provisioner", "iam:PassRole", AGENT_ROLE, {"iam:PassedToService": "ec2.amazonaws.com"}),
        ("reader", "cloudwatch:GetMetricData", "*", {}),
    ],
)
def test_what_a_role_needs_is_allowed(
    role: str, action: str, resource: str, given: dict[str, str]
) -> None:
    assert allows(role, action, resource, **given)


@pytest.mark.parametrize(
    ("role", "action", "resource", "given"),
    [
        ("agent", "cloudwatch:PutMetricData", "*", {"cloudwatch:namespace": "Theirs"}),
        ("agent", "cloudwatch:PutMetricAlarm", f"{ALARM}voipprobe/mos-low/critical/iad", {}),
        ("agent", "cloudwatch:GetMetricData", "*", {}),
        ("deployer", "cloudwatch:PutMetricAlarm", f"{ALARM}theirs", {}),
        ("deployer", "cloudwatch:DeleteAlarms", f"{ALARM}theirs", {}),
        ("deployer", "cloudwatch:DeleteAlarms", f"{ALARM}voipprobe-lab/mos-low/critical/iad", {}),
        ("deployer", "cloudwatch:DeleteDashboards", f"{DASHBOARD}theirs", {}),
        ("deployer", "cloudwatch:PutMetricData", "*", OURS),
        ("benchmark", "ec2:RunInstances", INSTANCE, {"aws:RequestTag/voipprobe": "theirs"}),
        ("benchmark", "ec2:TerminateInstances", INSTANCE, {"aws:ResourceTag/voipprobe": "x"}),
        ("benchmark", "ec2:CreateTags", INSTANCE, {"ec2:CreateAction": "CreateTags", **TAGGED}),
        ("benchmark", "ec2:DeleteSecurityGroup", GROUP, {"aws:ResourceTag/voipprobe": "x"}),
        ("benchmark", "ec2:ImportKeyPair", GROUP, {"aws:RequestTag/voipprobe": "x"}),
        ("provisioner", "ec2:TerminateInstances", INSTANCE, RUNNING),
        ("provisioner", "ec2:RunInstances", INSTANCE, TAGGED),
        ("provisioner", "ec2:ReleaseAddress", ADDRESS, RUNNING),
        (
            "provisioner",
            "ec2:CreateTags",
            INSTANCE,
            {"ec2:CreateAction": "CreateTags", "aws:ResourceTag/voipprobe": "x", **FLEET_ASKED},
        ),
        ("provisioner", "iam:PutRolePolicy", "arn:aws:iam::123456789012:role/theirs", {}),
        (
            "provisioner",
            "iam:PassRole",
            "arn:aws:iam::123456789012:role/theirs",
            {"iam:PassedToService": "ec2.amazonaws.com"},
        ),
        (
            "provisioner",
            "iam:PassRole",
            AGENT_ROLE,
            {"iam:PassedToService": "lambda.amazonaws.com"},
        ),
        ("provisioner", "cloudwatch:PutMetricData", "*", OURS),
        ("reader", "cloudwatch:PutMetricData", "*", OURS),
    ],
)
def test_what_it_does_not_need_is_not(
    role: str, action: str, resource: str, given: dict[str, str]
) -> None:
    """Each condition key has a wrong value here: moto lets pass what has none, AWS does not."""
    assert not allows(role, action, resource, **given)


def test_govcloud_has_its_own_arns() -> None:
    resources = [str(one["Resource"]) for one in
                 deployer_policy(partition="aws-us-gov")["Statement"]]  # fmt: skip
    assert sum("arn:aws-us-gov:cloudwatch:" in one for one in resources) == 2
    assert not any("arn:aws:" in one for one in resources)


def test_a_provisioner_may_give_its_role_one_managed_policy_only() -> None:
    """Read here, for moto passes over conditions on ARNs."""
    [statement] = [one for one in policy("provisioner")["Statement"]
                   if "iam:AttachRolePolicy" in one["Action"]]  # fmt: skip
    known = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
    assert statement["Condition"] == {"ArnEquals": {"iam:PolicyARN": known}}
