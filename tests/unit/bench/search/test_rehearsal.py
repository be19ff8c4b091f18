"""What a dry run says of the number of trials, against searches of another simulated system."""

from collections import Counter
from dataclasses import replace
from typing import Final

import pytest
from support.simulated import Simulated

from voipprobe.bench.search.drive import search
from voipprobe.bench.search.records import Length, Settings
from voipprobe.bench.search.rehearsal import usual_trials

SETTINGS: Final = Settings(minimum=10)
RUNS: Final = 100


@pytest.mark.parametrize(
    "settings",
    [
        SETTINGS,
        replace(SETTINGS, confirmations=5),
        replace(SETTINGS, precision_ratio=0.1, verifications=1),
        replace(SETTINGS, maximum=100),
    ],
)
def test_searches_take_about_as_many_trials_as_was_said(settings: Settings) -> None:
    """Within a trial and a half of each length, wherever the knee lies."""
    made = Counter[Length]()
    for seed in range(RUNS):
        knee = settings.minimum * (settings.maximum / settings.minimum) ** (seed / RUNS)
        simulated = Simulated(
            knee=knee, seed=1000 + seed, softness=0.03, false_failures=0.05, voids=0.05
        )
        made.update(one.length for one in search(simulated.trial, settings)[1])
    said = usual_trials(settings)
    for length in Length:
        assert said[length] == pytest.approx(made[length] / RUNS, abs=1.5)


def test_a_light_trial_comes_first_and_every_confirmation_is_counted() -> None:
    said = usual_trials(replace(SETTINGS, confirmations=4))
    assert said[Length.LIGHT] == 1
    assert said[Length.FULL] >= 4


def test_a_budget_does_not_make_trials_fewer() -> None:
    """What does not fit into it is to be told, not hidden."""
    assert usual_trials(replace(SETTINGS, budget_s=1.0)) == usual_trials(SETTINGS)
