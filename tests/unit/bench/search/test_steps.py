"""Single decisions of the search, each from the trials that lead to it."""

from dataclasses import replace

import pytest

from voipprobe.bench.culprit import Culprit
from voipprobe.bench.search.answer import Answer, End
from voipprobe.bench.search.records import Length, Request, Settings, Tried
from voipprobe.bench.search.steps import next_step
from voipprobe.model.verdict import Status

SETTINGS = Settings(minimum=10, maximum=5000)


def tried(
    load: int, status: Status, length: Length = Length.SHORT, *, cpu: float | None = None,
    culprit: Culprit | None = None, carried: int | None = None, took_s: float = 1.0,
) -> Tried:  # fmt: skip
    return Tried(
        load=load, length=length, status=status, cpu_ratio=cpu, culprit=culprit, carried=carried,
        took_s=took_s,
    )  # fmt: skip


def passed(load: int, length: Length = Length.SHORT, cpu: float | None = None) -> Tried:
    return tried(load, Status.PASS, length, cpu=cpu)


def failed(load: int, length: Length = Length.SHORT, carried: int | None = None) -> Tried:
    return tried(load, Status.FAIL, length, carried=carried)


def void(load: int, length: Length = Length.SHORT, culprit: Culprit = Culprit.GENERATOR) -> Tried:
    return tried(load, Status.VOID, length, culprit=culprit)


def asked(*trials: Tried, settings: Settings = SETTINGS) -> tuple[int, Length]:
    step = next_step(trials, settings)
    assert isinstance(step, Request), step
    return step.load, step.length


def answered(*trials: Tried, settings: Settings = SETTINGS) -> Answer:
    step = next_step(trials, settings)
    assert isinstance(step, Answer), step
    return step


LIGHT = passed(10, Length.LIGHT, cpu=0.01)
BRACKET = [LIGHT, passed(1000), *[failed(1020)] * 3]


def test_it_begins_with_a_light_trial_at_the_minimum() -> None:
    assert asked() == (10, Length.LIGHT)


def test_the_first_guess_is_a_damped_newton_step() -> None:
    """10 calls take 10 % of the CPU: 100 would fill it, and 0.8 of the way there is 82."""
    assert asked(passed(10, Length.LIGHT, cpu=0.1)) == (82, Length.SHORT)


def test_the_first_guess_is_no_leap_of_more_than_ten_times() -> None:
    assert asked(passed(10, Length.LIGHT, cpu=0.0001)) == (100, Length.SHORT)


def test_near_the_knee_a_guess_aims_above_it() -> None:
    """400 calls take 80 %: the CPU is full at 500, so 550 should fail."""
    assert asked(LIGHT, passed(400, cpu=0.8)) == (550, Length.SHORT)


def test_without_cpu_figures_the_load_doubles() -> None:
    assert asked(passed(10, Length.LIGHT)) == (20, Length.SHORT)


def test_no_load_above_the_maximum_is_asked_for() -> None:
    assert asked(LIGHT, passed(4900, cpu=0.1)) == (5000, Length.SHORT)


def test_a_failed_first_guess_is_left_slowly_then_fast() -> None:
    first = asked(LIGHT, failed(800))[0]
    second = asked(LIGHT, failed(800), failed(first))[0]
    assert (first, second) == (727, 600)


def test_a_gallop_ends_where_no_step_could_be_longer() -> None:
    """Fourteen false starts, one below the other: the next one is still a number."""
    failures = [failed(load) for load in range(900, 200, -50)]
    settings = Settings(minimum=10, maximum=1000, verifications=0, most_trials=60)
    load, _ = asked(passed(10, Length.LIGHT), *failures, settings=settings)
    assert 10 < load < 250


def test_a_refusing_system_shows_its_configured_maximum() -> None:
    """What it carried while it refused is tried next, then the load right above that."""
    assert asked(LIGHT, failed(800, carried=150)) == (150, Length.SHORT)
    assert asked(LIGHT, failed(800, carried=150), passed(150)) == (153, Length.SHORT)


def test_between_two_bounds_the_geometric_middle_is_tried() -> None:
    assert asked(LIGHT, passed(400), failed(900)) == (600, Length.SHORT)


@pytest.mark.parametrize("times", [1, 2])
def test_a_failure_that_became_the_upper_bound_must_repeat_before_it_is_believed(
    times: int,
) -> None:
    assert asked(LIGHT, passed(1000), *[failed(1020)] * times) == (1020, Length.SHORT)


def test_a_failure_that_does_not_repeat_is_dropped() -> None:
    load, _ = asked(LIGHT, passed(1000), failed(1020), passed(1020))
    assert load > 1020


def test_a_lonely_failure_is_looked_at_before_the_bracket_is_narrow() -> None:
    """A false failure at 500 of a knee at 1000 must not cost a whole narrowing."""
    assert asked(LIGHT, failed(500), passed(300), passed(400)) == (500, Length.SHORT)


def test_the_lower_bound_is_confirmed_by_full_trials_that_the_search_itself_does_not_count() -> (
    None
):
    assert asked(*BRACKET) == (1000, Length.FULL)
    assert asked(*BRACKET, passed(1000, Length.FULL)) == (1000, Length.FULL)
    found = answered(*BRACKET, passed(1000, Length.FULL), passed(1000, Length.FULL))
    assert (found.end, found.lower, found.upper) == (End.FOUND, 1000, 1020)
    assert found.width_ratio == pytest.approx(0.02)
    assert (found.confirmations, found.contradictions, found.trials) == (2, 0, 7)


def test_a_refuted_lower_bound_becomes_the_upper_one() -> None:
    refuted = [*BRACKET, failed(1000, Length.FULL), failed(1000, Length.FULL)]
    load, length = asked(*refuted)
    assert (load, length) == (981, Length.SHORT)
    assert asked(*refuted, passed(981)) == (981, Length.FULL)


def test_one_contradiction_is_told() -> None:
    full = [passed(1000, Length.FULL), failed(1000, Length.FULL), passed(1000, Length.FULL)]
    found = answered(*BRACKET, *full)
    assert (found.lower, found.confirmations, found.contradictions) == (1000, 2, 1)


def test_few_calls_are_told_apart_one_by_one() -> None:
    """2 % of 37 calls is less than a call."""
    trials = [LIGHT, passed(37), *[failed(38)] * 3, *[passed(37, Length.FULL)] * 2]
    found = answered(*trials)
    assert (found.lower, found.upper) == (37, 38)


def test_a_system_that_fails_the_minimum_has_no_lower_bound() -> None:
    found = answered(*[failed(10, Length.LIGHT)] * 3)
    assert (found.end, found.lower, found.upper) == (End.MINIMUM_FAILED, None, 10)


def test_a_system_that_carries_the_maximum_has_no_upper_bound() -> None:
    found = answered(LIGHT, passed(5000), *[passed(5000, Length.FULL)] * 2)
    assert (found.end, found.lower, found.upper) == (End.MAXIMUM_CARRIED, 5000, None)


def test_a_void_trial_is_repeated_as_it_was() -> None:
    assert asked(LIGHT, void(100)) == asked(LIGHT, void(100), void(100)) == asked(LIGHT)


@pytest.mark.parametrize(
    ("culprit", "end"),
    [
        (Culprit.GENERATOR, End.GENERATOR_LIMITED),
        (Culprit.HOST, End.HOST_DISTURBED),
        (Culprit.CAPTURE, End.CAPTURE_LIMITED),
        (Culprit.TOOL, End.NOT_MEASURED),
    ],
)
def test_a_load_that_stays_void_ends_the_search_with_what_was_proved(
    culprit: Culprit, end: End
) -> None:
    settings = Settings(minimum=10, maximum=5000, retreats=0)
    trials = [LIGHT, passed(100), *[void(200, culprit=culprit)] * 3]
    assert asked(*trials, settings=settings) == (100, Length.FULL)
    found = answered(*trials, *[passed(100, Length.FULL)] * 2, settings=settings)
    assert (found.end, found.lower, found.upper, found.ceiling) == (end, 100, None, 200)


def test_what_neighbours_spoil_is_repeated_more_often_after_longer_rests() -> None:
    """Their bursts last for minutes: a trial at once after a spoilt one is spoilt, too."""
    spoilt = void(200, culprit=Culprit.NEIGHBOURS)
    rests = [next_step([LIGHT, passed(100), *[spoilt] * n], SETTINGS) for n in range(6)]
    assert all(isinstance(step, Request) for step in rests)
    assert [step.rest_s for step in rests if isinstance(step, Request)] == [0, 10, 20, 40, 60, 60]
    assert {step.load for step in rests[1:] if isinstance(step, Request)} == {200}
    settings = replace(SETTINGS, retreats=0)
    ended = [LIGHT, passed(100), *[spoilt] * 6, *[passed(100, Length.FULL)] * 2]
    found = answered(*ended, settings=settings)
    assert (found.end, found.lower, found.ceiling) == (End.HOST_DISTURBED, 100, 200)


def test_a_trial_that_neighbours_did_not_spoil_ends_the_rests() -> None:
    spoilt = void(200, culprit=Culprit.NEIGHBOURS)
    for last in (passed(200), void(200)):
        step = next_step([LIGHT, passed(100), spoilt, spoilt, last], SETTINGS)
        assert isinstance(step, Request)
        assert step.rest_s == 0


def test_only_void_trials_in_a_row_put_a_load_out_of_reach() -> None:
    full = [void(1000, Length.FULL)] * 2
    assert asked(*BRACKET, *full, passed(1000, Length.FULL), *full) == (1000, Length.FULL)


def test_below_a_load_out_of_reach_the_limit_of_the_system_itself_may_lie() -> None:
    trials = [LIGHT, passed(100), *[void(400)] * 3]
    assert asked(*trials) == (200, Length.SHORT)
    assert asked(*trials, failed(200)) == (141, Length.SHORT)


def test_nothing_is_proved_when_even_the_minimum_is_void() -> None:
    found = answered(*[void(10, Length.LIGHT)] * 3)
    assert (found.end, found.lower, found.passed) == (End.GENERATOR_LIMITED, None, None)


def test_what_passed_but_was_never_confirmed_is_no_lower_bound() -> None:
    settings = Settings(minimum=10, retreats=0)
    trials = [LIGHT, passed(100), *[void(200)] * 3, *[void(100, Length.FULL)] * 3]
    found = answered(*trials, settings=settings)
    assert (found.end, found.lower, found.passed) == (End.GENERATOR_LIMITED, None, 10)


def test_near_the_end_of_its_trials_a_search_still_confirms() -> None:
    settings = Settings(minimum=10, maximum=5000, most_trials=6)
    trials = [LIGHT, passed(400), failed(900)]
    assert asked(*trials, settings=settings) == (400, Length.FULL)
    found = answered(*trials, *[passed(400, Length.FULL)] * 2, settings=settings)
    assert (found.end, found.lower, found.upper) == (End.TRIALS_SPENT, 400, None)


def test_near_the_end_of_its_time_a_search_still_confirms() -> None:
    settings = Settings(minimum=10, maximum=5000, budget_s=1000.0, full_s=120.0)
    early = [tried(10, Status.PASS, took_s=300.0), tried(400, Status.PASS, took_s=300.0)]
    assert asked(*early, settings=settings)[1] is Length.SHORT
    late = [*early, tried(900, Status.FAIL, took_s=60.0)]
    assert asked(*late, settings=settings) == (400, Length.FULL)
    over = [*late, tried(400, Status.PASS, Length.FULL, took_s=400.0)]
    assert answered(*over, settings=settings).end is End.TIME_SPENT


def test_a_search_that_is_done_with_its_last_trial_is_done() -> None:
    settings = Settings(minimum=10, maximum=5000, most_trials=7)
    found = answered(*BRACKET, *[passed(1000, Length.FULL)] * 2, settings=settings)
    assert found.end is End.FOUND


@pytest.mark.parametrize(
    "wrong",
    [
        {"minimum": 0},
        {"minimum": 20, "maximum": 10},
        {"precision_ratio": 0.0},
        {"precision_ratio": 1.0},
        {"confirmations": 0},
        {"most_trials": 0},
        {"retreats": -1},
    ],
)
def test_settings_of_no_search_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Settings(**wrong)
