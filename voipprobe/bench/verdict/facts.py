"""What one trial has shown, as the verdict needs it."""

from collections.abc import Mapping
from dataclasses import dataclass

from voipprobe.bench.evidence.delta import Delta
from voipprobe.model.quality import QualityModel


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratorHost:
    """One host that makes load, over the plateau.

    Attributes:
        name: its role. cores: what its processes may use: CPUs, or a quota.
        delta: evidence whose `processes` are those of the generator; None if there is none.
        own_cpus: CPUs that the generator has for itself; empty where the system under test
            runs on the same ones, whose load then says nothing of the generator.
    """

    name: str
    cores: float
    delta: Delta | None
    own_cpus: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Generator:
    """All processes that make load, as one.

    Attributes:
        target_rate_cps, reached_rate_cps: calls per second over the plateau.
        limit_reached: any process stood at its limit of open calls.
        watchdog: overload warnings of all of them.
        due_packets, sent_packets: RTP packets that their calls should have sent, and sent;
            both None for calls without media.
        late_packets: of those sent, too late for a playout buffer already as they left; None
            where no threshold is about times.
        capture_drops: packets that the capture lost; None where it does not say.
        captured: whether there was a capture at all. hosts: all that make load.
    """

    target_rate_cps: float
    reached_rate_cps: float | None
    limit_reached: bool | None
    watchdog: int | None
    due_packets: int | None = None
    sent_packets: int | None = None
    late_packets: int | None = None
    capture_drops: int | None = None
    captured: bool = True
    hosts: tuple[GeneratorHost, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Something of which there is a fixed number: ports, open files.

    Attributes:
        used, available: how many of them.
    """

    used: int
    available: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemHost:
    """One host of the system under test, over the plateau.

    Attributes:
        name: its role. cores: its CPU budget: CPUs, or a quota.
        delta: evidence whose `processes` are those of the system.
        shared: other programs, the generator for one, run on the same CPUs: how busy those are
            then says nothing of the system.
        media_ports, open_files: of the system, where known.
        speed_ratio: of the CPUs, where a quota followed it so as to be worth the same; against
            the reference of the search's machines. None where it did not.
    """

    name: str
    cores: float
    delta: Delta
    shared: bool = False
    media_ports: Pool | None = None
    open_files: Pool | None = None
    speed_ratio: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Calls that went as wanted among those that ended.

    Attributes:
        hits: calls that went as wanted. of: calls that ended.
    """

    hits: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One trial.

    Attributes:
        generator: None when it left no account: then nothing proves that it was well.
        system: hosts of the system; empty where nobody may look into it.
        figures: every metric that a threshold can be set on with its value, in the unit of its
            name; ratios are 0..1.
        counts: the counts behind those figures that are ratios of calls.
        refused: calls that did not go as wanted, by the SIP status that ended them.
        unanswered: those without a final answer.
        missing: what should have been measured and was not, in words.
        causes: why calls failed, in words.
        quality_model: what every MOS presumes; None without a MOS, or where streams differ.
    """

    generator: Generator | None
    system: tuple[SystemHost, ...] = ()
    figures: Mapping[str, float | None]
    counts: Mapping[str, Count]
    refused: Mapping[int, int]
    unanswered: int = 0
    missing: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    quality_model: QualityModel | None = None
