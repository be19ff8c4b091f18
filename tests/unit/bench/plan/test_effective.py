"""What follows from a plan."""

from collections import Counter

import pytest

from voipprobe.bench.plan.effective import (
    notes,
    objective,
    rate_cps,
    search_settings,
    searches,
    sequential_test,
    size_of,
    trial_times,
    usual_time_s,
)
from voipprobe.bench.plan.read import parse_plan
from voipprobe.bench.plan.sections import Plan
from voipprobe.bench.search.records import Length
from voipprobe.bench.search.rehearsal import usual_trials

SIZES = "".join(f"[[size]]\ncpus = {cpus}\n" for cpus in (0.1, 0.2, 0.4))


def plan(more: str = "") -> Plan:
    return parse_plan(f'name = "p"\n[system]\nkind = "kamailio-rtpengine"\n{SIZES}{more}', "p")


def ids(more: str) -> list[str]:
    return [one.id for one in searches(plan(more))]


def test_sizes_are_interleaved_and_each_round_has_its_own_order() -> None:
    found = searches(plan("[order]\nrepeats = 20\n"))
    rounds = [tuple(one.size for one in found[at : at + 3]) for at in range(0, 60, 3)]
    assert all(sorted(one) == ["0.1cpu", "0.2cpu", "0.4cpu"] for one in rounds)
    assert len(set(rounds)) > 3
    assert Counter(one.repeat for one in found) == dict.fromkeys(range(1, 21), 3)


def test_the_order_is_that_of_its_seed() -> None:
    """A resumed run must go on where it stopped."""
    assert ids("[order]\nrepeats = 5\nseed = 3\n") == ids("[order]\nrepeats = 5\nseed = 3\n")
    assert ids("[order]\nrepeats = 5\nseed = 3\n") != ids("[order]\nrepeats = 5\nseed = 4\n")


def test_an_order_that_is_neither_interleaved_nor_shuffled_is_that_of_the_file() -> None:
    order = "[order]\nrepeats = 2\nshuffled = false\n"
    assert ids(order + "interleaved = false\n") == [
        "0.1cpu-1", "0.1cpu-2", "0.2cpu-1", "0.2cpu-2", "0.4cpu-1", "0.4cpu-2",
    ]  # fmt: skip
    assert ids(order)[:4] == ["0.1cpu-1", "0.2cpu-1", "0.4cpu-1", "0.1cpu-2"]


def test_every_search_knows_its_size() -> None:
    whole = plan()
    found = [size_of(whole, one) for one in searches(whole)]
    assert sorted(size.cpus or 0.0 for size in found if size) == [0.1, 0.2, 0.4]


def test_a_trial_has_a_ramp_of_one_hold_time_and_as_long_a_drain() -> None:
    times = trial_times(plan("[call]\nhold_s = 30.0\n"), Length.FULL)
    assert (times.ramp_s, times.plateau_s, times.drain_s) == (30.0, 60.0, 30.0)
    assert times.total_s == pytest.approx(30 + 5 + 60 + 30 + 5)


def test_the_time_of_the_budget_is_shared_by_the_searches() -> None:
    settings = search_settings(plan("[budget]\nminutes = 30.0\n[search]\nmaximum = 500\n"))
    assert settings.budget_s == pytest.approx(600.0)
    assert settings.maximum == 500
    assert settings.full_s == pytest.approx(10 + 5 + 60 + 10 + 5)
    assert search_settings(plan()).budget_s is None


def test_a_run_is_told_to_take_what_its_trials_take() -> None:
    """A light trial of 40 s, some short ones of 50 s, full ones of 90 s; three sizes."""
    usual = usual_trials(search_settings(plan()))
    whole_s = usual[Length.LIGHT] * 40 + usual[Length.SHORT] * 50 + usual[Length.FULL] * 90
    assert usual_time_s(plan()) == pytest.approx(3 * whole_s)
    assert usual_time_s(plan("[budget]\nminutes = 10.0\n")) == pytest.approx(600)


def test_concurrency_is_rate_times_hold() -> None:
    assert rate_cps(plan("[call]\nhold_s = 20.0\n"), 500) == pytest.approx(25.0)


def test_a_plan_is_told_what_its_calls_cannot_prove() -> None:
    """2995 clean calls for 0.1 %: 500 calls up at once of 10 s each in a full trial of 60 s."""
    (note,) = notes(plan())
    assert "success_ratio>=0.999 is proved by 2995 clean calls" in note
    assert "from 499 concurrent calls on" in note
    assert notes(plan('[objective]\nthresholds = ["success_ratio>=0.9"]\n')) == ()


def test_a_plan_is_told_when_its_trials_end_before_the_memory_of_transactions_is_full() -> None:
    """Timer J: 32 s after the end of calls of 10 s; the ramp of 10 s and settling count."""
    enough = '[objective]\nthresholds = ["ser>=1"]\n[search]\nlight_s = 5.0\n'
    assert notes(plan(enough + "short_s = 5.0\nfull_s = 27.0\n")) == ()
    (note,) = notes(plan(enough + "short_s = 5.0\nfull_s = 26.0\n"))
    assert "lasts 41 s" in note
    assert "after 42 s" in note


def test_a_plan_is_told_when_its_time_is_short() -> None:
    found = notes(plan("[budget]\nminutes = 10.0\n"))
    assert any("has 3 minutes and usually takes 21" in note for note in found)


def test_the_objective_is_parsed_and_the_sequential_test_is_asked_for() -> None:
    whole = plan('[objective]\nthresholds = ["ser>=0.9"]\nsequential = true\n')
    assert [threshold.metric for threshold in objective(whole)] == ["ser"]
    assert sequential_test(whole) is not None
    assert sequential_test(plan()) is None
