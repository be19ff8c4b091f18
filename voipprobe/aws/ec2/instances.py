"""Instances: ordered, and looked after."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from voipprobe.aws.ec2.images import Image
from voipprobe.aws.ec2.tags import Tags
from voipprobe.aws.session import cloud_errors
from voipprobe.model.errors import CloudError

VOLUME_GB: Final = 16
CAPACITY: Final = frozenset({
    "InsufficientInstanceCapacity", "InsufficientCapacity", "InsufficientFreeAddressesInSubnet",
    "InsufficientHostCapacity", "Unsupported",
})  # fmt: skip
"""Codes after which another AZ is worth a try."""
QUOTA: Final = frozenset({
    "VcpuLimitExceeded", "InstanceLimitExceeded", "PendingVerification", "Blocked",
    "SecurityGroupLimitExceeded", "VolumeLimitExceeded", "MaxIOPSLimitExceeded",
})  # fmt: skip
"""Codes that say that the account may not have so much: no AZ helps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What RunInstances is asked for.

    Attributes:
        token: of the client: asked for twice, it is made once.
        placement: name of the placement group; None for none.
    """

    kind: str
    count: int
    name: str
    token: str
    image: Image
    subnet_id: str
    group_id: str
    key_name: str
    placement: str | None
    user_data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One instance as EC2 tells of it. An address that it has not (yet) is None."""

    id: str
    state: str
    az: str
    private_address: str | None
    public_address: str | None


def run_instances(ec2: Any, order: Order, tags: Tags) -> tuple[str, ...]:
    """Ids of new instances, which end for good when they are shut down.

    Raises:
        CloudError: refused; see `CAPACITY` and `QUOTA` for its code.
    """
    placement = {} if order.placement is None else {"Placement": {"GroupName": order.placement}}
    with cloud_errors(f"RunInstances of {order.count} x {order.kind}"):
        answer = ec2.run_instances(
            ImageId=order.image.id, InstanceType=order.kind,
            MinCount=order.count, MaxCount=order.count,
            ClientToken=order.token, KeyName=order.key_name, SubnetId=order.subnet_id,
            SecurityGroupIds=[order.group_id], UserData=order.user_data,
            InstanceInitiatedShutdownBehavior="terminate",
            MetadataOptions={"HttpTokens": "required", "HttpPutResponseHopLimit": 1,
                             "HttpEndpoint": "enabled"},
            BlockDeviceMappings=[_volume(order.image)],
            TagSpecifications=[tags.specification(kind, order.name)
                               for kind in ("instance", "volume")],
            **placement,
        )  # fmt: skip
    return tuple(one["InstanceId"] for one in answer["Instances"])


def describe_instances(ec2: Any, ids: Sequence[str]) -> tuple[Instance, ...]:
    """Those of them that EC2 knows by now: a new one may take seconds to be known everywhere.

    Raises:
        CloudError: EC2 does not answer.
    """
    filters = [{"Name": "instance-id", "Values": list(ids)}]
    with cloud_errors("DescribeInstances"):
        pages = ec2.get_paginator("describe_instances").paginate(Filters=filters)
        found = [one for page in pages for each in page["Reservations"]
                 for one in each["Instances"]]  # fmt: skip
    return tuple(
        Instance(
            id=one["InstanceId"], state=one["State"]["Name"],
            az=one.get("Placement", {}).get("AvailabilityZone", ""),
            private_address=one.get("PrivateIpAddress"),
            public_address=one.get("PublicIpAddress"),
        )
        for one in found
    )  # fmt: skip


def advice(error: CloudError) -> str:
    """What to do about a refusal; empty where nothing is known."""
    if error.code in CAPACITY:
        return "no AZ had room: try later, another Region or another type"
    if error.code in QUOTA:
        return "the account's quota is too small: ask for more under Service Quotas, EC2"
    return ""


def _volume(image: Image) -> dict[str, Any]:
    disk = {"Encrypted": True, "VolumeSize": VOLUME_GB, "VolumeType": "gp3",
            "DeleteOnTermination": True}  # fmt: skip
    return {"DeviceName": image.root_device, "Ebs": disk}
