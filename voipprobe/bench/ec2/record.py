"""What is kept of the machines of a search. Pure."""

import time
from collections.abc import Sequence

from voipprobe.bench.ec2.fleet import Fleet
from voipprobe.bench.ec2.preflight import Preflight
from voipprobe.bench.plan.effective import Search, size_of
from voipprobe.bench.plan.sections import Plan
from voipprobe.bench.raw.records import MachineRecord
from voipprobe.bench.remote.member import Member


def machine_record(
    plan: Plan, search: Search, before: Preflight, fleet: Fleet, ready: Sequence[Member]
) -> MachineRecord:
    """The machines of a search; those of the system are None where it is somebody else's."""
    size = size_of(plan, search)
    kind = size.type if size is not None else None
    price = before.prices.get(kind) if kind else None
    own = next((one for one in ready if one.role == "system"), None)
    made = fleet.instances.get("system", ())
    return MachineRecord(
        search=search.id,
        at=time.time(),
        vcpus=None if kind is None else float(before.kinds[kind].vcpus),
        architecture=own.hello.facts.architecture if own else None,
        instance_type=kind,
        instance_id=made[0].id if made else None,
        az=fleet.az,
        placement_group=fleet.placement,
        price_usd_per_hour=price.usd_per_hour if price else None,
        price_source=price.source if price else None,
        hosts={one.name: one.hello.facts for one in ready},
        versions={"voipprobe": ready[0].hello.version, **(own.ready.versions if own else {})},
    )
