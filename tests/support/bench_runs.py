"""Runs of a benchmark as their raw files hold them, made by simulated systems."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from support import trials
from support.simulated import Simulated
from voipprobe.bench.evidence.host import HostFacts
from voipprobe.bench.loop import Shown, run_searches
from voipprobe.bench.plan.effective import Search
from voipprobe.bench.plan.read import parse_plan
from voipprobe.bench.plan.sections import Plan
from voipprobe.bench.raw.reader import read_raw
from voipprobe.bench.raw.records import BaselineRecord, MachineRecord
from voipprobe.bench.raw.writer import RawWriter, run_record
from voipprobe.bench.search.records import Request, Tried
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
TYPES = (
    "c7i.large", "c7i.xlarge", "c7i.2xlarge", "c7g.large", "c7g.xlarge", "m7i.large", "m7g.large",
    "m7a.large", "c6in.large", "c7gn.medium", "r7i.large", "m6i.large",
)  # fmt: skip
TWELVE = EC2.replace(
    '[[size]]\ntype = "c7i.large"\n[[size]]\ntype = "c7g.large"\n',
    "".join(f'[[size]]\ntype = "{name}"\n' for name in TYPES),
)
LOCAL = """
name = "small"
[system]
kind = "kamailio-rtpengine"
[[size]]
cpus = 0.5
"""
PRICES = {name: 0.05 + 0.03 * place for place, name in enumerate(TYPES)}
PRICES |= {"c7i.large": 0.08925, "c7g.large": 0.0725}
FACTS = HostFacts(kernel="6.1.0", architecture="x86_64", cpu_model="Xeon", cpus=2)


def ec2_plan(text: str = EC2) -> Plan:
    return parse_plan(text, "plan")


def shown(request: Request, tried: Tried, number: int) -> Shown:
    """Facts that come to the verdict which a simulated system showed."""
    failed = tried.status is Status.FAIL
    facts = trials.measured(
        900 if failed else 1000, 1000, {503: 100} if failed else {},
        generator=trials.generator(limit_reached=tried.status is Status.VOID),
        system=(trials.system(1.95 if failed else 2 * (tried.cpu_ratio or 0.2)),),
    )  # fmt: skip
    at = STARTED_AT + number + request.load / 1e6
    return Shown(at=at, took_s=tried.took_s, measured=facts, most_calls=tried.carried)


class SimulatedLab:
    """Machines that are none: each repeat of a size has a knee 1 % above the one before.

    What a trial shows depends on its number alone, so that a run which was cut short can be
    held against one that was not.
    """

    def __init__(self, knees: Mapping[str, float], **system: Any) -> None:
        self.knees, self.system = knees, system
        self.placed: list[str] = []

    @contextmanager
    def place(self, search: Search) -> Iterator["SimulatedBench"]:
        self.placed.append(search.id)
        yield SimulatedBench(self, search)


class SimulatedBench:
    """One of them. `before`: trials that were made before it was placed."""

    def __init__(self, lab: SimulatedLab, search: Search, before: int = 0) -> None:
        self.lab, self.search, self.number = lab, search, before
        self.machine = machine(search)

    def rest(self, most_s: float) -> float:
        return most_s

    def measure(self, request: Request) -> Shown:
        self.number += 1
        knee = self.lab.knees[self.search.size] * (1.0 + 0.01 * (self.search.repeat - 1))
        seed = 1000 * self.search.repeat + self.number
        system = Simulated(knee=knee, seed=seed, **self.lab.system)
        return shown(request, system.trial(request), self.number)


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
    """The raw file of a whole run."""
    record = run_record("run-1", STARTED_AT, plan or ec2_plan(), ENVIRONMENT)
    with RawWriter.create(path, record) as writer:
        if ceiling is not None:
            writer.append(BaselineRecord(at=STARTED_AT, lower=ceiling, upper=None, end="found"))
        run_searches(read_raw(path), writer, SimulatedLab(knees, **system))
    return path
