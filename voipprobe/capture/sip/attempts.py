"""Which messages belong together: one attempt per call, registration or OPTIONS question.

- A call attempt is found by Call-ID and the caller's From-tag. It may hold several INVITEs: one
  that was challenged (401, 407, 420 and their like) and sent again is still the same attempt.
- An INVITE without To-tag after any other final response (a redirect, a busy line tried again)
  is the next attempt, also with the same Call-ID. So is each REGISTER that refreshes.
- Requests inside a dialog (re-INVITE, UPDATE, INFO, OPTIONS, BYE) start nothing.
- Both sides of a proxy show the same attempt: hops are not told apart here.
Messages whose first request was not captured belong to nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TypeAlias

from voipprobe.capture.sip.sighting import Sighting

STARTING_METHODS = frozenset({"INVITE", "REGISTER", "OPTIONS"})
# 401, 407: credentials; 420, 421: extensions; 422: session interval; 423: registration
# interval; 428, 494: security agreements. The same session is asked for again (RFC 3261
# 8.1.3.5, 22; RFC 4028 7.4; RFC 6076 4.7).
CHALLENGES = frozenset({401, 407, 420, 421, 422, 423, 428, 494})

_Request: TypeAlias = tuple[str | None, int, str | None]  # From-tag, CSeq number, method


@dataclass(slots=True)
class Attempt:
    """The messages of one attempt, in order of capture.

    Attributes:
        method: of the request that started it. from_tag: the caller's.
        finals: CSeq of each starting request -> its last final status, None while there is none.
    """

    method: str
    from_tag: str | None
    sightings: list[Sighting] = field(default_factory=list)
    finals: dict[int, int | None] = field(default_factory=dict)

    @property
    def challenged(self) -> bool:
        """Whether the latest request was answered by a challenge: to be sent again."""
        return next(reversed(self.finals.values())) in CHALLENGES

    def add(self, sighting: Sighting) -> None:
        """Takes one more message of this attempt."""
        self.sightings.append(sighting)
        message = sighting.message
        if self.is_answer(sighting) and message.status is not None and message.status >= 200:
            self.finals[message.cseq] = message.status

    def is_answer(self, sighting: Sighting) -> bool:
        """Whether it is a response to a request that started the attempt."""
        message = sighting.message
        ours = message.from_tag == self.from_tag and message.method == self.method
        return ours and message.status is not None and message.cseq in self.finals


def attempts(sightings: Iterable[Sighting]) -> list[Attempt]:
    """Every attempt of a capture, in order of its first message."""
    found: list[Attempt] = []
    by_call_id: dict[str, _Siblings] = {}
    for sighting in sorted(sightings, key=lambda one: one.time_ns):
        siblings = by_call_id.setdefault(sighting.message.call_id, _Siblings())
        attempt = siblings.attempt_of(sighting)
        if attempt is None:
            continue
        if not attempt.sightings:
            found.append(attempt)
        attempt.add(sighting)
    return found


class _Siblings:
    """The attempts of one Call-ID, each found without a search: a phone may keep one for years."""

    def __init__(self) -> None:
        self._latest: Attempt | None = None
        self._count = 0
        self._has_call = False
        self._by_request: dict[_Request, Attempt] = {}
        self._by_tag: dict[str | None, tuple[int, Attempt]] = {}

    def attempt_of(self, sighting: Sighting) -> Attempt | None:
        """The attempt that a message belongs to, a new one if it starts one."""
        message = sighting.message
        method = None if message.method in ("ACK", "CANCEL") else message.method
        known = self._by_request.get((message.from_tag, message.cseq, method))
        if known is not None:
            return known
        if sighting.is_request and message.to_tag is None and self._may_start(message.method):
            return self._started(sighting)
        return self._in_dialog(message.from_tag, message.to_tag)

    def _may_start(self, method: str) -> bool:
        if method == "OPTIONS" and self._has_call:
            return False  # a question beside a call, not one that stands alone
        return method in STARTING_METHODS

    def _started(self, sighting: Sighting) -> Attempt:
        message = sighting.message
        latest = self._latest
        if latest is None or not latest.challenged or not _same_party(latest, sighting):
            latest = self._latest = Attempt(message.method, message.from_tag)
            self._count += 1
            self._has_call |= message.method == "INVITE"
            self._by_tag[message.from_tag] = (self._count, latest)
        latest.finals[message.cseq] = None
        for method in (message.method, None):  # None: whatever the method is
            self._by_request[message.from_tag, message.cseq, method] = latest
        return latest

    def _in_dialog(self, *tags: str | None) -> Attempt | None:
        """The latest attempt whose caller has one of these tags."""
        known = [self._by_tag[tag] for tag in tags if tag in self._by_tag]
        return max(known, key=itemgetter(0))[1] if known else None


def _same_party(attempt: Attempt, sighting: Sighting) -> bool:
    message = sighting.message
    return (message.method, message.from_tag) == (attempt.method, attempt.from_tag)
