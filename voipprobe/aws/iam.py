"""Least-privilege policies: who of us may do what in an account.

Pure. Knows IAM's policy language and which actions can be narrowed. Must not call AWS.

Source: AWS's Service Authorization Reference and the API reference of each action: PutMetricData
can be narrowed by namespace only; PutCompositeAlarm and DescribeAlarms (of composite alarms) want
every resource.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

Policy = dict[str, Any]
Statement = dict[str, Any]

NAMESPACE: Final = "voipprobe"
PREFIX: Final = "voipprobe"
"""Of alarms and dashboards; both are the fleet file's defaults."""
TAG: Final = "voipprobe"
BENCHMARK: Final = "benchmark"
"""The value of our tag on machines that a benchmark started."""
FLEET: Final = "fleet"
"""The value of our tag on what provision.yml made."""


def agent_policy(namespace: str = NAMESPACE, partition: str = "aws") -> Policy:
    """For an agent: put metrics into its namespace, and nothing else."""
    del partition  # metrics have no ARN
    return _policy(
        _allow("PublishMetrics", ["cloudwatch:PutMetricData"], "*",
               StringEquals={"cloudwatch:namespace": namespace}),
    )  # fmt: skip


def reader_policy(namespace: str = NAMESPACE, partition: str = "aws") -> Policy:
    """For whoever looks at the mesh from CloudWatch: read metrics, which cannot be narrowed."""
    del namespace, partition
    return _policy(_allow("ReadMetrics", ["cloudwatch:GetMetricData"], "*"))


def deployer_policy(
    namespace: str = NAMESPACE, partition: str = "aws", prefix: str = PREFIX
) -> Policy:
    """For whoever applies alarms and dashboards: those whose names begin with our prefix."""
    del namespace  # an alarm's metrics cannot be narrowed
    alarms = f"arn:{partition}:cloudwatch:*:*:alarm:{prefix}/*"
    dashboards = f"arn:{partition}:cloudwatch::*:dashboard/{prefix}-*"
    return _policy(
        _allow("OwnAlarms", ["cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms",
                             "cloudwatch:TagResource", "cloudwatch:UntagResource",
                             "cloudwatch:ListTagsForResource"], alarms),
        _allow("OwnDashboards", ["cloudwatch:PutDashboard", "cloudwatch:GetDashboard",
                                 "cloudwatch:DeleteDashboards"], dashboards),
        _allow("CannotBeNarrowedByName",
               ["cloudwatch:DescribeAlarms", "cloudwatch:PutCompositeAlarm",
                "cloudwatch:ListDashboards"], "*"),
    )  # fmt: skip


def benchmark_policy(namespace: str = NAMESPACE, partition: str = "aws") -> Policy:
    """For a benchmark: make and remove what has our tag, read prices."""
    del namespace
    ec2 = f"arn:{partition}:ec2:*:*:"
    asked, tagged = {f"aws:RequestTag/{TAG}": BENCHMARK}, {f"aws:ResourceTag/{TAG}": BENCHMARK}
    machines = [f"{ec2}{kind}/*" for kind in ("instance", "volume")]
    around = [f"{ec2}{kind}/*" for kind in ("security-group", "key-pair", "placement-group")]
    used = [f"{ec2}{kind}/*" for kind in ("subnet", "network-interface")]
    return _policy(
        _allow("MakeTagged", _ec2(_MAKING), [*machines, *around], StringEquals=asked),
        _allow("StartFrom", ["ec2:RunInstances"],
               [*used, *around, f"arn:{partition}:ec2:*::image/*"]),
        _allow("MakeIn", ["ec2:CreateSecurityGroup"], f"{ec2}vpc/*"),
        _allow("TagWhatIsMade", ["ec2:CreateTags"], [*machines, *around],
               StringEquals={"ec2:CreateAction": [*_MAKING], **asked}),
        _allow("EndTagged", _ec2(_ENDING), [*machines, *around], StringEquals=tagged),
        _allow("LookAround",
               [*_ec2(f"Describe{one}" for one in _LOOKING), "pricing:GetProducts"], "*"),
    )  # fmt: skip


def provisioner_policy(namespace: str = NAMESPACE, partition: str = "aws") -> Policy:
    """For provision.yml and destroy.yml of a fleet: what has our tag, and the role of its agents.

    Whoever may give a role a policy and start instances with it may do whatever they write into it.
    """
    del namespace
    ec2, iam = f"arn:{partition}:ec2:*:*:", f"arn:{partition}:iam::*:"
    asked, tagged = {f"aws:RequestTag/{TAG}": FLEET}, {f"aws:ResourceTag/{TAG}": FLEET}
    ours = [f"{ec2}{kind}/*" for kind in (
        "instance", "volume", "security-group", "elastic-ip", "key-pair")]  # fmt: skip
    used = [f"{ec2}{kind}/*" for kind in ("subnet", "network-interface", "security-group")]
    role = f"{iam}role/{PREFIX}-agent"
    session_manager = f"arn:{partition}:iam::aws:policy/AmazonSSMManagedInstanceCore"
    return _policy(
        _allow("MakeTagged", _ec2(_PLACING), ours, StringEquals=asked),
        _allow("StartFrom", ["ec2:RunInstances"],
               [*used, f"{ec2}key-pair/*", f"arn:{partition}:ec2:*::image/*"]),
        _allow("MakeIn", ["ec2:CreateSecurityGroup"], f"{ec2}vpc/*"),
        _allow("TagWhatIsMade", ["ec2:CreateTags"], ours,
               StringEquals={"ec2:CreateAction": [*_PLACING], **asked}),
        _allow("ChangeTagged", _ec2(_CHANGING), ours, StringEquals=tagged),
        _allow("Associate", ["ec2:AssociateAddress", "ec2:DisassociateAddress"],
               f"{ec2}network-interface/*"),
        _allow("RoleOfAgents", [f"iam:{one}" for one in _ROLE],
               [role, f"{iam}instance-profile/{PREFIX}-agent"]),
        _allow("SessionManager", ["iam:AttachRolePolicy", "iam:DetachRolePolicy"], role,
               ArnEquals={"iam:PolicyARN": session_manager}),
        _allow("GiveItToInstances", ["iam:PassRole"], role,
               StringEquals={"iam:PassedToService": "ec2.amazonaws.com"}),
        _allow("LookAround", _ec2(f"Describe{one}" for one in _SEEING), "*"),
    )  # fmt: skip


_PLACING: Final = ("RunInstances", "CreateSecurityGroup", "AllocateAddress", "ImportKeyPair")
_CHANGING: Final = (
    "AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress",
    "RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress", "AssociateAddress",
    "DisassociateAddress", "TerminateInstances", "ReleaseAddress", "DeleteSecurityGroup",
    "DeleteKeyPair",
)  # fmt: skip
_SEEING: Final = (
    "Addresses", "Images", "Instances", "KeyPairs", "SecurityGroups", "Subnets",
)  # fmt: skip
_ROLE: Final = (
    "GetRole", "CreateRole", "DeleteRole", "TagRole", "PutRolePolicy", "DeleteRolePolicy",
)  # fmt: skip

_MAKING: Final = ("RunInstances", "CreateSecurityGroup", "ImportKeyPair", "CreatePlacementGroup")
_ENDING: Final = (
    "AuthorizeSecurityGroupIngress", "TerminateInstances", "DeleteVolume",
    "DeleteSecurityGroup", "DeleteKeyPair", "DeletePlacementGroup",
)  # fmt: skip
_LOOKING: Final = (
    "Instances", "InstanceTypes", "InstanceTypeOfferings", "Images", "Subnets",
    "SecurityGroups", "KeyPairs", "PlacementGroups", "Volumes",
)  # fmt: skip


def _ec2(names: Iterable[str]) -> list[str]:
    return [f"ec2:{name}" for name in names]


POLICIES: Final[Mapping[str, Callable[[str, str], Policy]]] = {
    "agent": agent_policy,
    "deployer": deployer_policy,
    "provisioner": provisioner_policy,
    "benchmark": benchmark_policy,
    "reader": reader_policy,
}
"""Each role with what makes its policy from a namespace and a partition."""


def _policy(*statements: Statement) -> Policy:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _allow(
    sid: str,
    actions: list[str],
    resource: str | list[str],
    **condition: Mapping[str, str | list[str]],
) -> Statement:
    found: Statement = {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource}
    return {**found, "Condition": condition} if condition else found
