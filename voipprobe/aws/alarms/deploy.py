"""A fleet's alarms in all its Regions: what has to be done, what was, what would have been."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from voipprobe.aws.alarms.alarm import Alarm
from voipprobe.aws.alarms.apply import RATE_PER_S, TAGS_RATE_PER_S, apply_plan
from voipprobe.aws.alarms.existing import read_existing
from voipprobe.aws.alarms.fleet import AlarmFleet
from voipprobe.aws.alarms.plan import AlarmPlan, make_plan
from voipprobe.aws.alarms.simulator.run import Simulation, simulate
from voipprobe.aws.planning.bucket import TokenBucket
from voipprobe.aws.planning.steps import Step
from voipprobe.aws.regions import require_region
from voipprobe.aws.session import client
from voipprobe.model.measurement import Measurement

SERVICE = "cloudwatch"
Connect = Callable[[str], Any]
"""From a Region to a client of CloudWatch there."""


def connect(region: str) -> Any:
    """A new client; to make one takes a quarter of a second.

    Raises:
        ConfigError: there is no such Region.
    """
    require_region(region, SERVICE)
    return client(SERVICE, region=region)


def make_plans(
    fleet: AlarmFleet, desired: Iterable[Alarm], connect: Connect = connect
) -> tuple[AlarmPlan, ...]:
    """What has to be done in each of the fleet's Regions. Reads, changes nothing.

    Args:
        fleet: whose alarms they are.
        desired: those that should be; none to take all of them away.
        connect: where clients come from.

    Raises:
        ConfigError: a Region does not exist.
        CloudError: AWS refused or did not answer.
    """
    wanted = tuple(desired)
    clients = [connect(region) for region in fleet.regions]  # all, before any is asked
    return tuple(
        _plan(fleet, wanted, region, client)
        for region, client in zip(fleet.regions, clients, strict=True)
    )


def _plan(fleet: AlarmFleet, desired: Iterable[Alarm], region: str, client: Any) -> AlarmPlan:
    bucket = TokenBucket(TAGS_RATE_PER_S, burst=10)
    existing = read_existing(client, fleet.prefix, bucket.take)
    here = (alarm for alarm in desired if alarm.region == region)
    return make_plan(region, fleet.prefix, here, existing)


def apply_plans(
    plans: Iterable[AlarmPlan], on_done: Callable[[Step], None], connect: Connect = connect
) -> None:
    """Do what the plans say, at AWS's pace.

    Args:
        plans: of a fleet.
        on_done: called after each request.
        connect: where clients come from.

    Raises:
        ConfigError: one of them is refused; nothing was done in any Region.
        CloudError: refused or not answered; it says what was done before in that Region.
    """
    todo = tuple(plans)
    for plan in todo:
        plan.require_allowed()
    for plan in todo:
        bucket = TokenBucket(RATE_PER_S, burst=3)
        apply_plan(connect(plan.region), plan, wait=bucket.take, on_done=on_done)


def simulate_fleet(
    fleet: AlarmFleet,
    desired: Iterable[Alarm],
    measurements: Iterable[Measurement],
    *,
    end: float | None = None,
) -> Mapping[str, Simulation]:
    """What a fleet's alarms would have done over these measurements, by Region.

    Args:
        fleet: whose alarms they are.
        desired: its alarms.
        measurements: of all its agents, in any order.
        end: until when to evaluate, epoch seconds; the last measurement if None.

    Raises:
        ConfigError: an alarm has what the simulator does not know.
    """
    measured, wanted = tuple(measurements), tuple(desired)
    return {
        region: simulate([one for one in wanted if one.region == region], measured, end=end)
        for region in fleet.regions
    }
