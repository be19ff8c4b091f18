"""Those who make and remove machines: what has our tag, and nothing else.

Source: AWS's Service Authorization Reference of EC2 and IAM: which actions can be narrowed by tags.
"""

from collections.abc import Iterable
from typing import Final

from voipprobe.aws.iam.language import Policy, allow, policy
from voipprobe.aws.iam.metrics import NAMESPACE, PREFIX

TAG: Final = "voipprobe"
BENCHMARK: Final = "benchmark"
"""The value of our tag on machines that a benchmark started."""
FLEET: Final = "fleet"
"""The value of our tag on what provision.yml made."""


def benchmark_policy(namespace: str = NAMESPACE, partition: str = "aws") -> Policy:
    """For a benchmark: make and remove what has our tag, read prices."""
    del namespace
    ec2 = f"arn:{partition}:ec2:*:*:"
    asked, tagged = {f"aws:RequestTag/{TAG}": BENCHMARK}, {f"aws:ResourceTag/{TAG}": BENCHMARK}
    machines = [f"{ec2}{kind}/*" for kind in ("instance", "volume")]
    around = [f"{ec2}{kind}/*" for kind in ("security-group", "key-pair", "placement-group")]
    used = [f"{ec2}{kind}/*" for kind in ("subnet", "network-interface")]
    return policy(
        allow("MakeTagged", _ec2(_MAKING), [*machines, *around], StringEquals=asked),
        allow("StartFrom", ["ec2:RunInstances"],
              [*used, *around, f"arn:{partition}:ec2:*::image/*"]),
        allow("MakeIn", ["ec2:CreateSecurityGroup"], f"{ec2}vpc/*"),
        allow("TagWhatIsMade", ["ec2:CreateTags"], [*machines, *around],
              StringEquals={"ec2:CreateAction": [*_MAKING], **asked}),
        allow("EndTagged", _ec2(_ENDING), [*machines, *around], StringEquals=tagged),
        allow("LookAround",
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
    return policy(
        allow("MakeTagged", _ec2(_PLACING), ours, StringEquals=asked),
        allow("StartFrom", ["ec2:RunInstances"],
              [*used, f"{ec2}key-pair/*", f"arn:{partition}:ec2:*::image/*"]),
        allow("MakeIn", ["ec2:CreateSecurityGroup"], f"{ec2}vpc/*"),
        allow("TagWhatIsMade", ["ec2:CreateTags"], ours,
              StringEquals={"ec2:CreateAction": [*_PLACING], **asked}),
        allow("ChangeTagged", _ec2(_CHANGING), ours, StringEquals=tagged),
        allow("Associate", ["ec2:AssociateAddress", "ec2:DisassociateAddress"],
              f"{ec2}network-interface/*"),
        allow("RoleOfAgents", [f"iam:{one}" for one in _ROLE],
              [role, f"{iam}instance-profile/{PREFIX}-agent"]),
        allow("SessionManager", ["iam:AttachRolePolicy", "iam:DetachRolePolicy"], role,
              ArnEquals={"iam:PolicyARN": session_manager}),
        allow("GiveItToInstances", ["iam:PassRole"], role,
              StringEquals={"iam:PassedToService": "ec2.amazonaws.com"}),
        allow("LookAround", _ec2(f"Describe{one}" for one in _SEEING), "*"),
    )  # fmt: skip


_PLACING: Final = ("RunInstances", "CreateSecurityGroup", "AllocateAddress", "ImportKeyPair")
_CHANGING: Final = (
    "AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress",
    "RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress", "AssociateAddress",
    "DisassociateAddress", "TerminateInstances", "ReleaseAddress", "DeleteSecurityGroup",
    "DeleteKeyPair", "ModifyInstanceAttribute", "CreateTags",
)  # fmt: skip
_SEEING: Final = (
    "Addresses", "Images", "Instances", "InstanceAttribute", "InstanceStatus", "KeyPairs",
    "SecurityGroups", "Subnets", "Tags",
)  # fmt: skip
_ROLE: Final = (
    "GetRole", "CreateRole", "DeleteRole", "TagRole", "GetRolePolicy", "PutRolePolicy",
    "DeleteRolePolicy", "ListRolePolicies", "ListAttachedRolePolicies",
    "ListInstanceProfilesForRole", "GetInstanceProfile", "CreateInstanceProfile",
    "DeleteInstanceProfile", "AddRoleToInstanceProfile", "RemoveRoleFromInstanceProfile",
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
