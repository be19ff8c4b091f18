"""One call: an INVITE dialog attempt, or a REGISTER / OPTIONS transaction in its place."""

from dataclasses import dataclass
from enum import StrEnum

from voipprobe.model.finding import Finding


class Outcome(StrEnum):
    """How a call attempt ended, as the wire shows it."""

    ANSWERED = "answered"
    CANCELLED = "cancelled"
    BUSY = "busy"
    REJECTED = "rejected"
    FAILED = "failed"
    TIMEOUT = "timeout"
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What the wire shows of one call attempt.

    Attributes:
        method: INVITE, or REGISTER / OPTIONS for a scenario without a call.
        from_, to: the addresses of record in From and To.
        started_at: epoch seconds of the first request.
        final_status: last final status of the first transaction; None if none came.
        srd_ms: Session Request Delay (RFC 6076 4.3). setup_ms: INVITE to its 200.
        sdd_ms: Session Disconnect Delay (4.4). rrd_ms: Registration Request Delay (4.2).
        duration_s: 200 of the INVITE to BYE.
        completed: the session ran to its end with no response missing (SCR, 4.9).
        streams: indices into the list of streams.
    """

    call_id: str
    method: str
    from_: str
    to: str
    started_at: float
    outcome: Outcome
    final_status: int | None
    srd_ms: float | None
    setup_ms: float | None
    sdd_ms: float | None
    rrd_ms: float | None
    duration_s: float | None
    completed: bool
    retransmissions: int
    streams: tuple[int, ...] = ()
    findings: tuple[Finding, ...] = ()
