"""The signalling of all calls together."""

from dataclasses import dataclass

from voipprobe.model.summary import DelaySummary


@dataclass(frozen=True, slots=True, kw_only=True)
class Retransmissions:
    """SIP messages seen again on the wire, whoever sent them.

    `sent` and `received` split the same total by direction at the near end; both are None
    where no near end is known (a capture from elsewhere).
    """

    requests: int = 0
    responses: int = 0
    sent: int | None = None
    received: int | None = None
    by_method: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signalling:
    """RFC 6076 over one run or capture. Ratios are 0..1 and None when undefined.

    Attributes:
        witness: "wire", or "generator" where nothing could be captured and SIPp's own
            account has to do (it counts no messages).
        messages: SIP messages seen, retransmissions included.
        requests: messages by method. responses: messages by status code.
        attempts: session attempts (an INVITE challenged and sent again is one).
        retransmission_ratio: retransmissions / messages.
        ser, seer, isa, scr: RFC 6076 4.6 to 4.9.
        srd_ms: successful sessions only; srd_failed_ms: failed ones (never mixed).
    """

    witness: str = "wire"
    messages: int | None
    requests: dict[str, int]
    responses: dict[int, int]
    retransmissions: Retransmissions
    retransmission_ratio: float | None
    attempts: int
    ser: float | None
    seer: float | None
    isa: float | None
    scr: float | None
    srd_ms: DelaySummary
    srd_failed_ms: DelaySummary
    sdd_ms: DelaySummary
    rrd_ms: DelaySummary
