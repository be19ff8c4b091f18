"""Runs of a benchmark as their raw files hold them, made by simulated systems."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from support import trials
from support.simulated import Simulated
from voipprobe.bench.evidence.host import HostFacts
from voipprobe.bench.plan.effective import (
    Search,
    objective,
    rate_cps,
    search_settings,
    searches,
)
from voipprobe.bench.plan.read import parse_plan
from voipprobe.bench.plan.sections import Plan
from voipprobe.bench.raw.records import BaselineRecord, MachineRecord, TrialRecord
from voipprobe.bench.raw.writer import RawWriter, run_record
from voipprobe.bench.search.drive import search
from voipprobe.bench.search.records import Request, Tried
from voipprobe.bench.verdict.judge import judge_trial
from voipprobe.model.run import Environment
from voipprobe.model.verdict import Status

STARTED_AT = 1_790_000_000.0
ENVIRONMENT = Environment(
    hostname="h", platform="Linux", python="3.11", voipprobe="0.1.0", cpus=2, tools={"sipp": "3.7"}
)
EC2 = """
name = "relay"
provider = "ec2"
[system]
kind = "kamailio-rtpengine"
[[size]]
type = "c7i.large"
[[size]]
type = "c7g.large"
[call]
hold_s = 20.0
[generators]
type = "c7i.2xlarge"
[order]
repeats = 3
[budget]
dollars = 5.0
"""
PRICES = {"c7i.large": 0.08925, "c7g.large": 0.0725}
FACTS = HostFacts(kernel="6.1.0", architecture="x86_64", cpu_model="Xeon", cpus=2)


def ec2_plan(text: str = EC2) -> Plan:
    return parse_plan(text, "plan")


def trial_record(
    one: Search, number: int, plan: Plan, request: Request, shown: Tried
) -> TrialRecord:
    """A whole record that comes to the verdict which the simulated system showed."""
    failed = shown.status is Status.FAIL
    healthy = trials.generator(limit_reached=shown.status is Status.VOID)
    full = trials.system(1.95 if failed else 2 * (shown.cpu_ratio or 0.2), budget=2.0)
    facts = trials.measured(
        900 if failed else 1000, 1000, {503: 100} if failed else {}, generator=healthy,
        system=(full,),
    )  # fmt: skip
    return TrialRecord(
        search=one.id, number=number, at=STARTED_AT + number, took_s=shown.took_s,
        load=request.load, length=request.length, why=request.why,
        rate_cps=rate_cps(plan, request.load), cpu_ratio=shown.cpu_ratio, measured=facts,
        verdict=judge_trial(facts, objective(plan)),
    )  # fmt: skip


def write_search(writer: RawWriter, plan: Plan, one: Search, system: Simulated) -> None:
    """One search to its end, every trial written before the next."""
    number = 0

    def trial(request: Request) -> Tried:
        nonlocal number
        number += 1
        record = trial_record(one, number, plan, request, system.trial(request))
        writer.append(record)
        return record.tried

    search(trial, search_settings(plan))


def machine(one: Search, **changes: Any) -> MachineRecord:
    return MachineRecord(
        search=one.id, at=STARTED_AT, vcpus=2.0, architecture="x86_64", instance_type=one.size,
        instance_id=f"i-{one.id}", az="us-east-1a", price_usd_per_hour=PRICES.get(one.size),
        price_source="table of 2026-01-01", hosts={"sbc": FACTS}, versions={"rtpengine": "12.5"},
        **changes,
    )  # fmt: skip


def write_run(
    path: Path, knees: Mapping[str, float], *, plan: Plan | None = None,
    ceiling: int | None = 10_000, **system: Any,
) -> Path:  # fmt: skip
    """A raw file of a whole run; each repeat of a size has a knee 1 % above the one before."""
    plan = plan or ec2_plan()
    with RawWriter.create(path, run_record("run-1", STARTED_AT, plan, ENVIRONMENT)) as writer:
        if ceiling is not None:
            writer.append(BaselineRecord(at=STARTED_AT, lower=ceiling, upper=None, end="found"))
        for one in searches(plan):
            writer.append(machine(one))
            knee = knees[one.size] * (1.0 + 0.01 * (one.repeat - 1))
            write_search(writer, plan, one, Simulated(knee=knee, seed=one.repeat, **system))
    return path
