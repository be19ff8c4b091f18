"""What a fleet file means for one agent: what would run when, and how often. Pure."""

from dataclasses import dataclass

from voipprobe.agent.config.plan import Calls, Work
from voipprobe.agent.schedule import first_due_in_s

DAY_S = 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One piece of work, looked at ahead.

    Attributes:
        next_at: epoch seconds of its next round.
        calls_a_day: 0 for iperf3.
        length_s: of one round at least.
    """

    name: str
    destination: str
    scenario: str
    interval_s: float
    next_at: float
    rounds_a_day: float
    calls_a_day: float
    length_s: float


def planned(agent: str, works: tuple[Work, ...], now: float) -> tuple[Planned, ...]:
    """Every piece of work of an agent, as it stands at a wall clock time."""
    return tuple(_planned(agent, work, now) for work in works)


def busiest(found: tuple[Planned, ...]) -> float:
    """How many rounds are under way at once on average, by Little's law."""
    return sum(one.length_s / one.interval_s for one in found)


def _planned(agent: str, work: Work, now: float) -> Planned:
    rounds = DAY_S / work.interval_s
    what = work.what
    if isinstance(what, Calls):
        calls, length_s = what.load.calls, what.load.placing_s + what.load.hold_s
    else:
        runs = 2 * len(what.section.protocols)
        calls, length_s = 0, float(runs * what.section.duration_s)
    return Planned(
        name=work.name,
        destination=work.path.destination,
        scenario=work.path.scenario,
        interval_s=work.interval_s,
        next_at=now + first_due_in_s(agent, work.name, work.interval_s, now),
        rounds_a_day=rounds,
        calls_a_day=rounds * calls,
        length_s=length_s,
    )
