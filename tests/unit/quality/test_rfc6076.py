"""RFC 6076 ratios and delays over hand-made calls."""

from typing import Any

import pytest
from support import samples

from voipprobe.model.call import Call, Outcome
from voipprobe.quality.rfc6076 import session_metrics, success_ratio


def ended(final_status: int | None, **changes: Any) -> Call:
    """An INVITE that ended with that status; an answered one is complete."""
    answered = final_status == 200
    fields: dict[str, Any] = {
        "outcome": Outcome.ANSWERED if answered else Outcome.FAILED,
        "final_status": final_status,
        "completed": answered,
    }
    return samples.call(**(fields | changes))


TIMEOUT = ended(None, outcome=Outcome.TIMEOUT, srd_ms=None, sdd_ms=None)
UNFINISHED = ended(None, outcome=Outcome.UNFINISHED)


def test_no_attempt_leaves_every_ratio_undefined() -> None:
    found = session_metrics([])
    assert found.attempts == 0
    assert (found.ser, found.seer, found.isa, found.scr) == (None, None, None, None)
    assert found.srd_ms.n == found.srd_failed_ms.n == found.sdd_ms.n == found.rrd_ms.n == 0


def test_redirections_leave_ser_and_seer_but_not_isa() -> None:
    """6 answered, 2 redirected, 1 busy, 1 unavailable."""
    calls = [ended(200)] * 6 + [ended(302)] * 2 + [ended(486), ended(503)]
    found = session_metrics(calls)
    assert found.attempts == 10
    assert found.ser == 6 / 8
    assert found.seer == 7 / 8
    assert found.isa == 1 / 10
    assert found.scr == 6 / 10


def test_only_redirections_leave_ser_undefined() -> None:
    found = session_metrics([ended(302), ended(301)])
    assert (found.ser, found.seer) == (None, None)
    assert (found.isa, found.scr) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("status", "effective", "ineffective"),
    [
        (200, True, False),
        (401, False, False),
        (404, False, False),
        (407, False, False),
        (408, False, True),
        (480, True, False),
        (486, True, False),
        (487, False, False),
        (500, False, True),
        (502, False, False),
        (503, False, True),
        (504, False, True),
        (600, True, False),
        (603, True, False),
        (604, False, False),
    ],
)
def test_which_statuses_are_effective(status: int, effective: bool, ineffective: bool) -> None:
    found = session_metrics([ended(status)])
    assert (found.seer, found.isa) == (float(effective), float(ineffective))


def test_silence_counts_as_408() -> None:
    found = session_metrics([ended(200), TIMEOUT])
    assert (found.ser, found.seer, found.isa) == (0.5, 0.5, 0.5)


def test_unfinished_calls_are_attempts_and_in_no_ratio() -> None:
    found = session_metrics([ended(200), UNFINISHED])
    assert found.attempts == 2
    assert (found.ser, found.seer, found.isa, found.scr) == (1.0, 1.0, 0.0, 1.0)
    assert (found.srd_ms.n, found.srd_failed_ms.n) == (1, 0)
    assert session_metrics([UNFINISHED]).ser is None


def test_an_answered_session_with_a_response_missing_is_not_complete() -> None:
    found = session_metrics([ended(200), ended(200, completed=False, sdd_ms=None)])
    assert (found.ser, found.scr) == (1.0, 0.5)
    assert found.sdd_ms.n == 1


def test_delays_of_successes_and_failures_are_never_mixed() -> None:
    calls = [
        ended(200, srd_ms=10.0),
        ended(503, srd_ms=500.0),
        ended(302, srd_ms=7.0),
        ended(407, srd_ms=3.0),
        TIMEOUT,
    ]
    found = session_metrics(calls)
    assert (found.srd_ms.n, found.srd_ms.max) == (1, 10.0)
    assert (found.srd_failed_ms.n, found.srd_failed_ms.max) == (1, 500.0)


def test_registrations_are_no_sessions() -> None:
    calls = [
        ended(200, method="REGISTER", rrd_ms=8.0, srd_ms=99.0),
        ended(403, method="REGISTER", rrd_ms=70.0),
        ended(200, method="OPTIONS", srd_ms=99.0),
    ]
    found = session_metrics(calls)
    assert (found.attempts, found.ser, found.srd_ms.n) == (0, None, 0)
    assert (found.rrd_ms.n, found.rrd_ms.max) == (1, 8.0)


def test_success_ratio_serves_every_method() -> None:
    calls = [ended(200, method="REGISTER"), ended(403, method="REGISTER"), UNFINISHED]
    assert success_ratio(calls) == 0.5
    assert success_ratio([UNFINISHED]) is None


def test_calls_may_come_as_a_generator() -> None:
    assert session_metrics(ended(200) for _ in range(3)).ser == 1.0
