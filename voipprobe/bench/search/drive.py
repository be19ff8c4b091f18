"""Runs a search to its end with whatever measures."""

from collections.abc import Callable, Iterable

from voipprobe.bench.search.answer import Answer
from voipprobe.bench.search.records import Request, Settings, Tried
from voipprobe.bench.search.steps import next_step


def search(
    trial: Callable[[Request], Tried], settings: Settings, before: Iterable[Tried] = ()
) -> tuple[Answer, tuple[Tried, ...]]:
    """The answer, and every trial behind it.

    Args:
        trial: makes one trial; it should have stored it before it returns, so that a crash
            loses at most the trial that was under way.
        settings: of the search.
        before: trials of an earlier run that was cut short.
    """
    trials = list(before)
    while isinstance(step := next_step(trials, settings), Request):
        trials.append(trial(step))
    return step, tuple(trials)
