"""Attempts measured: one Call each, by the figures of RFC 6076.

Everything is measured at the originating side: of a request that the capture saw on several
hops (a proxy inside the capture), the first sighting counts, and of its responses those with
that sighting's top-Via branch.

How an attempt ended, where the field leaves it open:
- answered: a 2xx and a BYE. A 2xx without a BYE is unfinished: the call was still open.
- cancelled: 487, or a CANCEL that was answered. busy: 486, 600. rejected: 3xx, other 4xx, 6xx.
- failed: 408 and 5xx: somebody said that it cannot be done (ISA counts them alike).
- timeout: nobody said anything final, and the caller gave up or had no time left.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from voipprobe.capture.sip.attempts import CHALLENGES, Attempt, attempts
from voipprobe.capture.sip.sighting import Sighting
from voipprobe.model.call import Call, Outcome

TRANSACTION_TIMEOUT_S = 32.0  # RFC 3261 timers B and F: 64 x T1
RINGING_TIMEOUT_S = 180.0  # RFC 3261 16.6, timer C

_OUTCOMES = {
    408: Outcome.FAILED,
    486: Outcome.BUSY,
    487: Outcome.CANCELLED,
    600: Outcome.BUSY,
}


class Trace(NamedTuple):
    """A call, and the messages that show it in order of capture."""

    call: Call
    sightings: tuple[Sighting, ...]


def traces(
    sightings: Iterable[Sighting], *, end_ns: int, patience_s: float | None = None
) -> list[Trace]:
    """Every call of a capture with its messages, in order of its first request.

    Args:
        sightings: in any order; read as sorted by time.
        end_ns: when the capture ended, nanoseconds since the epoch.
        patience_s: how long a caller waits in silence before giving up, where that is known
            (the receive timeout of a scenario); None for the timers of RFC 3261; 0 where the
            caller is known to have closed all its calls: an answered one without BYE was cut
            off then, and is not unfinished.
    """
    return [
        Trace(_call(attempt, end_ns, patience_s), tuple(attempt.sightings))
        for attempt in attempts(sightings)
    ]


def _call(attempt: Attempt, end_ns: int, patience_s: float | None) -> Call:
    first = attempt.sightings[0]
    answers = _answers(attempt)
    status = _final_status(attempt, answers)
    accepted = next((one for one in answers if _is_success(one)), None)
    setup_ms = _ms(first, accepted)
    is_call = attempt.method == "INVITE"
    bye = _Bye.of(attempt) if is_call and accepted else _Bye(None, None)
    closed = patience_s == 0  # the caller has no call open any more, with a BYE or without
    ended = closed or bye.request is not None if is_call else accepted is not None
    return Call(
        call_id=first.message.call_id,
        method=attempt.method,
        from_=_address_of_record(first.message.from_),
        to=_address_of_record(first.message.to),
        started_at=first.time_ns / 1e9,
        outcome=_outcome(attempt, status, ended, _gave_up(attempt, answers, end_ns, patience_s)),
        final_status=status,
        srd_ms=_ms(first, _first_sign(attempt, answers)) if is_call else None,
        setup_ms=setup_ms,
        sdd_ms=_ms(bye.request, bye.accepted),
        rrd_ms=setup_ms if attempt.method == "REGISTER" else None,
        duration_s=_s(accepted, bye.request) if is_call else None,
        completed=bye.accepted is not None if is_call else accepted is not None,
        retransmissions=sum(one.retransmission for one in attempt.sightings),
    )


class _Bye(NamedTuple):
    """The first BYE of a call and its 2xx, None where they are missing."""

    request: Sighting | None
    accepted: Sighting | None

    @classmethod
    def of(cls, attempt: Attempt) -> "_Bye":
        byes = [one for one in attempt.sightings if one.message.method == "BYE"]
        requests = [one for one in byes if one.is_request]
        if not requests:
            return cls(None, None)
        answers = _at_origin(requests, [one for one in byes if not one.is_request])
        return cls(requests[0], next((one for one in answers if _is_success(one)), None))


def _answers(attempt: Attempt) -> list[Sighting]:
    """Responses to the requests that started the attempt, as the originating side got them."""
    requests = [
        one
        for one in attempt.sightings
        if one.is_request
        and one.message.method == attempt.method
        and one.message.cseq in attempt.finals
        and one.message.from_tag == attempt.from_tag
    ]
    return _at_origin(requests, [one for one in attempt.sightings if attempt.is_answer(one)])


def _at_origin(requests: Sequence[Sighting], responses: list[Sighting]) -> list[Sighting]:
    """The responses on the hop where each request was seen first.

    Where no branch fits, a sender garbles its Via, and all responses are taken.
    """
    origins: dict[tuple[str | None, int], str | None] = {}
    for request in requests:
        message = request.message
        origins.setdefault((message.from_tag, message.cseq), message.branch)
    fitting = [
        one
        for one in responses
        if origins.get((one.message.from_tag, one.message.cseq), "") == one.message.branch
    ]
    return fitting or responses


def _final_status(attempt: Attempt, answers: list[Sighting]) -> int | None:
    """The first 2xx, else the last final status of the last request; None if none came."""
    latest = max(attempt.finals)
    finals = [
        one.message.status
        for one in answers
        if one.message.status is not None and one.message.status >= 200
        if one.message.cseq == latest or _is_success(one)
    ]
    return next((status for status in finals if status < 300), finals[-1] if finals else None)


def _first_sign(attempt: Attempt, answers: list[Sighting]) -> Sighting | None:
    """The response that ends the Session Request Delay (RFC 6076 4.3).

    It is the first one that tells the caller something: not 100, not a challenge, and not the
    487 that only confirms the caller's own CANCEL.
    """
    for one in answers:
        status = one.message.status
        if status is None or status == 100 or status in CHALLENGES:
            continue
        return None if status == 487 and _cancelled(attempt) else one
    return None


def _cancelled(attempt: Attempt) -> bool:
    return any(one.is_request and one.message.method == "CANCEL" for one in attempt.sightings)


def _gave_up(
    attempt: Attempt, answers: list[Sighting], end_ns: int, patience_s: float | None
) -> bool:
    """Whether an attempt without final response has none to come."""
    if _cancelled(attempt):
        return True
    # Silence counts from the first request (timers B and F), or from the last provisional
    # response, which starts timer C.
    since = answers[-1] if answers else attempt.sightings[0]
    ringing = attempt.method == "INVITE" and bool(answers)
    timeout_s = RINGING_TIMEOUT_S if ringing else TRANSACTION_TIMEOUT_S
    if patience_s is not None:
        timeout_s = patience_s
    return end_ns - since.time_ns >= timeout_s * 1e9


def _outcome(attempt: Attempt, status: int | None, ended: bool, gave_up: bool) -> Outcome:
    if status is None:
        answered_cancel = any(
            one.message.method == "CANCEL" and _is_success(one) for one in attempt.sightings
        )
        if answered_cancel:
            return Outcome.CANCELLED
        return Outcome.TIMEOUT if gave_up else Outcome.UNFINISHED
    if 200 <= status < 300:
        return Outcome.ANSWERED if ended else Outcome.UNFINISHED
    if status in _OUTCOMES:
        return _OUTCOMES[status]
    return Outcome.FAILED if 500 <= status < 600 else Outcome.REJECTED


def _is_success(sighting: Sighting) -> bool:
    status = sighting.message.status
    return status is not None and 200 <= status < 300


def _ms(start: Sighting | None, end: Sighting | None) -> float | None:
    if start is None or end is None:
        return None
    return (end.time_ns - start.time_ns) / 1e6


def _s(start: Sighting | None, end: Sighting | None) -> float | None:
    milliseconds = _ms(start, end)
    return None if milliseconds is None else milliseconds / 1e3


def _address_of_record(uri: str) -> str:
    """The URI without its parameters and headers."""
    user, at, host = uri.rpartition("@")
    return user + at + host.partition(";")[0].partition("?")[0]
