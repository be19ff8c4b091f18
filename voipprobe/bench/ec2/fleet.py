"""Makes the instances of one search, all in one AZ, or in the next one if that has no room."""

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from voipprobe.aws.ec2.instances import (
    CAPACITY,
    VOLUME_GB,
    Instance,
    Order,
    advice,
    describe_instances,
    run_instances,
)
from voipprobe.aws.ec2.known import once_known
from voipprobe.aws.ec2.network import Subnet, make_group, make_placement, open_group
from voipprobe.aws.ec2.prices import extras_usd_per_hour
from voipprobe.aws.ec2.tags import Tags
from voipprobe.bench.ec2.journal import Journal
from voipprobe.bench.ec2.preflight import Preflight
from voipprobe.bench.ec2.roles import Role
from voipprobe.model.errors import CloudError, ToolError

RUNNING_WITHIN_S: Final = 300.0
FIRST_PAUSE_S: Final = 0.2
LONGEST_PAUSE_S: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a search wants.

    Attributes:
        name: what all its things are called. key_name: of a key that EC2 knows.
        ssh_from: see `network.open_group`.
        user_data: of each role, by its name.
    """

    name: str
    roles: tuple[Role, ...]
    places: tuple[Subnet, ...]
    key_name: str
    ssh_from: str | None
    user_data: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """Instances that run. `placement`: name of their group; None for none."""

    az: str
    placement: str | None
    instances: dict[str, tuple[Instance, ...]]
    """By role."""

    @property
    def every(self) -> tuple[Instance, ...]:
        """All of them."""
        return tuple(one for group in self.instances.values() for one in group)


class Maker:
    """Makes fleets of one run."""

    def __init__(
        self, before: Preflight, journal: Journal, tags: Tags, clear: Callable[[], None],
        say: Callable[[str], None],
    ) -> None:  # fmt: skip
        """Prepare.

        Args:
            before: what is known.
            journal: is written to before each creation.
            tags: on everything.
            clear: takes everything of the run away, before another AZ is tried.
            say: is told what happens.
        """
        self._ec2, self._before = before.ec2, before
        self._journal, self._tags, self._clear, self._say = journal, tags, clear, say

    def make(self, request: Request) -> Fleet:
        """All instances of a search, running.

        Raises:
            CloudError: quota or capacity does not allow it; the message says which.
            ToolError: an instance did not come up.
        """
        for place, is_last in _with_last(request.places):
            self._say(f"making {_sum(request.roles)} in {place.az}")
            try:
                return self._in(place, request)
            except CloudError as error:
                if error.code not in CAPACITY or is_last:
                    hint = advice(error)
                    text = f"{error}{f': {hint}' if hint else ''}"
                    raise CloudError(text, retryable=error.retryable, code=error.code) from error
                self._say(f"{place.az} has no room ({error.code}): trying the next one")
                self._clear()
        raise ToolError("there is no AZ to make instances in")

    def _in(self, place: Subnet, request: Request) -> Fleet:
        group = self._group(place, request)
        placement = self._placement(place, request)
        ids = {
            role.name: self._instances(role, place, group, placement, request)
            for role in request.roles
        }
        return Fleet(az=place.az, placement=placement, instances=self._running(ids))

    def _group(self, place: Subnet, request: Request) -> str:
        self._journal.write("making", kind="security group", name=request.name)
        group = make_group(self._ec2, request.name, place.vpc_id, self._tags)
        once_known(lambda: open_group(self._ec2, group, request.ssh_from))
        return group

    def _placement(self, place: Subnet, request: Request) -> str | None:
        if not all(self._before.kinds[role.kind].can_cluster for role in request.roles):
            return None
        name = f"{request.name} {place.az}"
        self._journal.write("making", kind="placement group", name=name)
        make_placement(self._ec2, name, self._tags)
        return name

    def _instances(
        self, role: Role, place: Subnet, group: str, placement: str | None, request: Request
    ) -> tuple[str, ...]:
        token = secrets.token_hex(16)
        each = self._before.prices[role.kind].usd_per_hour + extras_usd_per_hour(VOLUME_GB)
        self._journal.write(
            "making", kind="instance", name=role.name, type=role.kind, count=role.count,
            az=place.az, token=token, usd_per_hour=role.count * each,
        )  # fmt: skip
        order = Order(
            kind=role.kind, count=role.count, name=f"{request.name} {role.name}", token=token,
            image=self._before.image(role.kind), subnet_id=place.id, group_id=group,
            key_name=request.key_name, placement=placement,
            user_data=request.user_data[role.name],
        )  # fmt: skip
        try:
            ids = once_known(lambda: run_instances(self._ec2, order, self._tags))
        except CloudError as error:
            if not error.maybe_done:
                self._journal.write("refused", kind="instance", name=role.name, code=error.code)
            raise
        self._journal.write("made", kind="instance", name=role.name, ids=ids)
        return ids

    def _running(self, ids: dict[str, tuple[str, ...]]) -> dict[str, tuple[Instance, ...]]:
        """All of them, once they run.

        Raises:
            ToolError: one ended instead, or takes too long.
        """
        wanted = [one for group in ids.values() for one in group]
        deadline, pause_s = time.monotonic() + RUNNING_WITHIN_S, FIRST_PAUSE_S
        while True:
            found = {one.id: one for one in describe_instances(self._ec2, wanted)}
            ended = [one.id for one in found.values() if one.state not in ("pending", "running")]
            if ended:
                raise ToolError(f"instance {ended[0]} ended by itself: see its state in EC2")
            running = [one for one in found.values() if one.state == "running"]
            if len(running) == len(wanted):
                return {name: tuple(found[one] for one in group) for name, group in ids.items()}
            if time.monotonic() > deadline:
                raise ToolError(f"no instance of {wanted} runs after {RUNNING_WITHIN_S:.0f} s")
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


def _with_last(places: Sequence[Subnet]) -> list[tuple[Subnet, bool]]:
    return [(one, index == len(places) - 1) for index, one in enumerate(places)]


def _sum(parts: Sequence[Role]) -> str:
    return ", ".join(f"{role.count} x {role.kind} ({role.name})" for role in parts)
