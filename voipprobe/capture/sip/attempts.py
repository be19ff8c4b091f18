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

from voipprobe.capture.sip.sighting import Sighting

STARTING_METHODS = frozenset({"INVITE", "REGISTER", "OPTIONS"})
# 401, 407: credentials; 420, 421: extensions; 422: session interval; 423: registration
# interval; 428, 494: security agreements. The same session is asked for again (RFC 3261
# 8.1.3.5, 22; RFC 4028 7.4; RFC 6076 4.7).
CHALLENGES = frozenset({401, 407, 420, 421, 422, 423, 428, 494})


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
    by_call_id: dict[str, list[Attempt]] = {}
    for sighting in sorted(sightings, key=lambda one: one.time_ns):
        siblings = by_call_id.setdefault(sighting.message.call_id, [])
        attempt = _attempt_of(sighting, siblings)
        if attempt is None:
            continue
        if not attempt.sightings:
            found.append(attempt)
        attempt.add(sighting)
    return found


def _attempt_of(sighting: Sighting, siblings: list[Attempt]) -> Attempt | None:
    """The attempt of this Call-ID that a message belongs to, a new one if it starts one."""
    message = sighting.message
    for attempt in reversed(siblings):
        same_request = attempt.from_tag == message.from_tag and message.cseq in attempt.finals
        if same_request and message.method in (attempt.method, "ACK", "CANCEL"):
            return attempt
    if sighting.is_request and message.to_tag is None and _may_start(message.method, siblings):
        return _started(sighting, siblings)
    tags = (message.from_tag, message.to_tag)
    return next((one for one in reversed(siblings) if one.from_tag in tags), None)


def _may_start(method: str, siblings: list[Attempt]) -> bool:
    if method == "OPTIONS" and any(one.method == "INVITE" for one in siblings):
        return False  # a question beside a call, not one that stands alone
    return method in STARTING_METHODS


def _started(sighting: Sighting, siblings: list[Attempt]) -> Attempt:
    message = sighting.message
    latest = siblings[-1] if siblings else None
    if latest is not None and latest.challenged and _same_party(latest, sighting):
        latest.finals[message.cseq] = None
        return latest
    attempt = Attempt(message.method, message.from_tag, finals={message.cseq: None})
    siblings.append(attempt)
    return attempt


def _same_party(attempt: Attempt, sighting: Sighting) -> bool:
    message = sighting.message
    return (message.method, message.from_tag) == (attempt.method, attempt.from_tag)
