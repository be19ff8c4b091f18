"""Where the machines of a run are: subnet, security group, key pair, placement group."""

from dataclasses import dataclass
from typing import Any, Final

from voipprobe.aws.ec2.tags import Tags
from voipprobe.aws.session import cloud_errors
from voipprobe.model.errors import ConfigError

FIRST_PORT: Final = 1024
"""SIP and RTP use ports from here on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subnet:
    """A subnet with its place."""

    id: str
    az: str
    vpc_id: str


def subnets(ec2: Any, subnet_id: str | None, az: str | None, region: str) -> tuple[Subnet, ...]:
    """Where machines may be made, by AZ: the given subnet, else the default one of each AZ.

    Raises:
        ConfigError: there is none.
        CloudError: EC2 does not answer.
    """
    asked: dict[str, Any] = {"Filters": [{"Name": "default-for-az", "Values": ["true"]}]}
    if subnet_id is not None:
        asked = {"SubnetIds": [subnet_id]}
    with cloud_errors(f"DescribeSubnets in {region}"):
        answer = ec2.describe_subnets(**asked)["Subnets"]
    found = [
        Subnet(id=one["SubnetId"], az=one["AvailabilityZone"], vpc_id=one["VpcId"])
        for one in answer
        if az is None or one["AvailabilityZone"] == az
    ]
    if not found:
        where = f" in {az}" if az else ""
        raise ConfigError(f"{region} has no default subnet{where}: say ec2.subnet_id")
    return tuple(sorted(found, key=lambda one: one.az))


def make_group(ec2: Any, name: str, vpc_id: str, tags: Tags) -> str:
    """A new security group that lets nobody in; its id."""
    with cloud_errors("CreateSecurityGroup"):
        answer = ec2.create_security_group(
            GroupName=name, Description="voipprobe bench: gone when the run ends", VpcId=vpc_id,
            TagSpecifications=[tags.specification("security-group", name)],
        )  # fmt: skip
    return str(answer["GroupId"])


def open_group(ec2: Any, group_id: str, ssh_from: str | None) -> None:
    """Let its members talk SIP and RTP to each other, and one network come by ssh.

    `ssh_from` is in CIDR form; None for nobody, where a proxy command knows another way.
    """
    members = [{"GroupId": group_id}]
    rules: list[dict[str, Any]] = [
        {"IpProtocol": protocol, "FromPort": FIRST_PORT, "ToPort": 65535,
         "UserIdGroupPairs": members}
        for protocol in ("udp", "tcp")
    ]  # fmt: skip
    if ssh_from is not None:
        rules.append({"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, **_from(ssh_from)})
    with cloud_errors("AuthorizeSecurityGroupIngress"):
        ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=rules)


def import_key(ec2: Any, name: str, public: str, tags: Tags) -> None:
    """Make a key known; the private half never leaves this host."""
    with cloud_errors("ImportKeyPair"):
        ec2.import_key_pair(
            KeyName=name, PublicKeyMaterial=public.encode(),
            TagSpecifications=[tags.specification("key-pair", name)],
        )  # fmt: skip


def make_placement(ec2: Any, name: str, tags: Tags) -> None:
    """A cluster placement group: its members are near each other."""
    with cloud_errors("CreatePlacementGroup"):
        ec2.create_placement_group(
            GroupName=name, Strategy="cluster",
            TagSpecifications=[tags.specification("placement-group", name)],
        )  # fmt: skip


def _from(network: str) -> dict[str, Any]:
    if ":" in network:
        return {"Ipv6Ranges": [{"CidrIpv6": network}]}
    return {"IpRanges": [{"CidrIp": network}]}
