"""When alarms change their states: minutes worked out by hand from AWS's rules."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.alarm_fleet import SHIPPED, mesh
from support.healthy import MINUTE, T0, dimensions, healthy

from voipprobe.aws.alarms.alarm import Alarm
from voipprobe.aws.alarms.render import render
from voipprobe.aws.alarms.simulator.run import Simulation, simulate
from voipprobe.aws.alarms.simulator.states import Missing, State, next_state
from voipprobe.model.errors import ConfigError
from voipprobe.model.measurement import Measurement

FLEET = mesh()
ALARMS = render(SHIPPED, FLEET)
Row = tuple[int, str, str, str]


def rows(simulation: Simulation) -> list[Row]:
    """(minute, alarm, before, after); first states aside."""
    return [
        (round((one.at - T0) / MINUTE), one.alarm, one.before.value, one.after.value)
        for one in simulation.transitions
        if one.before is not State.INSUFFICIENT_DATA
    ]


def test_a_healthy_fleet_has_no_alarm() -> None:
    """Every alarm that can be simulated and has data is OK; none ever was not."""
    simulation = simulate(ALARMS, healthy(FLEET, range(60)))
    assert rows(simulation) == []
    waiting = {n for n, s in simulation.states.items() if s is State.INSUFFICIENT_DATA}
    assert waiting == simulation.not_simulated.keys()
    assert all("round-trip-above-baseline" in name for name in waiting)
    assert (simulation.start, simulation.end) == (T0 + 60, T0 + 3600)


def test_a_lossy_path_has_its_alarms_and_no_other() -> None:
    """10 % loss in the minutes 60 to 89; 2 of 3 periods of 5 minutes, sliding.

    Warning, above 1 %: one bad minute of five is 2 %. The newest period is bad from 61 on, the
    one before from 66 on: ALARM. Minute 89 leaves the newest period at 95 and the one before at
    100: OK. Critical, above 3 %: two bad minutes of five, each a minute later and earlier.
    """

    def loss(one: Measurement, minute: int) -> Measurement:
        bad = one.metric == "PacketsLost" and one.dimensions == dimensions(FLEET.paths[0])
        return replace(one, samples=((500.0, 1),)) if bad and 60 <= minute < 90 else one

    path = FLEET.paths[0]
    ending = f"{path.source}/{path.destination}/call"
    assert rows(simulate(ALARMS, healthy(FLEET, range(150), loss))) == [
        (66, f"vp/loss-high/warning/{ending}", "OK", "ALARM"),
        (67, f"vp/loss-high/critical/{ending}", "OK", "ALARM"),
        (99, f"vp/loss-high/critical/{ending}", "ALARM", "OK"),
        (100, f"vp/loss-high/warning/{ending}", "ALARM", "OK"),
    ]


def test_a_silent_agent_is_told_of_in_the_fourth_minute() -> None:
    """Minutes 30 to 39 without a heartbeat: at 34 two of three are filled in, as breaching.

    Back at 40: at 41 the range has one real datapoint, so two are filled in; at 42 one; OK.
    """

    def silent(one: Measurement, minute: int) -> Measurement | None:
        lost = one.metric == "Heartbeat" and one.dimensions == (("Source", "iad"),)
        return None if lost and 30 <= minute < 40 else one

    assert rows(simulate(ALARMS, healthy(FLEET, range(60), silent))) == [
        (34, "vp/agent-silent/critical/iad", "OK", "ALARM"),
        (42, "vp/agent-silent/critical/iad", "ALARM", "OK"),
    ]


def test_a_dead_agent_leaves_its_paths_as_they_are() -> None:
    """Nothing is measured any more: only its silence is told of."""

    def dead(one: Measurement, minute: int) -> Measurement | None:
        return None if one.dimensions[0] == ("Source", "iad") and minute >= 30 else one

    found = rows(simulate(ALARMS, healthy(FLEET, range(120), dead)))
    assert found == [(34, "vp/agent-silent/critical/iad", "OK", "ALARM")]


def test_a_region_is_unhealthy_when_two_paths_into_it_are() -> None:
    """Calls to pdx fail from two sources, from one of them ten minutes later."""

    def failing(one: Measurement, minute: int) -> Measurement:
        named = dict(one.dimensions)
        since = {"iad": 30, "cmh": 40}.get(named["Source"])
        into = named.get("Destination") == "pdx" and one.metric == "CallSuccesses"
        return replace(one, samples=((0.0, 1),)) if into and since and minute >= since else one

    found = rows(simulate(ALARMS, healthy(FLEET, range(60), failing)))
    alarmed = {name: minute for minute, name, _, after in found if after == "ALARM"}
    first = alarmed["vp/success-ratio-low/critical/iad/pdx/call"]
    second = alarmed["vp/success-ratio-low/critical/cmh/pdx/call"]
    assert (first, second) == (36, 46)
    assert alarmed.pop("vp/region-unhealthy/us-west-2") == second
    assert all("success-ratio-low" in name for name in alarmed)
    reason = [t.reason for t in simulate(ALARMS, healthy(FLEET, range(60), failing)).transitions
              if t.alarm == "vp/region-unhealthy/us-west-2" and t.after is State.ALARM]  # fmt: skip
    assert "cmh/pdx" in reason[0]


def test_the_reason_shows_the_datapoints_and_the_rule() -> None:
    """As a person would check it: at 38 the newest 15 minutes are 0, 3 and 5 bad minutes."""

    def worse(one: Measurement, minute: int) -> Measurement:
        bad = one.metric == "CallSuccesses" and minute >= 30
        return replace(one, samples=((9.5, 1),)) if bad else one

    simulation = simulate(ALARMS, healthy(FLEET, range(60), worse))
    (one, *_) = [t for t in simulation.transitions if t.after is State.ALARM]
    assert one.reason == "100, 97, 95 (2 < 98; ALARM takes 2 of 3)"


def test_what_was_before_the_first_measurement_is_unknown_not_silence() -> None:
    """An alarm for which a gap is bad waits until its periods lie in known time."""
    simulation = simulate(ALARMS, healthy(FLEET, range(2)))
    silent = "vp/agent-silent/critical/iad"
    assert simulation.states[silent] is State.INSUFFICIENT_DATA
    assert simulate(ALARMS, healthy(FLEET, range(3))).states[silent] is State.OK


def test_it_goes_on_after_the_last_measurement_if_asked_to() -> None:
    """Without it, the end of a series is not the death of its agents."""
    alarms = [one for one in ALARMS if one.name == "vp/agent-silent/critical/iad"]
    assert rows(simulate(alarms, healthy(FLEET, range(10)))) == []
    later = simulate(alarms, healthy(FLEET, range(10)), end=T0 + 20 * MINUTE)
    assert rows(later) == [(14, "vp/agent-silent/critical/iad", "OK", "ALARM")]
    assert later.end == T0 + 20 * MINUTE


def test_the_order_of_measurements_does_not_matter() -> None:
    """A spool is published late, and histories of agents come one after the other."""
    measured = list(healthy(FLEET, range(30)))
    assert simulate(ALARMS, reversed(measured)) == simulate(ALARMS, measured)


@given(
    st.lists(st.sampled_from("0X-"), min_size=1, max_size=30),
    st.sampled_from(list(Missing)),
    st.integers(1, 3),
    st.integers(1, 3),
)
def test_it_is_aws_s_rule_over_sliding_windows(
    marks: list[str], missing: Missing, needed: int, minutes: int
) -> None:
    """Against the rule itself, over periods cut out of the series one by one."""
    values = [{"0": 0.0, "X": 1.0, "-": None}[mark] for mark in marks]
    request = {
        "AlarmName": "a", "Namespace": "n", "MetricName": "ConfigRefused", "Dimensions": [],
        "Statistic": "Maximum", "Period": 60 * minutes, "EvaluationPeriods": 3, "Threshold": 0.0,
        "DatapointsToAlarm": needed, "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": missing.value,
    }  # fmt: skip
    measured = [
        Measurement(metric="ConfigRefused", dimensions=(), at=60.0 * n, samples=((value, 1),))
        for n, value in enumerate(values)
        if value is not None
    ]
    simulation = simulate([Alarm(region="r", request=request)], measured, end=60 * len(marks))
    state, found = State.INSUFFICIENT_DATA, []
    first = next((n for n, value in enumerate(values) if value is not None), len(values))
    for now in range(first + 1, len(values) + 1):
        if missing is Missing.BREACHING and now - 3 * minutes < first:
            continue
        ends = [now - back * minutes for back in (4, 3, 2, 1, 0)]
        periods = [[v for v in values[max(0, end - minutes) : max(0, end)] if v is not None]
                   for end in ends]  # fmt: skip
        breaching = [max(period) > 0 if period else None for period in periods]
        after = next_state(breaching, needed=needed, periods=3, missing=missing, current=state)
        if after is not state:
            found.append((60 * now, after))
        state = after
    assert [(one.at, one.after) for one in simulation.transitions] == found


def test_composites_may_watch_composites() -> None:
    """In the same minute, whatever their order."""
    metric = next(one for one in ALARMS if one.name == "vp/agent-silent/critical/iad")
    rules = {"top": "ALARM(middle) AND NOT ALARM(off)", "middle": f'ALARM("{metric.name}")',
             "off": "FALSE"}  # fmt: skip
    composites = [
        Alarm(region="us-east-1", request={"AlarmName": name, "AlarmRule": rule})
        for name, rule in rules.items()
    ]
    simulation = simulate([*composites, metric], healthy(FLEET, range(10)), end=T0 + 20 * MINUTE)
    alarmed = {n: minute for minute, n, _, after in rows(simulation) if after == "ALARM"}
    assert alarmed == {metric.name: 14, "middle": 14, "top": 14}
    assert simulation.states["off"] is State.OK


def test_nothing_measured_is_nothing_known() -> None:
    """No time at all."""
    simulation = simulate(ALARMS, [])
    assert set(simulation.states.values()) == {State.INSUFFICIENT_DATA}
    assert (simulation.start, simulation.end, simulation.transitions) == (None, None, ())


def test_a_field_that_it_does_not_know_is_refused() -> None:
    """Passed over, it would make the simulator lie; so would an alarm that is not there."""
    odd = Alarm(region="us-east-1", request={**ALARMS[0].request, "WarmUpConfiguration": {"x": 1}})
    with pytest.raises(ConfigError, match="does not know WarmUpConfiguration"):
        simulate([odd], [])
    with pytest.raises(ConfigError, match="watches alarms that are not there"):
        simulate([one for one in ALARMS if one.is_composite], [])
