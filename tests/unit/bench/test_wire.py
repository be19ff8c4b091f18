"""What the wire shows of a trial."""

import pytest
from support.samples import call, failed_call, sent_stream, stream

from voipprobe.bench.wire import (
    Plateau,
    is_of_plateau,
    most_calls_up,
    packets,
    reached_rate_cps,
    refusals,
    silent_calls,
    success,
)
from voipprobe.model.call import Call, Outcome

PLATEAU = Plateau(begins_at=100.0, ends_at=110.0)


def refused(status: int = 503, at: float = 0.0) -> Call:
    return failed_call(
        outcome=Outcome.FAILED, final_status=status, srd_ms=2.0, started_at=at, findings=()
    )


@pytest.mark.parametrize(
    ("one", "counts"),
    [
        (call(started_at=95.0, duration_s=4.0), False),
        (call(started_at=95.0, duration_s=6.0), True),
        (call(started_at=109.0, duration_s=6.0), True),
        (call(started_at=110.5, duration_s=6.0), False),
        (call(started_at=50.0, duration_s=None), True),
        (refused(at=99.0), False),
        (refused(at=101.0), True),
        (failed_call(started_at=96.0), True),
        (failed_call(started_at=90.0), False),
    ],
)
def test_calls_of_the_plateau(one: Call, counts: bool) -> None:
    """Those that were up or tried at any time of it: the ramp's own refusals do not count."""
    assert is_of_plateau(one, PLATEAU) is counts


def test_unfinished_calls_are_neither_good_nor_bad() -> None:
    """Nobody knows how they would have ended; one without an answer to its BYE is bad."""
    calls = [call(), call(completed=False), call(outcome=Outcome.UNFINISHED), refused()]
    found = success(calls)
    assert (found.hits, found.of) == (1, 3)


def test_refusals_by_status() -> None:
    """Silence is counted apart."""
    calls = [call(), refused(503), refused(503), refused(486), failed_call()]
    assert refusals(calls) == ({503: 2, 486: 1}, 1)


def test_most_calls_up() -> None:
    """A call that ends when its successor begins makes room for it; refused ones were never up."""
    calls = [
        call(started_at=0.0, setup_ms=0.0, duration_s=10.0),
        call(started_at=5.0, setup_ms=0.0, duration_s=10.0),
        call(started_at=10.0, setup_ms=0.0, duration_s=10.0),
        refused(at=6.0),
    ]
    assert most_calls_up(calls) == 2
    assert most_calls_up([]) == 0


def test_rate_that_was_reached() -> None:
    """From the first call to the last before the plateau's end; unknown for one call alone."""
    calls = [call(started_at=100.0 + 0.5 * number) for number in range(30)]
    assert reached_rate_cps(calls, PLATEAU) == pytest.approx(2.0)
    assert reached_rate_cps(calls[:1], PLATEAU) is None


def test_packets_that_were_due() -> None:
    """By the time that our own streams lasted; what came back to us is not ours."""
    ours = sent_stream(duration_s=9.98, packets=450, discarded=3)
    assert packets([ours, stream()]) == (500, 450, 3)


def test_calls_without_a_stream() -> None:
    """A generator that sends nothing at all for a call is found out, too."""
    assert silent_calls(2, [sent_stream(), stream()]) == 1
    assert silent_calls(1, [sent_stream(), sent_stream()]) == 0
