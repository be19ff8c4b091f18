"""Those who make and remove machines: what has our tag, and nothing else.

Source: AWS's Service Authorization Reference of EC2 and IAM: which actions can be narrowed by tags.
"""

from collections.abc import Iterable
from typing import Final

from voipprobe.aws.iam.language import Policy, Statement, allow, policy
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
    machines = [f"{ec2}{kind}/*" for kind in ("instance", "volume")]
    around = [f"{ec2}{kind}/*" for kind in ("security-group", "key-pair", "placement-group")]
    used = [f"{ec2}{kind}/*" for kind in ("subnet", "network-interface")]
    return policy(
        *_tagged(BENCHMARK, [*machines, *around], making=_MAKING, changing=_ENDING),
        allow("StartFrom", ["ec2:RunInstances"],
              [*used, *around, f"arn:{partition}:ec2:*::image/*"]),
        allow("MakeIn", ["ec2:CreateSecurityGroup"], f"{ec2}vpc/*"),
        allow("LookAround",
              [*_ec2(f"Describe{one}" for one in _LOOKING), "pricing:GetProducts"], "*"),
    )  # fmt: skip


def provisioner_policy(namespace: str = NAMESPACE, partition: str = "aws") -> Policy:
    """For provision.yml and destroy.yml of a fleet: what has our tag, and the role of its agents.

    Whoever may give a role a policy and start instances with it may do whatever they write into it.
    """
    del namespace
    ec2, iam = f"arn:{partition}:ec2:*:*:", f"arn:{partition}:iam::*:"
    ours = [f"{ec2}{kind}/*" for kind in (
        "instance", "volume", "security-group", "elastic-ip", "key-pair")]  # fmt: skip
    used = [f"{ec2}{kind}/*" for kind in ("subnet", "network-interface", "security-group")]
    role = f"{iam}role/{PREFIX}-agent"
    session_manager = f"arn:{partition}:iam::aws:policy/AmazonSSMManagedInstanceCore"
    return policy(
        *_tagged(FLEET, ours, making=_PLACING, changing=_CHANGING),
        allow("StartFrom", ["ec2:RunInstances"],
              [*used, f"{ec2}key-pair/*", f"arn:{partition}:ec2:*::image/*"]),
        allow("MakeIn", ["ec2:CreateSecurityGroup"], f"{ec2}vpc/*"),
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


def _tagged(
    value: str, resources: list[str], *, making: Iterable[str], changing: Iterable[str]
) -> list[Statement]:
    """Make what gets our tag with this value as it is made, and change or end what has it."""
    asked, tagged = {f"aws:RequestTag/{TAG}": value}, {f"aws:ResourceTag/{TAG}": value}
    return [
        allow("MakeTagged", _ec2(making), resources, StringEquals=asked),
        allow("TagWhatIsMade", ["ec2:CreateTags"], resources,
              StringEquals={"ec2:CreateAction": [*making], **asked}),
        allow("ChangeTagged", _ec2(changing), resources, StringEquals=tagged),
    ]  # fmt: skip


def _ec2(names: Iterable[str]) -> list[str]:
    return [f"ec2:{name}" for name in names]
