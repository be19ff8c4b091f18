"""What a round brought, as it is remembered and published."""

from dataclasses import replace

import pytest
from support import samples
from support.measured_rounds import AT

from voipprobe.agent.config.check import ROUND_METRICS
from voipprobe.agent.config.identity import Identity
from voipprobe.agent.config.plan import Limits, Work, plan_work
from voipprobe.agent.config.read import parse_fleet
from voipprobe.agent.rounds.grading import (
    grade_calls,
    grade_iperf,
    grade_nothing,
    round_figures,
)
from voipprobe.agent.rounds.placed import Placed
from voipprobe.agent.store.records import Grade, Round
from voipprobe.model.call import Outcome
from voipprobe.model.directions import StreamDirections
from voipprobe.model.iperf import IperfResult
from voipprobe.model.probe import ProbeResult
from voipprobe.model.verdict import Status, Verdict
from voipprobe.quality.thresholds import parse

FLEET = "[[probe]]\nname = 'p'\ntarget = [{ name = 't', uri = '192.0.2.9' }]\n"
PASSED = samples.probe_result(verdict=Verdict(status=Status.PASS), iperf=None)
HALF_LOST = StreamDirections(call_id="1", ssrc="0x1", sent=100, arrived=50, returned=50,
                             received=40)  # fmt: skip
ALL_THERE = StreamDirections(call_id="2", ssrc="0x2", sent=100, arrived=100, returned=100,
                             received=100)  # fmt: skip


def work() -> Work:
    identity = Identity(name="us-east-1", peer=None, how="a test")
    return plan_work(parse_fleet(FLEET, "f"), identity)[0]


def limits(critical: tuple[str, ...] = (), warning: tuple[str, ...] = ()) -> Limits:
    return Limits(
        critical=tuple(parse(text, ROUND_METRICS) for text in critical),
        warning=tuple(parse(text, ROUND_METRICS) for text in warning),
    )


def graded(result: ProbeResult, *directions: StreamDirections, **given: tuple[str, ...]) -> Round:
    placed = Placed(result=result, directions=directions, folder="/kept")
    return grade_calls(work(), placed, limits(**given))[0]


def test_a_pass_is_a_pass() -> None:
    found = graded(PASSED, warning=("mos.p5>=4",))
    assert (found.grade, found.reasons) == (Grade.PASS, ())
    assert (found.work, found.path) == (work().name, work().path)
    assert (found.at, found.duration_s) == (samples.STARTED_AT, 14.8)
    assert found.folder == "/kept"


def test_a_pass_that_came_close_is_a_warning_and_says_why() -> None:
    found = graded(PASSED, warning=("mos.p5>=4.1", "ser>=0.9", "srd_ms.p99<=1"))
    assert found.grade is Grade.WARNING
    assert found.reasons == ("mos.p5>=4.1: found 4.01", "srd_ms.p99<=1: found 4.4")


def test_a_warning_without_a_value_is_none() -> None:
    """Nobody registered: that says nothing of how fast registering is."""
    assert graded(PASSED, warning=("rrd_ms.p95<=1",)).grade is Grade.PASS


def test_a_fail_stays_a_fail_whatever_the_warnings() -> None:
    found = graded(samples.probe_result(), warning=("ser>=0",))
    assert found.grade is Grade.FAIL
    assert found.reasons == ("ser is 0.95, and ser>=0.99 was asked for",)


def test_a_direction_can_break_a_round_that_its_own_end_thinks_well_of() -> None:
    """Only the two ends together know it; worse than a warning, better than a fail of its own."""
    found = graded(PASSED, HALF_LOST, critical=("forward_loss_ratio<=0.1",),
                   warning=("backward_loss_ratio<=0.1",))  # fmt: skip
    assert (found.grade, found.reasons) == (
        Grade.FAIL, ("forward_loss_ratio<=0.1: found 0.5",),
    )  # fmt: skip
    assert graded(PASSED, ALL_THERE, critical=("forward_loss_ratio<=0.1",)).grade is Grade.PASS
    # the far end did not answer: nothing is known, nothing is broken
    assert graded(PASSED, critical=("forward_loss_ratio<=0.1",)).grade is Grade.PASS


@pytest.mark.parametrize("status", [Status.PASS, Status.FAIL])
def test_an_interrupted_round_says_nothing(status: Status) -> None:
    """Its calls ended because the agent did."""
    result = replace(PASSED, run=samples.run(interrupted=True),
                     verdict=Verdict(status=status, reasons=("x",)))  # fmt: skip
    found, measured = grade_calls(work(), Placed(result=result), limits())
    assert (found.grade, found.reasons) == (Grade.VOID, ("interrupted", "x"))
    assert {one.metric: one.total for one in measured}["RoundsVoid"] == 1


def test_a_void_round_is_void() -> None:
    found = graded(samples.unmeasured_result())
    assert found.grade is Grade.VOID
    assert found.reasons == ("sipp was not found: apt-get install sip-tester",)


def test_grades_and_metrics_of_a_round_agree() -> None:
    """An alarm on a metric and the history tell the same story."""
    for result in (PASSED, samples.probe_result(), samples.unmeasured_result()):
        found, measured = grade_calls(work(), Placed(result=result), limits())
        totals = {one.metric: one.total for one in measured}
        assert totals["Rounds"] == 1
        assert totals["RoundsFailed"] == (found.grade is Grade.FAIL)
        assert totals["RoundsVoid"] == (found.grade is Grade.VOID)


def test_figures_are_every_metric_that_a_threshold_may_name() -> None:
    """Else a threshold would pass the check and never be met."""
    figures = round_figures(PASSED, [HALF_LOST])
    assert set(ROUND_METRICS) <= figures.keys()
    assert all(value is None or isinstance(value, int | float) for value in figures.values())


def test_success_is_what_the_scenario_wants() -> None:
    busy = samples.failed_call(outcome=Outcome.BUSY)
    calls = (busy, samples.call(), busy, busy, samples.call(outcome=Outcome.UNFINISHED))
    wants_busy = replace(PASSED.scenario, expected_outcome=Outcome.BUSY)
    assert round_figures(replace(PASSED, calls=calls), ())["success_ratio"] == 0.25
    wanted = round_figures(replace(PASSED, calls=calls, scenario=wants_busy), ())
    assert (wanted["success_ratio"], wanted["calls"]) == (0.75, 4)
    nothing = round_figures(replace(PASSED, calls=()), ())
    assert (nothing["success_ratio"], nothing["calls"]) == (None, 0)


def test_directions_are_summed_by_packets_and_not_by_streams() -> None:
    """A short stream must not weigh as much as a long one."""
    short = StreamDirections(call_id="3", ssrc="0x3", sent=2, arrived=0, returned=0, received=0)
    figures = round_figures(PASSED, [HALF_LOST, ALL_THERE, short])
    assert figures["forward_loss_ratio"] == pytest.approx(52 / 202)
    assert figures["backward_loss_ratio"] == pytest.approx(10 / 150)
    none = round_figures(PASSED, [])
    assert none["forward_loss_ratio"] is None
    assert none["backward_loss_ratio"] is None


def test_iperf_is_void_where_nothing_was_measured() -> None:
    found, measured = grade_iperf(work(), samples.iperf_result(), AT, 21.0)
    assert (found.grade, found.at, found.duration_s) == (Grade.PASS, AT, 21.0)
    assert found.figures == {
        "iperf_loss_ratio": 12 / 10_000, "iperf_jitter_ms": 0.034,
        "iperf_throughput_bps": 9_412_000_000.0,
    }  # fmt: skip
    assert found.reasons == ("TCP received: control socket has closed unexpectedly",)
    assert {one.metric for one in measured} >= {"IperfLoss", "IperfThroughput", "RoundsVoid"}
    void, _ = grade_iperf(work(), IperfResult(server="x", errors=("refused",)), AT, 1.0)
    assert (void.grade, void.reasons) == (Grade.VOID, ("refused",))
    assert set(void.figures.values()) == {None}


def test_a_round_that_left_nothing_is_void_with_its_reason() -> None:
    found, measured = grade_nothing(work(), "no process for a round", AT, 0.5)
    assert (found.grade, found.reasons, found.figures) == (
        Grade.VOID, ("no process for a round",), {},
    )  # fmt: skip
    assert {one.metric: one.total for one in measured} == {
        "Rounds": 1, "RoundsFailed": 0, "RoundsVoid": 1,
    }  # fmt: skip
