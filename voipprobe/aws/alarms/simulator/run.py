"""Alarms over measurements, minute by minute: when each would have changed its state.

Knows when CloudWatch evaluates: every minute, over periods that end at that minute (a sliding
window). Takes every measurement as there at the time that it bears; a real alarm comes later by
the time that a round takes, and by CloudWatch's own delay.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from voipprobe.aws.alarms.alarm import Alarm
from voipprobe.aws.alarms.simulator.history import History
from voipprobe.aws.alarms.simulator.rules import Rule, read_rule
from voipprobe.aws.alarms.simulator.states import Missing, State, evaluation_range, next_state
from voipprobe.aws.alarms.simulator.watch import Watch, make_watch, not_simulated
from voipprobe.model.errors import ConfigError
from voipprobe.model.measurement import Measurement

MINUTE_S: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """An alarm changed its state.

    Attributes:
        at: epoch seconds of the evaluation.
        reason: the datapoints with the threshold, or the rule's alarms, in words.
    """

    at: float
    alarm: str
    before: State
    after: State
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """What the alarms would have done.

    Attributes:
        transitions: in order of time. states: every alarm's at the end.
        not_simulated: alarms that could not be, with the reason; they stay where they begin.
        start, end: the first and last evaluation; None where nothing was measured.
    """

    transitions: tuple[Transition, ...]
    states: Mapping[str, State]
    not_simulated: Mapping[str, str]
    start: float | None
    end: float | None


def simulate(
    alarms: Iterable[Alarm], measurements: Iterable[Measurement], *, end: float | None = None
) -> Simulation:
    """What these alarms, new and without state at first, would have done.

    Args:
        alarms: of one Region.
        measurements: of any agents, in any order.
        end: until when to evaluate; the last measurement's minute if None.

    Raises:
        ConfigError: an alarm has what the simulator does not know, or watches one that is not
            there.
    """
    run = _Run(list(alarms), History(measurements))
    span = run.history.span
    if span is None:
        return run.result(None, None)
    start = (int(span[0]) // MINUTE_S + 1) * MINUTE_S
    last = max(start, ceil((span[1] + 1e-3 if end is None else end) / MINUTE_S) * MINUTE_S)
    for now in range(start, last + 1, MINUTE_S):
        run.minute(now, start - MINUTE_S)
    return run.result(start, last)


class _Run:
    """The states of all alarms as time goes by."""

    def __init__(self, alarms: Sequence[Alarm], history: History) -> None:
        self.history = history
        self.states = {alarm.name: State.INSUFFICIENT_DATA for alarm in alarms}
        self.transitions: list[Transition] = []
        self.skipped = {
            alarm.name: reason for alarm in alarms if (reason := not_simulated(alarm)) is not None
        }
        self.watches = [
            make_watch(alarm)
            for alarm in alarms
            if not alarm.is_composite and alarm.name not in self.skipped
        ]
        self.rules = _rules(alarms)
        self.values: dict[str, dict[float, float | None]] = {w.name: {} for w in self.watches}

    def result(self, start: float | None, end: float | None) -> Simulation:
        return Simulation(
            transitions=tuple(self.transitions),
            states=dict(self.states),
            not_simulated=dict(self.skipped),
            start=start,
            end=end,
        )

    def minute(self, now: float, known_from: float) -> None:
        """Evaluate all: composites last, again until those that watch composites stand."""
        for watch in self.watches:
            self._evaluate(watch, now, known_from)
        for _ in self.rules:
            changed = [self._apply(name, rule, now) for name, rule in self.rules.items()]
            if not any(changed):
                break

    def _evaluate(self, watch: Watch, now: float, known_from: float) -> None:
        values = self._range(watch, now)
        # before the first measurement is unknown, not missing: nobody was silent then
        unknown = now - watch.periods * watch.period_s < known_from
        if unknown and watch.missing is Missing.BREACHING:
            return
        after = next_state(
            [watch.breaches(value) for value in values],
            needed=watch.needed,
            periods=watch.periods,
            missing=watch.missing,
            current=self.states[watch.name],
        )
        self._change(watch.name, after, now, _reason(watch, values))

    def _range(self, watch: Watch, now: float) -> list[float | None]:
        """The datapoints of the evaluation range, oldest first; each is computed once."""
        values = self.values[watch.name]
        values[now] = watch.datapoint(self.history, now)
        length = evaluation_range(watch.periods)
        values.pop(now - length * watch.period_s, None)
        ends = (now - back * watch.period_s for back in reversed(range(length)))
        return [values.get(end) for end in ends]

    def _apply(self, name: str, rule: Rule, now: float) -> bool:
        after = State.ALARM if rule.holds(self.states) else State.OK
        loud = [alarm for alarm in rule.alarms if self.states[alarm] is State.ALARM]
        return self._change(name, after, now, f"in ALARM: {', '.join(loud) or 'none'}")

    def _change(self, name: str, after: State, now: float, reason: str) -> bool:
        before = self.states[name]
        if before is after:
            return False
        self.states[name] = after
        self.transitions.append(
            Transition(at=now, alarm=name, before=before, after=after, reason=reason)
        )
        return True


def _rules(alarms: Sequence[Alarm]) -> dict[str, Rule]:
    names = {alarm.name for alarm in alarms}
    rules = {a.name: read_rule(a.request["AlarmRule"]) for a in alarms if a.is_composite}
    for name, rule in rules.items():
        if absent := [alarm for alarm in rule.alarms if alarm not in names]:
            raise ConfigError(f"alarm {name} watches alarms that are not there: {absent}")
    return rules


def _reason(watch: Watch, values: Sequence[float | None]) -> str:
    """The real datapoints that counted, newest last, and how many of them breach."""
    real = [value for value in values if value is not None][-watch.periods :]
    told = [", ".join(f"{value:g}" for value in real) or "no datapoint"]
    breaching = sum(bool(watch.breaches(value)) for value in real)
    told.append(f"({breaching} {watch.sign} {watch.threshold:g}")
    if None in values[-watch.periods :]:
        told.append(f"and missing ones count as {watch.missing.value}")
    return f"{' '.join(told)}; ALARM takes {watch.needed} of {watch.periods})"
