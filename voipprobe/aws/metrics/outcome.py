"""What became of measurements that were given to a publisher."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from voipprobe.aws.metrics.datum import Group
from voipprobe.aws.metrics.prepare import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishOutcome:
    """Measurements by their place in what was given; each is in one of the first four.

    Attributes:
        delivered: CloudWatch confirmed them: never give them again.
        refused: it will never take them, and why.
        too_old: two weeks have passed: drop and count them.
        later: to be given again.
        maybe_twice: how many of `later` may have been taken already (no answer came).
        retry_after_s: how long to wait before giving them again; None if there are none.
        problem: in one line, why they wait; None if none do.
        requests: that were sent.
        failures: requests that were refused or not answered.
    """

    delivered: tuple[int, ...]
    refused: tuple[Refusal, ...]
    too_old: tuple[int, ...]
    later: tuple[int, ...]
    maybe_twice: int
    retry_after_s: float | None
    problem: str | None
    requests: int
    failures: int


@dataclass(slots=True)
class Tally:
    """An outcome that is being written."""

    delivered: list[int] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    too_old: list[int] = field(default_factory=list)
    later: list[int] = field(default_factory=list)
    maybe_twice: int = 0
    requests: int = 0
    failures: int = 0

    def confirm(self, request: Iterable[Group]) -> None:
        """CloudWatch has these."""
        self.delivered += places(request)

    def outcome(
        self, *, retry_after_s: float | None = None, problem: str | None = None
    ) -> PublishOutcome:
        """What was written, in order."""
        return PublishOutcome(
            delivered=tuple(sorted(self.delivered)),
            refused=tuple(sorted(self.refused)),
            too_old=tuple(sorted(self.too_old)),
            later=tuple(sorted(self.later)),
            maybe_twice=self.maybe_twice,
            retry_after_s=retry_after_s,
            problem=problem,
            requests=self.requests,
            failures=self.failures,
        )


def places(request: Iterable[Group]) -> list[int]:
    """The places of all measurements in a request."""
    return [member.place for group in request for member in group.members]


def all_places(requests: Iterable[Sequence[Group]]) -> list[int]:
    """The places of all measurements in several."""
    return [place for request in requests for place in places(request)]
