"""Every trial of a run in one line each: what was tried, what came out, what was known after it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from voipprobe.bench.culprit import Culprit
from voipprobe.bench.plan.effective import objective, search_settings
from voipprobe.bench.raw.reader import RawRun
from voipprobe.bench.raw.records import TrialRecord
from voipprobe.bench.search.records import Length, Settings
from voipprobe.bench.search.standing import picture
from voipprobe.bench.verdict.facts import Generator
from voipprobe.bench.verdict.limits import Signal
from voipprobe.bench.verdict.samples import Ratio
from voipprobe.model.verdict import Expectation, Status

ALWAYS_SHOWN: Final = ("success_ratio", "mos.p5")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One trial of a search.

    Attributes:
        search: id of the search: size, "-" and repeat. number: from 1 within the search.
        at: epoch seconds at which it began. took_s: seconds, ramp, drain and cooling down included.
        load: concurrent calls that were asked for. rate_cps: calls per second that keep so many up.
        length: of the plateau. why: the search made it.
        status: its verdict. culprit: whose fault it is that it is void; None otherwise.
        reasons: in words; never empty for fail and void.
        causes: why calls failed or were left out, in words; of passed trials, too.
        notes: what so few calls do not prove, in words.
        signals: what stood at its limit in the system, the likeliest first.
        expectations: each threshold of the objective with the value found, in the metric's unit.
        ratios: ratios of calls with their intervals.
        figures: metrics of the objective and a few more, each in the unit of its name.
        cpu_ratio: share (0..1) of its CPU budget that the system used; None if unknown.
        generator_cpu_ratio: the same of the fullest host of the generator.
        speed_ratio: of the system's CPUs, which its quota made up for, against the reference of
            its machines; None where no quota followed it.
        lower, upper: highest load that had passed and lowest that had failed once it was over, in
            concurrent calls; None if there was none yet.
    """

    search: str
    number: int
    at: float
    took_s: float
    load: int
    rate_cps: float
    length: Length
    why: str
    status: Status
    culprit: Culprit | None
    reasons: tuple[str, ...]
    causes: tuple[str, ...]
    notes: tuple[str, ...]
    signals: tuple[Signal, ...]
    expectations: tuple[Expectation, ...]
    ratios: tuple[Ratio, ...]
    figures: dict[str, float | None]
    cpu_ratio: float | None
    generator_cpu_ratio: float | None
    speed_ratio: float | None
    lower: int | None
    upper: int | None


def shown_metrics(raw: RawRun) -> tuple[str, ...]:
    """The metrics whose figures are told of each trial: those of the objective first."""
    known = {name for one in raw.trials for name, value in one.measured.figures.items()
             if value is not None}  # fmt: skip
    wanted = [*(threshold.metric for threshold in objective(raw.plan)), *ALWAYS_SHOWN]
    return tuple(name for name in dict.fromkeys(wanted) if name in known)


def trials(raw: RawRun) -> tuple[Trial, ...]:
    """Every trial, in the order in which they ran."""
    settings, metrics = search_settings(raw.plan), shown_metrics(raw)
    before: dict[str, list[TrialRecord]] = {}
    found = []
    for record in raw.trials:
        so_far = before.setdefault(record.search, [])
        so_far.append(record)
        found.append(_trial(record, metrics, *_bracket(so_far, settings)))
    return tuple(found)


def _trial(
    record: TrialRecord, metrics: Sequence[str], lower: int | None, upper: int | None
) -> Trial:
    verdict, measured = record.verdict, record.measured
    return Trial(
        search=record.search,
        number=record.number,
        at=record.at,
        took_s=record.took_s,
        load=record.load,
        rate_cps=record.rate_cps,
        length=record.length,
        why=record.why,
        status=verdict.status,
        culprit=verdict.culprit,
        reasons=verdict.reasons,
        causes=measured.causes,
        notes=verdict.notes,
        signals=verdict.signals,
        expectations=verdict.expectations,
        ratios=verdict.ratios,
        figures=_figures(measured.figures, metrics),
        cpu_ratio=record.cpu_ratio,
        generator_cpu_ratio=max(_generator_cpu(measured.generator), default=None),
        speed_ratio=next((one.speed_ratio for one in measured.system if one.speed_ratio), None),
        lower=lower,
        upper=upper,
    )


def _figures(
    figures: Mapping[str, float | None], metrics: Sequence[str]
) -> dict[str, float | None]:
    return {name: figures.get(name) for name in metrics}


def _generator_cpu(generator: Generator | None) -> Iterator[float]:
    for host in generator.hosts if generator else ():
        cores = host.delta.process_cores if host.delta else None
        if cores is not None:
            yield cores / host.cores


def _bracket(records: Sequence[TrialRecord], settings: Settings) -> tuple[int | None, int | None]:
    found = picture([one.tried for one in records], settings)
    return found.lower, found.upper
