"""What of benchmarks is there, found by tag, and its removal, verified.

The order matters: instances first, because a group or a placement group that is in use stays.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from voipprobe.aws.ec2.tags import DEADLINE, OWNER, RUN, ours, values
from voipprobe.aws.session import cloud_errors
from voipprobe.model.errors import CloudError

GONE_STATES: Final = frozenset({"terminated"})
DYING_STATES: Final = frozenset({"terminated", "shutting-down"})
GONE_CODES: Final = (
    "InvalidInstanceID.NotFound", "InvalidKeyPair.NotFound", "InvalidPlacementGroup.Unknown",
    "InvalidGroup.NotFound", "InvalidVolume.NotFound", "InvalidGroupId.Malformed",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One resource.

    Attributes:
        kind: instance, volume, key pair, placement group, security group.
        id: what it is removed by. run, owner, deadline: of its tags; "" if missing.
        is_dying: its removal is under way.
    """

    kind: str
    id: str
    run: str
    owner: str
    deadline: str
    is_dying: bool = False

    @property
    def text(self) -> str:
        """One line for people."""
        return f"{self.kind} {self.id} (run {self.run or '?'} of {self.owner or '?'})"


def find(ec2: Any, run: str | None = None) -> tuple[Thing, ...]:
    """Everything with our tag, or of one run alone, in the order of its removal.

    Raises:
        CloudError: EC2 does not answer.
    """
    filters = ours(run)
    with cloud_errors("looking for what is left"):
        return (
            *_instances(ec2, filters),
            *(_thing("volume", one["VolumeId"], one)
              for one in _all(ec2, "describe_volumes", "Volumes", filters)),
            *(_thing("key pair", one["KeyName"], one)
              for one in ec2.describe_key_pairs(Filters=filters)["KeyPairs"]),
            *(_thing("placement group", one["GroupName"], one)
              for one in ec2.describe_placement_groups(Filters=filters)["PlacementGroups"]
              if one.get("State") != "deleted"),
            *(_thing("security group", one["GroupId"], one)
              for one in _all(ec2, "describe_security_groups", "SecurityGroups", filters)),
        )  # fmt: skip


def remove(ec2: Any, thing: Thing) -> None:
    """Ask for the removal of one thing; that it is gone already is no error.

    Raises:
        CloudError: refused, e.g. because it is in use still.
    """
    ways: Mapping[str, Callable[[], object]] = {
        "instance": lambda: ec2.terminate_instances(InstanceIds=[thing.id]),
        "volume": lambda: ec2.delete_volume(VolumeId=thing.id),
        "key pair": lambda: ec2.delete_key_pair(KeyName=thing.id),
        "placement group": lambda: ec2.delete_placement_group(GroupName=thing.id),
        "security group": lambda: ec2.delete_security_group(GroupId=thing.id),
    }
    try:
        with cloud_errors(f"removing {thing.text}"):
            ways[thing.kind]()
    except CloudError as error:
        if error.code not in GONE_CODES:
            raise


def _instances(ec2: Any, filters: list[dict[str, Any]]) -> Iterator[Thing]:
    for reservation in _all(ec2, "describe_instances", "Reservations", filters):
        for one in reservation["Instances"]:
            state = one["State"]["Name"]
            if state not in GONE_STATES:
                dying = state in DYING_STATES
                yield _thing("instance", one["InstanceId"], one, is_dying=dying)


def _all(ec2: Any, call: str, key: str, filters: list[dict[str, Any]]) -> Iterator[Any]:
    for page in ec2.get_paginator(call).paginate(Filters=filters):
        yield from page[key]


def _thing(kind: str, name: str, told: Mapping[str, Any], *, is_dying: bool = False) -> Thing:
    tags = values(told.get("Tags"))
    return Thing(
        kind=kind, id=name, run=tags.get(RUN, ""), owner=tags.get(OWNER, ""),
        deadline=tags.get(DEADLINE, ""), is_dying=is_dying,
    )  # fmt: skip
