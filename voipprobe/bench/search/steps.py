"""From the trials so far to the next one, or to the answer.

A pure function of the list of trials: a run that crashed goes on from its raw file alone.

1. A light trial at the minimum: it must pass, and says what a call costs.
2. Bracket: up by Newton until a load fails, down until one passes.
3. Narrow to the precision. A failure is only suspected while the search is above or below it;
   when it has become the upper bound, it is verified, and if it passes now, narrowing goes on
   above it.
4. Confirm the lower bound by full-length trials; if they refute it, narrow below.

A void trial is repeated, after a rest where other machines were in its way. A load that stays
void is a ceiling: a few loads below it are tried, in case the system's own limit lies there, then
the lower bound is confirmed and the end is that of the culprit.

Source: loss verification after the benchmarking methodology of MLRsearch and TRex NDR.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Final

from voipprobe.bench.culprit import Culprit
from voipprobe.bench.search.answer import OF_CULPRIT, Answer, End, answer
from voipprobe.bench.search.candidates import inside, upwards
from voipprobe.bench.search.records import Length, Request, Settings, Tried
from voipprobe.bench.search.standing import Picture, Standing, picture
from voipprobe.model.verdict import Status

LONELY: Final = 2
FIRST_REST_S: Final = 10.0
LONGEST_REST_S: Final = 60.0


def next_step(trials: Sequence[Tried], settings: Settings) -> Request | Answer:
    """The trial to run after these, or the answer.

    Args:
        trials: all so far, in the order in which they ran.
        settings: the same from beginning to end of a search.
    """
    step = _next(picture(trials, settings))
    return step if isinstance(step, Answer) else replace(step, rest_s=_rest_s(trials))


def _next(found: Picture) -> Request | Answer:
    step = _at_minimum(found) if found.lower is None else _narrowed(found, found.lower)
    if isinstance(step, Answer):
        return step
    over = _spent(found, reserve=0)
    if over is not None:
        return answer(found, over)
    settings = found.settings
    closing = _spent(found, reserve=settings.confirmations + settings.refutations - 1)
    if closing is None or found.lower is None:
        return step
    return _confirmed(found, found.lower, closing)


def _at_minimum(found: Picture) -> Request | Answer:
    """Nothing passed yet: the minimum itself has to."""
    load = found.settings.minimum
    if load in found.ceilings:
        return answer(found, _fault(found))
    if found.of(load) is Standing.FAILED:
        return answer(found, End.MINIMUM_FAILED)
    return Request(load=load, length=Length.LIGHT, why="what does a call cost?")


def _narrowed(found: Picture, lower: int) -> Request | Answer:
    settings, top = found.settings, found.top
    if top in found.ceilings and len(found.ceilings) > settings.retreats:
        return _closed_by_ceiling(found, lower)
    if settings.next_above(lower) < top and not _lonely(found, top):
        return _inner(found, lower)
    return _narrow(found, lower)


def _narrow(found: Picture, lower: int) -> Request | Answer:
    """The bracket is as narrow as asked for, or its upper bound must be looked at again."""
    top, standing = found.top, found.of(found.top)
    if standing is Standing.FAILED:
        return _confirmed(found, lower, End.FOUND)
    if top in found.ceilings:
        return _closed_by_ceiling(found, lower)
    if standing is Standing.SUSPECT:
        return Request(load=top, length=Length.SHORT, why="does the failure repeat?")
    if lower < found.settings.maximum:
        return Request(load=found.settings.maximum, length=Length.SHORT, why="the maximum")
    return _confirmed(found, lower, End.MAXIMUM_CARRIED)


def _lonely(found: Picture, top: int) -> bool:
    """Whether loads below a single failure passed so often that it should be looked at again.

    Without it a false failure far below the knee costs a whole narrowing before it is found out.
    """
    if found.of(top) is not Standing.SUSPECT or found.tallies[top].fails > 1:
        return False
    loads = [tried.load for tried in found.trials if tried.status is not Status.VOID]
    since = loads[loads.index(top) + 1 :]
    return top not in found.ceilings and len(since) >= LONELY and max(since) < top


def _closed_by_ceiling(found: Picture, lower: int) -> Request | Answer:
    """The lower bound is confirmed, unless that went wrong before: then nothing helps."""
    if len(found.ceilings) > found.settings.retreats + 1:
        return answer(found, _fault(found))
    return _confirmed(found, lower, _fault(found))


def _inner(found: Picture, lower: int) -> Request:
    """The next load between the bounds."""
    if found.top > found.settings.maximum:
        return Request(load=upwards(found, lower), length=Length.SHORT, why="up to a failure")
    load = inside(found, lower, found.top)
    return Request(load=load, length=Length.SHORT, why=f"between {lower} and {found.top}")


def _confirmed(found: Picture, lower: int, end: End) -> Request | Answer:
    if found.of(lower) is Standing.CONFIRMED:
        return answer(found, end)
    done = found.tallies[lower].full_passes
    why = f"confirmation {done + 1} of {found.settings.confirmations}"
    return Request(load=lower, length=Length.FULL, why=why)


def _spent(found: Picture, *, reserve: int) -> End | None:
    """Whether there is room for no more than so many full-length trials, and of what."""
    settings = found.settings
    if len(found.trials) + reserve >= settings.most_trials:
        return End.TRIALS_SPENT
    if settings.budget_s is None:
        return None
    used_s = sum(tried.took_s for tried in found.trials)
    full = [tried.took_s for tried in found.trials if tried.length is Length.FULL]
    wanted_s = used_s + reserve * max([settings.full_s, *full])
    return End.TIME_SPENT if wanted_s >= settings.budget_s else None


def _fault(found: Picture) -> End:
    culprit = found.tallies[found.ceilings[0]].culprit
    return End.NOT_MEASURED if culprit is None else OF_CULPRIT[culprit]


def _rest_s(trials: Sequence[Tried]) -> float:
    """Seconds to wait for the neighbours: longer with every trial in a row that they spoilt."""
    spoilt = takewhile(lambda one: one.culprit is Culprit.NEIGHBOURS, reversed(trials))
    in_a_row = sum(1 for _ in spoilt)
    return min(LONGEST_REST_S, FIRST_REST_S * 2 ** (in_a_row - 1)) if in_a_row else 0.0
