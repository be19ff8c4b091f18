"""What the trials say of each load, and so of the bracket. Order matters only for void ones."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from voipprobe.bench.culprit import Culprit
from voipprobe.bench.search.records import Length, Settings, Tried
from voipprobe.model.verdict import Status


class Standing(Enum):
    """What is believed of one load."""

    UNKNOWN = "unknown"
    PASSED = "passed"
    """At least once, and not refuted."""
    CONFIRMED = "confirmed"
    SUSPECT = "suspect"
    """Failed, but not often enough to be believed: the search goes on below, and comes back
    to verify it if it becomes the upper bound."""
    FAILED = "failed"


@dataclass(slots=True)
class Tally:
    """The trials of one load. `voids` is of those since the last one that was not void."""

    passes: int = 0
    fails: int = 0
    full_passes: int = 0
    full_fails: int = 0
    voids: int = 0
    culprit: Culprit | None = None

    def add(self, tried: Tried) -> None:
        """Take one more trial in."""
        if tried.status is Status.VOID:
            self.voids += 1
            self.culprit = tried.culprit or Culprit.TOOL
            return
        self.voids = 0
        passed, full = tried.status is Status.PASS, tried.length is Length.FULL
        self.passes += passed
        self.fails += not passed
        self.full_passes += passed and full
        self.full_fails += full and not passed

    def standing(self, settings: Settings) -> Standing:
        """What is believed of the load."""
        if self.full_fails >= settings.refutations:
            return Standing.FAILED
        if self.full_passes >= settings.confirmations:
            return Standing.CONFIRMED
        if self.passes:
            return Standing.PASSED
        if self.fails > settings.verifications:
            return Standing.FAILED
        return Standing.SUSPECT if self.fails else Standing.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """All loads together.

    Attributes:
        trials: in the order in which they ran.
        upper: lowest load that failed, verified or not; None if none did.
        ceilings: loads out of the generator's or host's reach, lowest first.
        top: lowest load that is out of the question; one above the maximum if none is.
        lower: highest passed load below `top`; None if there is none.
    """

    settings: Settings
    trials: Sequence[Tried]
    tallies: Mapping[int, Tally]
    standings: Mapping[int, Standing]
    upper: int | None
    ceilings: tuple[int, ...]
    top: int
    lower: int | None

    def with_standing(self, *wanted: Standing) -> list[int]:
        """Loads of which that is believed, lowest first."""
        return sorted(_loads(self.standings, *wanted))

    def of(self, load: int) -> Standing:
        """What is believed of a load."""
        return self.standings.get(load, Standing.UNKNOWN)


def picture(trials: Sequence[Tried], settings: Settings) -> Picture:
    """What all trials so far say."""
    tallies = _tallies(trials)
    standings = {load: tally.standing(settings) for load, tally in tallies.items()}
    upper = min(_loads(standings, Standing.FAILED, Standing.SUSPECT), default=None)
    ceilings = sorted(
        load for load, one in tallies.items() if one.voids > settings.repeats(one.culprit)
    )
    top = min([settings.maximum + 1, *ceilings, *([] if upper is None else [upper])])
    passed = _loads(standings, Standing.PASSED, Standing.CONFIRMED)
    return Picture(
        settings=settings,
        trials=trials,
        tallies=tallies,
        standings=standings,
        upper=upper,
        ceilings=tuple(ceilings),
        top=top,
        lower=max((load for load in passed if load < top), default=None),
    )


def _loads(standings: Mapping[int, Standing], *wanted: Standing) -> list[int]:
    return [load for load, one in standings.items() if one in wanted]


def _tallies(trials: Iterable[Tried]) -> dict[int, Tally]:
    found: dict[int, Tally] = {}
    for tried in trials:
        found.setdefault(tried.load, Tally()).add(tried)
    return found
