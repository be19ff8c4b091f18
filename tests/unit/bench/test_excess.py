"""Refused calls that were one too many."""

from support.samples import call, failed_call

from voipprobe.bench.excess import excess_calls
from voipprobe.model.call import Call, Outcome

HOLD_S = 10.0


def answered(at: float, *, duration_s: float = HOLD_S, delay_ms: float = 2.0) -> Call:
    return call(started_at=at, setup_ms=delay_ms, sdd_ms=delay_ms, duration_s=duration_s)


def refused(at: float) -> Call:
    return failed_call(
        outcome=Outcome.FAILED, final_status=503, srd_ms=2.0, started_at=at, findings=()
    )


def test_a_call_too_early_is_left_out() -> None:
    """Four are up until their BYE is answered; the fifth comes while it is on its way."""
    up = [answered(float(at), duration_s=9.0) for at in range(4)]
    assert excess_calls([*up, refused(9.003)], 4, 0.4) == (refused(9.003),)
    assert excess_calls([*up, refused(9.005)], 4, 0.4) == ()


def test_a_full_system_is_full() -> None:
    """It carries four and refuses every further one: all of them count."""
    up = [answered(float(at)) for at in range(4)]
    assert excess_calls([*up, refused(5.0), refused(6.0)], 5, 0.5) == ()


def test_a_slow_system_has_no_excuse() -> None:
    """What takes it seconds to set up and end keeps more calls up than were asked for."""
    up = [answered(float(at), delay_ms=1500.0) for at in range(4)]
    assert excess_calls([*up, refused(9.0)], 4, 0.4) == ()
    swift = [answered(float(at), delay_ms=2.0) for at in range(4)]
    assert excess_calls([*swift, refused(9.0)], 4, 0.4) == (refused(9.0),)


def test_silence_is_no_refusal() -> None:
    """A call without a final answer counts, whatever else was up; so does one without a BYE."""
    up = [answered(float(at)) for at in range(4)]
    assert excess_calls([*up, failed_call(started_at=5.0)], 4, 0.4) == ()
    endless = [call(started_at=0.0, setup_ms=1.0, sdd_ms=None, duration_s=None)]
    assert excess_calls([*endless, refused(500.0)], 1, 0.1) == (refused(500.0),)
