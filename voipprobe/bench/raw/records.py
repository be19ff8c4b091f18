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
        schema: of all records of the file. record: which of them this is.
        run: its id, which is the name of its folder. started_at: epoch seconds.
        plan: effective, every default written out; keys and units are those of a plan file.
        environment: of the command.
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
        record: which kind this is. search: id of the search. at: epoch seconds.
        vcpus: CPUs of the system, or its quota. architecture: as uname has it.
        instance_type, instance_id, az, placement_group: on EC2.
        price_usd_per_hour: dollars an hour, of the system alone. price_source: where that
            comes from, with its date.
        hosts: by name, generators included.
        versions: of the software of the system, by program.
        configuration: of the same: text by the name of a file, or of a program for its command.
        kept_awake: CPUs did not sleep between packets (PM QoS), as they would in production.
        datagram_us: CPU time [us] of a UDP datagram over loopback at which a CPU of the quota
            counts as one; None where the quota is plain CPU time, or none.
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
    kept_awake: bool = False
    datagram_us: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineRecord:
    """What the generators carry without the system under test (RFC 7502 6.1).

    Attributes:
        record: which kind this is. at: epoch seconds at which it was taken into this run.
        lower: concurrent calls that were carried at most; None if none were.
        upper: fewest concurrent calls that were not; None if all were.
        end: how its search ended.
    """

    record: Literal["baseline"] = "baseline"
    at: float
    lower: int | None
    upper: int | None
    end: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialRecord:
    """One trial.

    Attributes:
        record: which kind this is. search: id of the search. number: from 1 within it.
        at: epoch seconds at which it began. took_s: seconds, ramp, drain and cooling down included.
        load: concurrent calls that were asked for. rate_cps: calls per second that keep so many up.
        length: of the plateau. why: the search made it, in words.
        cpu_ratio: share (0..1) of its CPU budget that the system used on the plateau; None where
            nobody may look into it.
        carried: concurrent calls that were up at most while the system refused others; None where
            it did not.
        measured: what the trial has shown. verdict: what follows from it.
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
