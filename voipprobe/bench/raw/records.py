"""The records of a raw file. Each is one line; `record` says which it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from voipprobe.bench.evidence.host import HostFacts
from voipprobe.bench.search.records import Length, Tried
from voipprobe.bench.verdict.facts import Measured
from voipprobe.bench.verdict.judge import TrialVerdict
from voipprobe.model.run import Environment

BENCH_SCHEMA: Final = "voipprobe.bench/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """The first line: what was asked for, and where.

    Attributes:
        started_at: epoch seconds.
        plan: effective, every default written out.
    """

    schema: str = BENCH_SCHEMA
    record: Literal["run"] = "run"
    run: str
    started_at: float
    plan: dict[str, Any]
    environment: Environment


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineRecord:
    """The machines of one search, before its first trial.

    Attributes:
        search: id of the search. at: epoch seconds.
        vcpus: CPUs of the system, or its quota.
        instance_type, instance_id, az, placement_group: on EC2.
        price_usd_per_hour: of the system alone. price_source: where it comes from, with date.
        hosts: by name, generators included.
        versions: of the software of the system, by program.
        configuration: of the same: text by the name of a file, or of a program for its command.
    """

    record: Literal["machine"] = "machine"
    search: str
    at: float
    vcpus: float | None = None
    architecture: str | None = None
    instance_type: str | None = None
    instance_id: str | None = None
    az: str | None = None
    placement_group: str | None = None
    price_usd_per_hour: float | None = None
    price_source: str | None = None
    hosts: Mapping[str, HostFacts] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    configuration: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineRecord:
    """What the generators carry without the system under test (RFC 7502 6.1)."""

    record: Literal["baseline"] = "baseline"
    at: float
    lower: int | None
    upper: int | None
    end: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialRecord:
    """One trial.

    Attributes:
        search: id of the search. number: from 1 within it.
        at: epoch seconds at which it began. took_s: ramp, drain and cooling down included.
        rate_cps: calls per second that were asked for.
        cpu_ratio, carried: see `search.records.Tried`.
    """

    record: Literal["trial"] = "trial"
    search: str
    number: int
    at: float
    took_s: float
    load: int
    length: Length
    why: str
    rate_cps: float
    cpu_ratio: float | None = None
    carried: int | None = None
    measured: Measured
    verdict: TrialVerdict

    @property
    def tried(self) -> Tried:
        """As the search needs it."""
        return Tried(
            load=self.load,
            length=self.length,
            status=self.verdict.status,
            cpu_ratio=self.cpu_ratio,
            carried=self.carried,
            culprit=self.verdict.culprit,
            took_s=self.took_s,
        )


Record = RunRecord | MachineRecord | BaselineRecord | TrialRecord
