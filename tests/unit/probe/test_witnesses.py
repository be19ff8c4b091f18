"""Each fault that makes a run void: true, and just not true."""

from dataclasses import replace
from typing import Any

import pytest
from support import samples

from voipprobe.model.call import Call, Outcome
from voipprobe.model.run import Generator
from voipprobe.probe import witnesses
from voipprobe.probe.load import Load

LOAD = Load(calls=20, rate_cps=5.0, hold_s=10.0)


def generator(**changes: Any) -> Generator:
    """20 calls, all good."""
    good = Generator(
        exit_code=0,
        created=20,
        successful=20,
        failed=0,
        open=0,
        retransmissions=0,
        call_rate_cps=5.0,
        target_rate_cps=5.0,
        watchdog=0,
        limit_reached=False,
    )
    return replace(good, **changes)


def calls(count: int = 20, *, every_s: float = 0.2) -> list[Call]:
    return [samples.call(started_at=1000.0 + n * every_s) for n in range(count)]


def generator_faults(interrupted: bool = False, **changes: Any) -> list[str]:
    return witnesses.generator_faults(generator(**changes), LOAD, interrupted=interrupted)


def test_a_good_run_has_no_faults() -> None:
    assert generator_faults() == []


def test_failed_calls_are_no_fault_of_ours() -> None:
    """Exit code 1 and a failed call belong together."""
    assert generator_faults(exit_code=1, successful=19, failed=1) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"created": None, "exit_code": 255}, "SIPp left no statistics (exit code 255)"),
        ({"created": None, "exit_code": None}, "SIPp left no statistics (exit code None)"),
        ({"limit_reached": True}, "SIPp reached its limit of open calls"),
        ({"watchdog": 1}, "SIPp's watchdog found the generator overloaded 1 times"),
        ({"created": 19, "successful": 19}, "SIPp created 19 of 20 calls"),
        ({"open": 1, "successful": 19}, "SIPp's statistics end with 1 calls open"),
        ({"exit_code": 253}, "SIPp ended with exit code 253"),
        ({"exit_code": 97}, "SIPp ended with exit code 97"),
        ({"exit_code": None}, "SIPp ended with exit code None"),
        ({"exit_code": 1}, "SIPp's exit code 1 and its statistics disagree: 0 failed calls"),
        (
            {"successful": 19, "failed": 1},
            "SIPp's exit code 0 and its statistics disagree: 1 failed calls",
        ),
    ],
)
def test_faults_of_the_generator(changes: dict[str, Any], fault: str) -> None:
    faults = generator_faults(**changes)
    assert len(faults) == 1
    assert faults[0].startswith(fault)


def test_an_interrupted_run_may_end_early() -> None:
    """But an overloaded generator is still one."""
    early = {"created": 7, "successful": 3, "open": 4, "exit_code": None}
    assert generator_faults(interrupted=True, **early) == []
    assert len(generator_faults(interrupted=True, **early, watchdog=2)) == 1


def test_faults_add_up() -> None:
    assert len(generator_faults(created=5, open=5, exit_code=99, watchdog=1)) == 4


def wire_faults(
    seen: list[Call],
    wanted: Outcome = Outcome.ANSWERED,
    *,
    interrupted: bool = False,
    **changes: Any,
) -> list[str]:
    return witnesses.wire_faults(generator(**changes), seen, wanted, interrupted=interrupted)


def test_wire_and_statistics_agree() -> None:
    assert wire_faults(calls()) == []
    seen = [*calls(19), samples.failed_call()]
    assert wire_faults(seen, successful=19, failed=1) == []


def test_a_call_that_the_wire_does_not_show() -> None:
    """The capture missed it, or SIPp never sent it: nobody knows."""
    faults = wire_faults(calls(19))
    assert "disagree: 20 calls created, 19 seen" in faults[0]
    assert "disagree: 20 successful calls, 19 answered on the wire" in faults[1]


def test_a_call_that_failed_on_the_wire_and_went_well_for_sipp() -> None:
    (fault,) = wire_faults([*calls(19), samples.failed_call()])
    assert "disagree: 20 successful calls, 19 answered" in fault


def test_an_answered_call_that_was_never_ended_is_no_success() -> None:
    seen = [*calls(19), samples.call(completed=False)]
    assert wire_faults(seen, successful=19, failed=1) == []
    assert len(wire_faults(seen)) == 1


def test_success_is_what_the_scenario_wants() -> None:
    busy = [samples.call(outcome=Outcome.BUSY, final_status=486, completed=False)] * 20
    assert wire_faults(busy, Outcome.BUSY) == []
    assert len(wire_faults(busy, Outcome.CANCELLED)) == 1
    assert len(wire_faults(calls(), Outcome.BUSY)) == 1


def test_nothing_can_be_compared_when_interrupted_or_without_statistics() -> None:
    """The last row is up to a second old, or not there."""
    assert wire_faults(calls(7), interrupted=True) == []
    assert wire_faults(calls(7), created=None) == []


@pytest.mark.parametrize(
    ("every_s", "is_slow"), [(0.2, False), (0.18, False), (0.230, False), (0.2305, True)]
)
def test_calls_that_left_too_slowly(every_s: float, is_slow: bool) -> None:
    """3.8 s are due for 20 calls; 3.8 / 0.98 + 0.5 s is the limit, 0.2304 s a call."""
    assert bool(witnesses.rate_faults(calls(every_s=every_s), LOAD)) is is_slow


def test_slow_calls_are_told_in_calls_per_second() -> None:
    assert witnesses.rate_faults(calls(every_s=1.0), LOAD) == [
        "the generator placed 1 calls/s where 5 were asked for"
    ]


def test_rate_needs_every_call_and_at_least_two() -> None:
    assert witnesses.rate_faults(calls(19, every_s=9), LOAD) == []
    assert witnesses.rate_faults(calls(1), Load(calls=1, rate_cps=5.0, hold_s=1.0)) == []
    assert witnesses.rate_faults([], LOAD) == []


def media_faults(sent_packets: int, talked_s: list[float | None], share: float = 1.0) -> list[str]:
    talked = [samples.call(duration_s=duration_s) for duration_s in talked_s]
    return witnesses.media_faults(samples.media(sent_packets=sent_packets), talked, share)


@pytest.mark.parametrize(
    ("sent", "talked_s", "share", "is_short"),
    [
        (10_000, [10.0] * 20, 1.0, False),
        (9_900, [10.0] * 20, 1.0, False),
        (9_899, [10.0] * 20, 1.0, True),
        (47, [1.0], 1.0, False),
        (46, [1.0], 1.0, True),
        (500, [10.0, None, None], 1.0, False),
        (330, [10.0], 2 / 3, False),
        (329, [10.0], 2 / 3, True),
        (0, [], 1.0, False),
        (0, [None], 1.0, False),
        (0, [10.0], 1.0, True),
    ],
)
def test_proof_of_media(
    sent: int, talked_s: list[float | None], share: float, is_short: bool
) -> None:
    """99 % of 50 packets a second, or three packets a call for those that are short."""
    assert bool(media_faults(sent, talked_s, share)) is is_short


def test_missing_media_is_told_with_both_numbers() -> None:
    assert media_faults(15, [10.0]) == ["the generator sent 15 RTP packets where 500 were due"]


@pytest.mark.parametrize(
    ("late", "sent", "is_late"), [(10, 1000, False), (11, 1000, True), (0, 0, False)]
)
def test_our_own_lateness(late: int, sent: int, is_late: bool) -> None:
    assert bool(witnesses.late_faults(late, sent)) is is_late


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({}, None),
        ({"dropped_packets": None}, "does not say how many packets it lost"),
        ({"dropped_packets": 1, "packets": 100}, "the capture lost 1 of 100 packets"),
        ({"truncated": True}, "the capture file is cut off"),
    ],
)
def test_a_capture_that_is_not_whole(changes: dict[str, Any], fault: str | None) -> None:
    """Unknown drops are no better than drops."""
    info = samples.probe_result().capture
    assert info is not None
    faults = witnesses.capture_faults(replace(info, **changes))
    assert (fault is None and not faults) or (fault is not None and fault in faults[0])
