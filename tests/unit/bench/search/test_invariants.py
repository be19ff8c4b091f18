"""What holds for every search, whatever the trials show."""

from hypothesis import given
from hypothesis import strategies as st
from support.simulated import Simulated

from voipprobe.bench.search.answer import Answer, End
from voipprobe.bench.search.drive import search
from voipprobe.bench.search.records import Length, Request, Settings, Tried
from voipprobe.bench.search.steps import next_step
from voipprobe.model.verdict import Status

SETTINGS = st.builds(
    Settings,
    minimum=st.integers(1, 30),
    maximum=st.integers(30, 20_000),
    precision_ratio=st.sampled_from([0.005, 0.02, 0.1, 0.5]),
    confirmations=st.integers(1, 3),
    refutations=st.integers(1, 3),
    verifications=st.integers(0, 2),
    void_repeats=st.integers(0, 2),
    retreats=st.integers(0, 2),
    most_trials=st.integers(1, 60),
    budget_s=st.sampled_from([None, 5.0, 30.0]),
)
SHOWN = st.tuples(
    st.sampled_from([Status.PASS, Status.PASS, Status.FAIL, Status.VOID]),
    st.sampled_from([None, 0.0, 1e-9, 0.1, 0.6, 1.0]),
    st.sampled_from([None, 0, 1, 37, 150]),
)


def run(
    settings: Settings, shown: list[tuple[Status, float | None, int | None]]
) -> tuple[Answer, tuple[Tried, ...]]:
    """A search whose trials show just anything, again and again."""
    made: list[Request] = []

    def trial(request: Request) -> Tried:
        status, cpu_ratio, carried = shown[len(made) % len(shown)]
        made.append(request)
        return Tried(
            load=request.load, length=request.length, status=status, cpu_ratio=cpu_ratio,
            carried=carried, took_s=1.0,
        )  # fmt: skip

    return search(trial, settings)


@given(settings=SETTINGS, shown=st.lists(SHOWN, min_size=1, max_size=40))
def test_it_ends_in_bounds_and_claims_only_what_was_confirmed(
    settings: Settings, shown: list[tuple[Status, float | None, int | None]]
) -> None:
    """The trials are arbitrary: passes above failures, voids in a row, wild CPU figures."""
    found, trials = run(settings, shown)
    assert len(trials) <= settings.most_trials
    assert all(settings.minimum <= tried.load <= settings.maximum for tried in trials)
    if found.lower is not None:
        full = [t.status for t in trials if t.load == found.lower and t.length is Length.FULL]
        assert full.count(Status.PASS) >= settings.confirmations
        assert full.count(Status.FAIL) < settings.refutations
    if found.upper is not None:
        assert found.lower is None or found.lower < found.upper
        assert any(t.load == found.upper and t.status is Status.FAIL for t in trials)
    if found.end is End.FOUND:
        assert found.lower is not None
        assert found.upper is not None
        assert found.upper <= settings.next_above(found.lower)


@given(
    settings=SETTINGS, shown=st.lists(SHOWN, min_size=1, max_size=40), cut=st.floats(0.0, 1.0)
)  # fmt: skip
def test_a_search_goes_on_after_a_crash_as_if_there_had_been_none(
    settings: Settings, shown: list[tuple[Status, float | None, int | None]], cut: float
) -> None:
    """At every prefix of its trials the next step is the one that was taken."""
    found, trials = run(settings, shown)
    for length, tried in enumerate(trials):
        step = next_step(trials[:length], settings)
        assert isinstance(step, Request)
        assert (step.load, step.length) == (tried.load, tried.length)
    before = trials[: int(cut * len(trials))]
    rest = iter(trials[len(before) :])
    assert search(lambda _: next(rest), settings, before) == (found, trials)


ANY_TRIAL = st.builds(
    Tried,
    load=st.sampled_from([30, 40, 41, 60, 100]),
    length=st.sampled_from(Length),
    status=st.sampled_from(Status),
)


@given(settings=SETTINGS, trials=st.lists(ANY_TRIAL, max_size=40))
def test_trials_that_the_search_never_asked_for_do_not_lead_it_astray(
    settings: Settings, trials: list[Tried]
) -> None:
    """A raw file of another version, say: no error, and no bound beyond a failure."""
    step = next_step(trials, settings)
    if isinstance(step, Answer):
        believed = [
            load
            for load in {tried.load for tried in trials}
            if sum(t.load == load and t.status is Status.FAIL and t.length is Length.FULL
                   for t in trials) >= settings.refutations
        ]  # fmt: skip
        assert step.lower is None or all(step.lower < load for load in believed)


@given(settings=SETTINGS, load=st.integers(1, 10_000))
def test_the_step_below_a_load_is_the_lowest_that_is_within_the_precision(
    settings: Settings, load: int
) -> None:
    below = settings.next_below(load + 1)
    assert below <= load
    assert settings.next_above(below) >= load + 1
    assert below == 1 or settings.next_above(below - 1) < load + 1 or below == load


@given(
    knee=st.integers(12, 20_000), knee_cpu=st.sampled_from([None, 0.1, 0.95, 1.0]),
    configured=st.booleans(),
)  # fmt: skip
def test_a_system_without_noise_is_found_within_the_precision(
    knee: int, knee_cpu: float | None, configured: bool
) -> None:
    system = Simulated(knee=knee, knee_cpu=knee_cpu, configured=configured)
    settings = Settings(minimum=10)
    found, trials = search(system.trial, settings)
    assert found.end is End.FOUND
    assert found.lower is not None
    assert found.lower <= knee < settings.next_above(found.lower)
    assert len(trials) <= 26


@given(
    small=st.integers(20, 5_000), more=st.floats(1.05, 10.0), seed=st.integers(0, 1000),
)  # fmt: skip
def test_a_larger_system_never_gets_a_smaller_answer(small: int, more: float, seed: int) -> None:
    """Where the two differ by more than the precision."""
    settings = Settings(minimum=10)
    answers = [
        search(Simulated(knee=knee, seed=seed).trial, settings)[0].lower
        for knee in (small, small * more + 1)
    ]
    assert answers[0] is not None
    assert answers[1] is not None
    assert answers[0] < answers[1]
