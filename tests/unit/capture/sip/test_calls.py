"""Messages as calls: what belongs together, how it ended, how long it took."""

import pytest
from support.sip import FAR, NEAR, PROXY, Wire, recorded

from voipprobe.model.call import Call, Outcome


def only(wire: Wire, *, end_ms: float = 60_000, patience_s: float | None = None) -> Call:
    (call,) = wire.calls(end_ms=end_ms, patience_s=patience_s)
    return call


def test_answered_call() -> None:
    """All figures of a plain call."""
    wire = Wire()
    wire.answered_call()
    call = only(wire)
    assert (call.call_id, call.method) == ("call-1", "INVITE")
    assert (call.from_, call.to) == ("sip:alice@near.example", "sip:bob@far.example")
    assert call.started_at == pytest.approx(1_700_000_000)
    assert (call.outcome, call.final_status, call.completed) == (Outcome.ANSWERED, 200, True)
    assert (call.srd_ms, call.setup_ms, call.sdd_ms) == (20.0, 100.0, 10.0)
    assert call.duration_s == pytest.approx(4.9)
    assert call.rrd_ms is None
    assert call.retransmissions == 0


def test_recorded_call_of_sipp() -> None:
    """A real call of SIPp 3.6.1 is answered and complete."""
    wire = Wire()
    names = ("1-invite", "2-ringing", "3-ok-invite", "4-ack", "5-bye", "6-ok-bye")
    for at_ms, name in enumerate(names):
        hop = (NEAR, FAR) if name[0] in "145" else (FAR, NEAR)
        wire.send(at_ms, recorded(f"sipp-3.6.1-call-{name}"), hop=hop)
    call = only(wire)
    assert (call.outcome, call.completed) == (Outcome.ANSWERED, True)
    assert (call.srd_ms, call.setup_ms, call.sdd_ms) == (1.0, 2.0, 1.0)


def test_delays_start_at_the_first_invite_and_end_at_the_first_sign() -> None:
    """A lost INVITE and a 100 do not shorten the delay; without 18x the 200 ends it."""
    wire = Wire()
    wire.request(0, "INVITE")
    wire.request(500, "INVITE")
    wire.response(510, 100, to_tag=None)
    wire.response(600, 200)
    wire.response(1100, 200)
    call = only(wire, end_ms=2000)
    assert (call.srd_ms, call.setup_ms, call.retransmissions) == (600.0, 600.0, 2)


@pytest.mark.parametrize("challenge", [401, 407, 420])
def test_challenged_invite_is_one_attempt(challenge: int) -> None:
    """The challenge is no sign of the far end and no failure; the delay covers both INVITEs."""
    wire = Wire()
    wire.request(0, "INVITE", 1)
    wire.response(10, challenge, cseq=1)
    wire.request(11, "ACK", 1, to_tag="far", branch="z9hG4bK-1-x")
    wire.request(20, "INVITE", 2)
    wire.response(50, 180, cseq=2)
    wire.response(90, 200, cseq=2)
    wire.request(91, "ACK", 2, to_tag="far")
    wire.request(1000, "BYE", 3, to_tag="far")
    wire.response(1010, 200, "BYE", 3)
    call = only(wire)
    assert (call.outcome, call.final_status) == (Outcome.ANSWERED, 200)
    assert (call.srd_ms, call.setup_ms) == (50.0, 90.0)


def test_challenge_that_is_not_met_is_a_rejection() -> None:
    """Without a second INVITE the 407 stands."""
    wire = Wire()
    wire.request(0, "INVITE")
    wire.response(10, 407)
    assert (only(wire).outcome, only(wire).final_status) == (Outcome.REJECTED, 407)
    assert only(wire).srd_ms is None


def test_challenge_that_was_met_is_no_final_status() -> None:
    """While the second INVITE waits, the call has none."""
    wire = Wire()
    wire.request(0, "INVITE", 1)
    wire.response(10, 407, cseq=1)
    wire.request(20, "INVITE", 2)
    call = only(wire, end_ms=5000)
    assert (call.outcome, call.final_status) == (Outcome.UNFINISHED, None)


def test_challenge_of_the_far_ends_request_is_not_the_callers() -> None:
    """Both sides number from 1: a re-INVITE that we challenge does not reopen the attempt."""
    wire = Wire()
    wire.answered_call()
    wire.request(1100, "INVITE", 1, hop=(FAR, NEAR), from_tag="far", to_tag="near")
    wire.response(1110, 407, hop=(NEAR, FAR), from_tag="far", to_tag="near")
    wire.request(6000, "INVITE", 3)
    wire.response(6010, 486, cseq=3)
    assert [call.outcome for call in wire.calls()] == [Outcome.ANSWERED, Outcome.BUSY]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (302, Outcome.REJECTED),
        (403, Outcome.REJECTED),
        (404, Outcome.REJECTED),
        (408, Outcome.FAILED),
        (480, Outcome.REJECTED),
        (486, Outcome.BUSY),
        (487, Outcome.CANCELLED),
        (500, Outcome.FAILED),
        (503, Outcome.FAILED),
        (600, Outcome.BUSY),
        (603, Outcome.REJECTED),
    ],
)
def test_outcome_of_a_final_status(status: int, outcome: Outcome) -> None:
    """Each kind of refusal has its word, and its delay."""
    wire = Wire()
    wire.request(0, "INVITE")
    wire.response(30, status)
    call = only(wire)
    assert (call.outcome, call.final_status, call.completed) == (outcome, status, False)
    assert (call.srd_ms, call.setup_ms, call.duration_s) == (30.0, None, None)


def test_redirected_call_is_two_attempts() -> None:
    """The INVITE after a 302 is another attempt, also under the same Call-ID."""
    wire = Wire()
    wire.request(0, "INVITE", 1)
    wire.response(10, 302, cseq=1)
    wire.request(11, "ACK", 1, to_tag="far", branch="z9hG4bK-1-x")
    wire.request(20, "INVITE", 2)
    wire.response(40, 486, cseq=2)
    assert [call.final_status for call in wire.calls()] == [302, 486]


def test_cancelled_call() -> None:
    """487 after a CANCEL; where the far end never rang, that 487 is no Session Request Delay."""
    wire = Wire()
    wire.request(0, "INVITE")
    wire.request(3000, "CANCEL", branch="z9hG4bK-1-x")
    wire.response(3010, 200, "CANCEL", branch="z9hG4bK-1-x")
    wire.response(3020, 487)
    call = only(wire)
    assert (call.outcome, call.final_status, call.srd_ms) == (Outcome.CANCELLED, 487, None)


def test_cancel_that_came_too_late_is_an_answered_call() -> None:
    """A 200 that crosses the CANCEL sets the call up."""
    wire = Wire()
    wire.answered_call()
    wire.request(99, "CANCEL", branch="z9hG4bK-1-x")
    wire.response(110, 200, "CANCEL", branch="z9hG4bK-1-x")
    assert only(wire).outcome is Outcome.ANSWERED


def test_cancel_into_silence_is_a_timeout() -> None:
    """Nobody confirmed the CANCEL, so nobody was there."""
    wire = Wire()
    wire.request(0, "INVITE")
    wire.request(3000, "CANCEL", branch="z9hG4bK-1-x")
    call = only(wire, end_ms=3500)
    assert (call.outcome, call.final_status) == (Outcome.TIMEOUT, None)


def test_silence_is_a_timeout_after_timer_b() -> None:
    """32 s without an answer are a timeout; before that the call is unfinished."""
    wire = Wire()
    wire.request(0, "INVITE")
    assert only(wire, end_ms=31_900).outcome is Outcome.UNFINISHED
    assert only(wire, end_ms=32_000).outcome is Outcome.TIMEOUT


def test_patience_of_the_caller_overrules_the_timers() -> None:
    """A scenario that gives up after 4 s has timed out then."""
    wire = Wire()
    wire.request(0, "INVITE")
    wire.request(500, "INVITE")
    assert only(wire, end_ms=3900, patience_s=4).outcome is Outcome.UNFINISHED
    assert only(wire, end_ms=4100, patience_s=4).outcome is Outcome.TIMEOUT


def test_ringing_call_is_open_for_three_minutes() -> None:
    """Timer C runs from the last provisional response."""
    wire = Wire()
    wire.request(0, "INVITE")
    wire.response(20, 180)
    wire.response(60_000, 180)
    assert only(wire, end_ms=239_000).outcome is Outcome.UNFINISHED
    assert only(wire, end_ms=240_000).outcome is Outcome.TIMEOUT


def test_call_without_bye_is_unfinished() -> None:
    """Answered, and still open when the capture ended."""
    wire = Wire()
    wire.answered_call()
    wire.datagrams = wire.datagrams[:5]
    call = only(wire)
    assert (call.outcome, call.final_status, call.completed) == (Outcome.UNFINISHED, 200, False)
    assert (call.setup_ms, call.duration_s) == (100.0, None)


@pytest.mark.parametrize("status", [None, 404])
def test_bye_without_success_leaves_the_session_incomplete(status: int | None) -> None:
    """No 2xx to the BYE: no disconnect delay, not completed, but answered."""
    wire = Wire()
    wire.answered_call()
    wire.datagrams.pop()
    if status is not None:
        wire.response(5010, status, "BYE", 2)
    call = only(wire)
    assert (call.outcome, call.completed, call.sdd_ms) == (Outcome.ANSWERED, False, None)


def test_callee_hangs_up() -> None:
    """A BYE of the far end swaps the tags, and belongs to the same call."""
    wire = Wire()
    wire.answered_call()
    wire.datagrams = wire.datagrams[:5]
    wire.request(2000, "BYE", 1, hop=(FAR, NEAR), from_tag="far", to_tag="near")
    wire.response(2003, 200, "BYE", 1, hop=(NEAR, FAR), from_tag="far", to_tag="near")
    call = only(wire)
    assert (call.completed, call.sdd_ms) == (True, 3.0)
    assert call.duration_s == pytest.approx(1.9)


def test_requests_inside_the_dialog_start_nothing() -> None:
    """re-INVITE of either side, rejected or not, UPDATE and OPTIONS leave the call as it is."""
    wire = Wire()
    wire.answered_call()
    wire.request(1000, "INVITE", 2, to_tag="far", branch="z9hG4bK-re")
    wire.response(1010, 488, cseq=2, branch="z9hG4bK-re")
    wire.request(1100, "INVITE", 1, hop=(FAR, NEAR), from_tag="far", to_tag="near")
    wire.response(1110, 491, hop=(NEAR, FAR), from_tag="far", to_tag="near")
    wire.request(1200, "OPTIONS", 3, to_tag="far")
    call = only(wire)
    assert (call.outcome, call.final_status, call.completed) == (Outcome.ANSWERED, 200, True)


def test_forked_call_is_one() -> None:
    """Responses of several far ends: the first sign and the first 200 count."""
    wire = Wire()
    wire.request(0, "INVITE")
    wire.response(10, 180, to_tag="one")
    wire.response(20, 180, to_tag="two")
    wire.response(30, 200, to_tag="two")
    wire.request(1000, "BYE", 2, to_tag="two")
    wire.response(1001, 200, "BYE", 2, to_tag="two")
    call = only(wire)
    assert (call.srd_ms, call.setup_ms, call.completed) == (10.0, 30.0, True)


def test_both_sides_of_a_proxy_are_one_call() -> None:
    """The near side counts: its delays are the longer ones, and nothing was retransmitted."""
    wire = Wire()
    for at_ms, hop, branch in ((0, (NEAR, PROXY), "z9hG4bK-a"), (2, (PROXY, FAR), "z9hG4bK-b")):
        wire.request(at_ms, "INVITE", hop=hop, branch=branch)
    for status, at_ms in ((180, 20), (200, 50)):
        wire.response(at_ms, status, hop=(FAR, PROXY), branch="z9hG4bK-b")
        wire.response(at_ms + 3, status, hop=(PROXY, NEAR), branch="z9hG4bK-a")
    wire.request(100, "BYE", 2, hop=(NEAR, PROXY), branch="z9hG4bK-c", to_tag="far")
    wire.request(102, "BYE", 2, hop=(PROXY, FAR), branch="z9hG4bK-d", to_tag="far")
    wire.response(104, 200, "BYE", 2, hop=(FAR, PROXY), branch="z9hG4bK-d")
    wire.response(106, 200, "BYE", 2, hop=(PROXY, NEAR), branch="z9hG4bK-c")
    call = only(wire)
    assert (call.srd_ms, call.setup_ms, call.sdd_ms) == (23.0, 53.0, 6.0)
    assert (call.completed, call.retransmissions) == (True, 0)


def test_messages_out_of_order_are_sorted_by_time() -> None:
    """TCP messages come from another reader, after the others."""
    wire = Wire()
    wire.answered_call()
    wire.datagrams.reverse()
    assert only(wire).srd_ms == 20.0


def test_calls_are_told_apart_by_call_id() -> None:
    """Interleaved calls keep their own figures, in order of their start."""
    wire = Wire()
    wire.answered_call(0, call_id="a")
    wire.answered_call(50, call_id="b")
    assert [(call.call_id, call.srd_ms) for call in wire.calls()] == [("a", 20.0), ("b", 20.0)]


def test_registration_counts_its_challenge() -> None:
    """REGISTER, 401, REGISTER, 200: one registration, its delay over both (RFC 6076 4.2)."""
    wire = Wire()
    wire.request(0, "REGISTER", 1)
    wire.response(10, 401, "REGISTER", 1)
    wire.request(12, "REGISTER", 2)
    wire.response(30, 200, "REGISTER", 2)
    call = only(wire)
    assert (call.method, call.outcome, call.final_status) == ("REGISTER", Outcome.ANSWERED, 200)
    assert (call.rrd_ms, call.srd_ms, call.sdd_ms) == (30.0, None, None)


def test_refresh_is_a_registration_of_its_own() -> None:
    """The next REGISTER with the same Call-ID starts anew; a refused one has no delay."""
    wire = Wire()
    wire.request(0, "REGISTER", 1)
    wire.response(10, 200, "REGISTER", 1)
    wire.request(60_000, "REGISTER", 2)
    wire.response(60_005, 403, "REGISTER", 2)
    assert [(call.outcome, call.rrd_ms) for call in wire.calls()] == [
        (Outcome.ANSWERED, 10.0),
        (Outcome.REJECTED, None),
    ]


def test_options_alone_and_beside_a_call() -> None:
    """OPTIONS counts where it stands alone, each time anew."""
    wire = Wire()
    for cseq in (1, 2):
        wire.request(cseq * 1000, "OPTIONS", cseq, call_id="ping")
        wire.response(cseq * 1000 + 4, 200, "OPTIONS", cseq, call_id="ping")
    wire.answered_call(5000)
    wire.request(5050, "OPTIONS", 9)
    found = [(call.method, call.setup_ms) for call in wire.calls()]
    assert found == [("OPTIONS", 4.0), ("OPTIONS", 4.0), ("INVITE", 100.0)]


def test_call_whose_start_was_not_captured_is_none() -> None:
    """Without its INVITE nothing can be said of a call."""
    wire = Wire()
    wire.request(0, "BYE", 2, to_tag="far")
    wire.response(1, 200, "BYE", 2)
    assert wire.calls() == []


def test_garbled_branches_still_make_a_call() -> None:
    """A far end that does not return the branch is measured by CSeq."""
    wire = Wire()
    wire.request(0, "INVITE", branch="z9hG4bK-MiXeD")
    wire.response(25, 180, branch="z9hg4bk-mixed")
    assert only(wire).srd_ms == 25.0
