"""Trials to pass, fail and void."""

from dataclasses import replace
from typing import Any

import pytest
from support.trials import cpu, delta, generator, measured

from voipprobe.bench.culprit import Culprit
from voipprobe.bench.verdict.facts import Measured
from voipprobe.bench.verdict.judge import TrialVerdict, judge_trial
from voipprobe.model.verdict import Status
from voipprobe.quality.metrics import KNOWN_METRICS
from voipprobe.quality.sequential import SequentialTest
from voipprobe.quality.thresholds import parse

OBJECTIVE = tuple(parse(text, KNOWN_METRICS) for text in ("success_ratio>=0.999", "mos.p5>=4"))


def judged(facts: Measured, sequential: SequentialTest | None = None) -> TrialVerdict:
    return judge_trial(facts, OBJECTIVE, sequential)


def test_a_trial_that_meets_its_objective_passes_with_the_interval_of_its_ratio() -> None:
    found = judged(measured(4000, 4000))
    assert (found.status, found.reasons, found.culprit) == (Status.PASS, (), None)
    (ratio,) = found.ratios
    assert (ratio.hits, ratio.of, ratio.high) == (4000, 4000, 1.0)
    assert ratio.low == pytest.approx(1 - 0.00096, abs=1e-5)
    assert found.notes == ()


def test_a_pass_of_few_calls_says_what_it_does_not_prove() -> None:
    """0 of 1000 still allow 0.38 %; 0.1 % takes 2995 clean calls."""
    found = judged(measured(1000, 1000))
    assert found.status is Status.PASS
    (note,) = found.notes
    assert "0 of 1000 calls failed, which still allows 0.38 %" in note
    assert "less than 0.1 % takes 2995 clean calls" in note


def test_a_broken_threshold_fails_with_its_causes_and_the_limit() -> None:
    found = judged(measured(1350, 1500, {503: 150}, causes=("150 of 1500 calls: rejected (503)",)))
    assert found.status is Status.FAIL
    assert found.reasons[0] == "success_ratio>=0.999: found 0.9"
    assert found.reasons[1] == "150 of 1500 calls: rejected (503)"
    assert found.signals[0].limit.value == "configured maximum"
    assert found.notes == ()


def test_a_fault_of_the_generator_is_void_however_the_calls_went() -> None:
    """Failures that a saturated generator makes must never count against the system."""
    found = judged(measured(1350, 1500, generator=generator(delta(0.96, 0.96))))
    assert (found.status, found.culprit) == (Status.VOID, Culprit.GENERATOR)
    assert found.signals == ()


def test_a_generator_at_its_limit_explains_what_else_is_wrong() -> None:
    facts = generator(delta(0.96, 0.96), capture_drops=12)
    assert judged(measured(generator=facts)).culprit is Culprit.GENERATOR
    assert judged(measured(generator=generator(capture_drops=12))).culprit is Culprit.CAPTURE


def test_a_threshold_without_a_value_is_void() -> None:
    """No stream could be rated: that is no pass, and no failure."""
    facts = measured()
    found = judged(replace(facts, figures={**facts.figures, "mos.p5": None}))
    assert (found.status, found.culprit) == (Status.VOID, Culprit.TOOL)
    assert found.reasons == ("mos.p5>=4: no value",)


def stolen(hits: int = 1500, **faults: Any) -> Measured:
    """A trial in which other machines took 4 % of the caller's CPU time."""
    host = delta(0.1, cpus={0: cpu(0.3, steal=0.04)})
    return measured(hits, 1500, generator=generator(host, **faults))


def test_steal_excuses_a_failure_and_takes_nothing_from_a_pass() -> None:
    """It can only make a trial worse: who carries the load in spite of it carries it."""
    failed = judged(stolen(1350))
    assert (failed.status, failed.culprit) == (Status.VOID, Culprit.NEIGHBOURS)
    assert "other machines took 4.0 %" in failed.reasons[0]
    assert "success_ratio>=0.999: found 0.9" in failed.reasons
    passed = judged(stolen())
    assert (passed.status, passed.reasons, passed.culprit) == (Status.PASS, (), None)
    assert "passed in spite of it: caller: other machines took 4.0 %" in passed.notes[-1]


def test_steal_excuses_what_walds_test_rejects() -> None:
    lax = (parse("success_ratio>=0.9", KNOWN_METRICS),)
    assert judge_trial(stolen(1480), lax, SequentialTest()).status is Status.VOID


def test_a_fault_that_is_not_one_sided_is_void_though_steal_is_there_too() -> None:
    """Calls that were not placed make a pass easier; and the generator is named first."""
    found = judged(stolen(watchdog=2))
    assert (found.status, found.culprit) == (Status.VOID, Culprit.GENERATOR)
    assert ["watchdog" in reason for reason in found.reasons] == [True, False]


def test_a_host_that_is_known_to_be_shared_may_allow_more_steal() -> None:
    assert judge_trial(stolen(1350), OBJECTIVE, most_steal_ratio=0.05).status is Status.FAIL
    assert judge_trial(stolen(), OBJECTIVE, most_steal_ratio=0.05).notes == judged(measured()).notes


def test_no_calls_prove_nothing() -> None:
    found = judged(measured(0, 0))
    assert found.status is Status.VOID
    assert found.ratios[0].low is None


def test_the_sequential_test_decides_whether_the_calls_were_enough() -> None:
    test = SequentialTest()
    assert judged(measured(734, 734), test).status is Status.PASS
    few = judged(measured(500, 500), test)
    assert few.status is Status.PASS
    assert "0 of 500 calls failed, which decides nothing: 734 clean calls would" in few.notes
    lax = (parse("success_ratio>=0.9", KNOWN_METRICS),)
    found = judge_trial(measured(1480, 1500), lax, test)
    assert found.status is Status.FAIL
    assert "20 of 1500 calls failed: more like 0.5 % than 0.1 %" in found.reasons[0]
    spoilt = measured(1480, 1500, generator=generator(watchdog=1))
    assert judge_trial(spoilt, lax, test).status is Status.VOID
