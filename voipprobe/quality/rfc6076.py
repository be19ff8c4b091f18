"""RFC 6076: how well sessions were set up, from calls that are already told apart.

Knows calls as the wire shows them: retransmissions are gone, and an INVITE that was challenged
by 401/407 and sent again is one attempt. Must not know SIP messages.

What this module decides where the RFC leaves it open:
- Unfinished calls (the capture ended first) count as attempts but are in neither numerator nor
  denominator of a ratio: nobody knows how they would have ended.
- An INVITE that timed out without any final response counts as 408, which is what RFC 3261
  8.1.3.1 makes of it.
- INVITE, REGISTER and OPTIONS are never mixed: only INVITE is a session.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from voipprobe.model.call import Call, Outcome
from voipprobe.model.summary import DelaySummary
from voipprobe.quality.summary import delay_summary

EFFECTIVE: Final = frozenset({480, 486, 600, 603})
"""Final responses of SEER that say what a person did and not what the network did."""
INEFFECTIVE: Final = frozenset({408, 500, 503, 504})
"""Final responses of ISA: the network could not do it."""
CHALLENGES: Final = frozenset({401, 402, 407})
"""Not failures: their delay does not count as a failed request's (4.3.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionMetrics:
    """RFC 6076 over many calls; ratios are 0..1 and None when undefined.

    Attributes:
        attempts: INVITE sessions attempted, unfinished ones included.
        ser, seer, isa, scr: 4.6 to 4.9.
        srd_ms: Session Request Delay of sessions that were set up (4.3.1).
        srd_failed_ms: of those that failed (4.3.2). sdd_ms: 4.4, answered BYEs only.
        rrd_ms: 4.2, successful registrations only.
    """

    attempts: int
    ser: float | None
    seer: float | None
    isa: float | None
    scr: float | None
    srd_ms: DelaySummary
    srd_failed_ms: DelaySummary
    sdd_ms: DelaySummary
    rrd_ms: DelaySummary


def session_metrics(calls: Iterable[Call]) -> SessionMetrics:
    """Every RFC 6076 metric of the calls."""
    every = tuple(calls)
    sessions = [call for call in every if call.method == "INVITE"]
    ended = [call for call in sessions if _ended(call)]
    not_redirected = [call for call in ended if not _redirected(call)]
    registered = [call for call in every if call.method == "REGISTER" and succeeded(call)]
    return SessionMetrics(
        attempts=len(sessions),
        ser=_share(not_redirected, succeeded),
        seer=_share(not_redirected, _effective),
        isa=_share(ended, _ineffective),
        scr=_share(ended, _completed),
        srd_ms=delay_summary(call.srd_ms for call in ended if succeeded(call)),
        srd_failed_ms=delay_summary(call.srd_ms for call in ended if _failed(call)),
        sdd_ms=delay_summary(call.sdd_ms for call in sessions),
        rrd_ms=delay_summary(call.rrd_ms for call in registered),
    )


def success_ratio(calls: Iterable[Call]) -> float | None:
    """Calls of any method that ended in 2xx / calls that ended; None when none ended.

    Not of RFC 6076: it serves runs that hold no INVITE, whose SER is undefined.
    """
    return _share([call for call in calls if _ended(call)], succeeded)


def succeeded(call: Call) -> bool:
    """Whether the final response was a 2xx."""
    return call.final_status is not None and 200 <= call.final_status < 300


def _ended(call: Call) -> bool:
    return call.outcome is not Outcome.UNFINISHED


def _redirected(call: Call) -> bool:
    return call.final_status is not None and 300 <= call.final_status < 400


def _effective(call: Call) -> bool:
    return succeeded(call) or call.final_status in EFFECTIVE


def _ineffective(call: Call) -> bool:
    if call.final_status is None:
        return call.outcome is Outcome.TIMEOUT
    return call.final_status in INEFFECTIVE


def _completed(call: Call) -> bool:
    return call.completed


def _failed(call: Call) -> bool:
    return not (succeeded(call) or _redirected(call) or call.final_status in CHALLENGES)


def _share(calls: list[Call], test: Callable[[Call], bool]) -> float | None:
    return sum(map(test, calls)) / len(calls) if calls else None
