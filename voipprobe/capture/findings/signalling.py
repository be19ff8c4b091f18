"""What an engineer would point at in the signalling of a call, each with its packets.

All findings on calls are made here, one small function each. Findings on media live with the
streams.
"""

from collections import Counter
from collections.abc import Iterable

from voipprobe.capture.sip.calls import Trace
from voipprobe.capture.sip.sighting import Sighting
from voipprobe.model.call import Outcome
from voipprobe.model.finding import Finding

STORM_RETRANSMISSIONS = 5  # of one call; four repeats of one message are 7.5 s of silence
LONG_POST_DIAL_DELAY_MS = 3000.0  # ITU-T E.721: mean of a local call
MEDIA_WITHOUT_CALL_S = 5.0  # a call whose media stopped that long ago is over
MAX_PACKETS = 20  # named by one finding


def call_findings(
    trace: Trace, *, end_ns: int, last_media_ns: int | None = None
) -> tuple[Finding, ...]:
    """Everything odd in the signalling of one call.

    Args:
        trace: the call and its messages.
        end_ns: when the capture ended, nanoseconds since the epoch.
        last_media_ns: last RTP packet linked to the call; None if there is none.
    """
    found = (
        _no_answer(trace, end_ns),
        _retransmission_storm(trace),
        _long_post_dial_delay(trace),
        _bye_not_accepted(trace),
        _missing_bye(trace, end_ns, last_media_ns),
    )
    return tuple(finding for finding in found if finding is not None)


def _no_answer(trace: Trace, end_ns: int) -> Finding | None:
    if trace.call.outcome is not Outcome.TIMEOUT:
        return None
    sent = [
        one for one in trace.sightings if one.is_request and one.message.method == trace.call.method
    ]
    waited_s = (end_ns - sent[0].time_ns) / 1e9
    heard = any(not one.is_request for one in trace.sightings)
    what = "only provisional responses" if heard else "no response at all"
    return Finding(
        code="no-answer",
        text=f"{trace.call.method} to {trace.call.to} was sent {len(sent)} times and got {what} "
        f"in {waited_s:.1f} s",
        packets=_numbers(sent),
    )


def _retransmission_storm(trace: Trace) -> Finding | None:
    repeated = [one for one in trace.sightings if one.retransmission]
    if len(repeated) < STORM_RETRANSMISSIONS:
        return None
    counts = Counter(_name(one) for one in repeated).most_common()
    detail = ", ".join(f"{count} x {name}" for name, count in counts)
    return Finding(
        code="retransmission-storm",
        text=f"{len(repeated)} retransmissions in one call: {detail}",
        packets=_numbers(repeated),
    )


def _long_post_dial_delay(trace: Trace) -> Finding | None:
    srd_ms = trace.call.srd_ms
    if srd_ms is None or srd_ms <= LONG_POST_DIAL_DELAY_MS:
        return None
    return Finding(
        code="long-post-dial-delay",
        text=f"{srd_ms:.0f} ms from INVITE to the first sign of the far end "
        f"(more than {LONG_POST_DIAL_DELAY_MS:.0f} ms)",
        packets=_numbers(trace.sightings[:1]),
    )


def _bye_not_accepted(trace: Trace) -> Finding | None:
    call = trace.call
    byes = [one for one in trace.sightings if one.message.method == "BYE"]
    sent = [one for one in byes if one.is_request]
    if call.outcome is not Outcome.ANSWERED or not sent or call.completed:
        return None
    answers = sorted({one.message.status for one in byes if one.message.status is not None})
    if not answers:
        text = f"BYE was sent {len(sent)} times and never answered"
        return Finding(code="bye-unanswered", text=text, packets=_numbers(sent))
    statuses = ", ".join(map(str, answers))
    text = f"BYE was answered by {statuses}: the far end did not end the call"
    return Finding(code="bye-rejected", text=text, packets=_numbers(byes))


def _missing_bye(trace: Trace, end_ns: int, last_media_ns: int | None) -> Finding | None:
    """A call without BYE may go on after the capture: only stopped media say that it did not."""
    call = trace.call
    accepted = call.final_status is not None and 200 <= call.final_status < 300
    if call.method != "INVITE" or call.outcome is not Outcome.UNFINISHED or not accepted:
        return None
    if last_media_ns is None or end_ns - last_media_ns < MEDIA_WITHOUT_CALL_S * 1e9:
        return None
    silent_s = (end_ns - last_media_ns) / 1e9
    return Finding(
        code="missing-bye",
        text=f"media stopped {silent_s:.1f} s before the end of the capture, and no BYE was seen",
        packets=_numbers(trace.sightings[-1:]),
    )


def _name(sighting: Sighting) -> str:
    status, method = sighting.message.status, sighting.message.method
    return method if status is None else f"{status} ({method})"


def _numbers(sightings: Iterable[Sighting]) -> tuple[int, ...]:
    return tuple(one.number for one in sightings)[:MAX_PACKETS]
