"""What the figures of a run do not say, and on what ground they stand. Pure."""

import re
from collections.abc import Iterator
from statistics import fmean
from typing import Final

from voipprobe.bench.plan.effective import notes
from voipprobe.bench.plan.sections import Plan
from voipprobe.bench.raw.reader import RawRun
from voipprobe.bench.report.outcomes import Outcome
from voipprobe.bench.search.answer import End
from voipprobe.model.quality import QualityModel

VETH: Final = (
    "These are local figures: system, caller and callee share one host, and veth is no network. "
    "They compare sizes and configurations with each other; what a host on a network carries "
    "they do not say."
)
AWAKE: Final = (
    "The CPUs were kept from sleeping between packets, which makes figures steadier and higher "
    "than where they sleep."
)
FOLLOWED: Final = (
    "The quotas followed the speed of the CPUs, so that a size is worth nearly the same work all "
    "the time: a CPU is one on which a datagram over loopback costs {us:.2f} us."
)
GIVEN: Final = (
    "At the loads that were carried the quotas were {quotas} CPUs of CPU time: load of our own "
    "makes datagrams dearer, too, so that more calls get more of it."
)
NO_BASELINE: Final = (
    "There is no baseline: nobody knows what the generators carry without the system "
    "(voipprobe bench baseline)."
)


def caveats(raw: RawRun, found: tuple[Outcome, ...]) -> tuple[str, ...]:
    """What a reader must know before the figures: each a sentence or two."""
    return (
        *([VETH] if raw.plan.provider == "local" else []),
        *([AWAKE] if any(one.kept_awake for one in raw.machines) else []),
        *_followed(raw, found),
        *_searches(raw, found),
        *([NO_BASELINE] if _lacks_baseline(raw) else []),
        *_spread(raw.plan),
        *(f"Of this plan: {text}." for text in notes(raw.plan)),
        *_mos(raw),
    )  # fmt: skip


def _followed(raw: RawRun, found: tuple[Outcome, ...]) -> Iterator[str]:
    """What a CPU of the quotas is, and how much CPU time each size had of it."""
    if raw.datagram_us is None:
        return
    yield FOLLOWED.format(us=raw.datagram_us)
    by_size = {size.label: _quotas(raw, found, size.label) for size in raw.plan.size}
    told = [f"{fmean(quotas):.2f} ({size})" for size, quotas in by_size.items() if quotas]
    if told:
        yield GIVEN.format(quotas=", ".join(told))


def _quotas(raw: RawRun, found: tuple[Outcome, ...], size: str) -> list[float]:
    """CPU time [CPUs] that a size was given in each trial at the lower bounds of its searches."""
    own = [one for one in found if one.search.size == size]
    bounds = {(one.search.id, one.answer.lower) for one in own if one.answer}
    return [
        host.cores
        for trial in raw.trials
        if (trial.search, trial.load) in bounds
        for host in trial.measured.system
        if host.speed_ratio is not None
    ]


def ground_words(raw: RawRun) -> str:
    """By what and on what a run was measured, in a sentence."""
    environment = raw.run.environment
    tools = [f"{tool} {version}" for tool, version in environment.tools.items() if version]
    by = ", ".join([f"voipprobe {environment.voipprobe}", *tools])
    software = dict.fromkeys(
        f"{name} {_number(text)}" for one in raw.machines for name, text in one.versions.items()
    )
    hosts = dict.fromkeys(
        f"{host.cpus} x {host.cpu_model}, Linux {host.kernel}"
        for one in raw.machines
        for host in one.hosts.values()
    )
    on = "; ".join([*software, *hosts])
    return f"Measured by {by}{' on ' if on else ''}{on}."


def _number(text: str) -> str:
    """The version in what a program says of itself, such as "Version: 10.5.3.5-1+deb12u1"."""
    found = re.search(r"\d+\.\S+", text)
    return found[0] if found else text.strip()


def _lacks_baseline(raw: RawRun) -> bool:
    """The responder alone is what a baseline calls: it is its own."""
    return raw.plan.system.kind != "responder" and not any(one.lower for one in raw.baselines)


def _searches(raw: RawRun, found: tuple[Outcome, ...]) -> Iterator[str]:
    """Those that did not end with a capacity."""
    if raw.torn:
        yield "A crash cut the last record of the raw file off; it is left out."
    open_ = sum(not one.finished for one in found)
    if open_:
        yield f"The run is not finished: {open_} of {len(found)} searches have no answer yet."
    ended = [one.answer for one in found if one.finished and one.answer is not None]
    without = sum(one.end is not End.FOUND for one in ended)
    if without:
        yield (
            f"{without} of {len(ended)} finished searches found no capacity: what they proved is "
            "told, and nothing is drawn for it."
        )


def _spread(plan: Plan) -> Iterator[str]:
    if plan.order.repeats == 1:
        yield "Each size was searched once: that says nothing of the spread between searches."


def _mos(raw: RawRun) -> Iterator[str]:
    """A MOS without its assumptions means nothing."""
    found = [one.measured.quality_model for one in raw.trials]
    said = dict.fromkeys(_assumptions(model) for model in found if model is not None)
    for text in said:
        yield f"MOS: {text}."


def _assumptions(model: QualityModel) -> str:
    return (
        f"{model.name}, {model.codec}, playout buffer {model.buffer_ms:g} ms, "
        f"{model.packetisation_ms:g} ms of voice per packet, delay from {model.delay_source}"
    )
