"""What a run would do, in words, before anything is started. Pure."""

from voipprobe.bench.plan.effective import (
    notes,
    objective,
    search_settings,
    searches,
    size_of,
    trial_times,
    usual_time_s,
)
from voipprobe.bench.plan.sections import Plan
from voipprobe.bench.search.records import Length
from voipprobe.bench.search.rehearsal import usual_trials

Step = tuple[str, str]


def steps(plan: Plan) -> tuple[Step, ...]:
    """Every step with what it does, in their order."""
    found = [("plan", f"{plan.name}: {plan.system.kind} on provider {plan.provider}")]
    found += [("call", _call(plan)), ("objective", _objective(plan)), ("search", _search(plan))]
    for number, one in enumerate(searches(plan), 1):
        size = size_of(plan, one)
        quota = f" with a quota of {size.cpus:g} CPUs" if size and size.cpus else ""
        found.append((f"search {number}", f"{one.id}: {plan.system.kind}{quota}"))
    found += [(f"{length.value} trial", _trial(plan, length)) for length in Length]
    found.append(("time", f"about {usual_time_s(plan) / 60:.0f} minutes for all searches"))
    found += [("note", text) for text in notes(plan)]
    if any(size.cpus for size in plan.size):
        found.append(
            ("note", "quotas follow the speed of the CPUs, where they leave room for that")
        )
    if plan.provider == "local":
        found.append(("note", "veth is no network: figures compare sizes, not hosts"))
        found.append(("note", "the CPUs of this host are kept from sleeping while it runs"))
    return tuple(found)


def _call(plan: Plan) -> str:
    call = plan.call
    what = f"{call.scenario}, {call.codec}, {call.transport}, media {call.media} the system"
    return f"{what if call.media != 'none' else call.scenario}, held for {call.hold_s:g} s"


def _objective(plan: Plan) -> str:
    return " and ".join(threshold.expression for threshold in objective(plan))


def _search(plan: Plan) -> str:
    search = plan.search
    width = f"to {100 * search.precision_ratio:g} % or one call"
    return (
        f"{search.minimum} to {search.maximum} calls, {width}; {search.confirmations} x confirmed"
    )


def _trial(plan: Plan, length: Length) -> str:
    times = trial_times(plan, length)
    parts = (
        f"ramp {times.ramp_s:g} s", f"settle {times.settle_s:g} s",
        f"plateau {times.plateau_s:g} s", f"drain {times.drain_s:g} s",
        f"cool down {times.cooldown_s:g} s",
    )  # fmt: skip
    usual = f"about {usual_trials(search_settings(plan))[length]} a search"
    return f"{', '.join(parts)}: {times.total_s:g} s, {usual}"
