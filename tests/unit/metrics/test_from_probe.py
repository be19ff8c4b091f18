"""The result of a round as measurements: what was not measured is not there."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from support import samples
from support.measured_rounds import AT, DIMENSIONS, PATH

from voipprobe.metrics.catalogue import CATALOGUE
from voipprobe.metrics.from_probe import (
    iperf_measurements,
    probe_measurements,
    void_measurements,
)
from voipprobe.model.call import Outcome
from voipprobe.model.directions import StreamDirections
from voipprobe.model.iperf import IperfResult
from voipprobe.model.measurement import Measurement
from voipprobe.model.probe import ProbeResult
from voipprobe.model.signalling import Retransmissions
from voipprobe.model.summary import JitterSummary
from voipprobe.model.verdict import Status, Verdict

Found = dict[str, tuple[tuple[float, int], ...]]


def by_name(found: Sequence[Measurement]) -> Found:
    """Samples by metric; every measurement is checked for what all have in common."""
    names = [one.metric for one in found]
    assert len(set(names)) == len(names)
    for one in found:
        assert one.samples
        assert tuple(name for name, _ in one.dimensions) == CATALOGUE[one.metric].dimensions
    return {one.metric: one.samples for one in found}


def of(result: ProbeResult, *directions: StreamDirections) -> Found:
    found = probe_measurements(result, PATH, directions)
    assert {one.dimensions for one in found} == {DIMENSIONS}
    assert {one.at for one in found} == {result.run.started_at}
    return by_name(found)


PASSED = samples.probe_result(
    verdict=Verdict(status=Status.PASS), calls=(samples.call(), samples.call()), iperf=None
)


def test_a_round_that_passed_counts_its_calls() -> None:
    """Zero failures are a zero: a ratio of sums needs it. Kinds of failure are sparse."""
    found = of(PASSED)
    assert found["Rounds"] == ((1.0, 1),)
    assert found["RoundsFailed"] == found["RoundsVoid"] == ((0.0, 1),)
    assert found["CallAttempts"] == found["CallSuccesses"] == ((2.0, 1),)
    assert found["CallFailures"] == ((0.0, 1),)
    assert not any(name.startswith("Failures") for name in found)


def test_each_failure_is_of_one_kind() -> None:
    kinds = {
        Outcome.BUSY: "FailuresBusy", Outcome.REJECTED: "FailuresRejected",
        Outcome.FAILED: "FailuresServer", Outcome.TIMEOUT: "FailuresTimeout",
        Outcome.CANCELLED: "FailuresOther",
    }  # fmt: skip
    calls = [samples.call()] + [
        samples.failed_call(outcome=outcome)
        for number, outcome in enumerate(kinds, 1)
        for _ in range(number)
    ]
    found = of(samples.probe_result(calls=tuple(calls)))
    counts = {name: found[name][0][0] for name in kinds.values()}
    assert list(counts.values()) == [1, 2, 3, 4, 5]
    assert found["CallFailures"] == ((15.0, 1),)
    assert found["CallAttempts"] == ((16.0, 1),)


def test_a_call_that_was_answered_and_broke_off_is_a_failure() -> None:
    found = of(samples.probe_result(calls=(samples.call(completed=False),)))
    assert found["FailuresOther"] == ((1.0, 1),)


def test_calls_without_an_end_count_neither_way() -> None:
    found = of(samples.probe_result(calls=(samples.call(outcome=Outcome.UNFINISHED),)))
    assert "CallAttempts" not in found
    assert "CallFailures" not in found


def test_a_scenario_that_wants_busy_succeeds_with_busy() -> None:
    result = samples.probe_result(calls=(samples.failed_call(outcome=Outcome.BUSY),))
    wanted = replace(result.scenario, expected_outcome=Outcome.BUSY)
    found = of(replace(result, scenario=wanted))
    assert found["CallSuccesses"] == ((1.0, 1),)
    assert "FailuresBusy" not in found


@pytest.mark.parametrize(
    "result",
    [
        replace(samples.probe_result(), verdict=Verdict(status=Status.VOID, reasons=("x",))),
        samples.probe_result(run=samples.run(interrupted=True)),
        samples.unmeasured_result(),
    ],
    ids=["void", "interrupted", "unmeasured"],
)
def test_of_a_void_or_interrupted_round_only_the_round_counts(result: ProbeResult) -> None:
    """A restart of the agent interrupts rounds whose calls then "fail": no alarm may ring."""
    assert of(result) == {
        "Rounds": ((1.0, 1),), "RoundsFailed": ((0.0, 1),), "RoundsVoid": ((1.0, 1),),
    }  # fmt: skip


def test_a_round_without_any_result_is_void() -> None:
    assert by_name(void_measurements(PATH, AT)) == {
        "Rounds": ((1.0, 1),), "RoundsFailed": ((0.0, 1),), "RoundsVoid": ((1.0, 1),),
    }  # fmt: skip


def test_media_are_of_received_streams() -> None:
    """One sample for each; percent and milliseconds."""
    streams = (
        samples.sent_stream(), samples.stream(), samples.stream(loss_ratio=0.0, lost=0),
        samples.stream(mos=None, loss_ratio=None, round_trip_ms=None,
                       jitter_ms=JitterSummary()),
    )  # fmt: skip
    found = of(replace(PASSED, streams=streams))
    assert found["PacketsExpected"] == ((1500.0, 1),)
    assert found["PacketsLost"] == ((20.0, 1),)
    assert found["PacketLoss"] == ((0.0, 1), (2.0, 1))
    assert found["Jitter"] == ((0.15, 2),)
    assert found["RoundTrip"] == ((0.38, 2),)
    assert found["MOS"] == ((4.12, 2),)


def test_without_streams_there_is_no_loss_of_zero() -> None:
    """Unknown is not good."""
    found = of(replace(PASSED, streams=()))
    assert not {"PacketsExpected", "PacketsLost", "PacketLoss", "Jitter", "MOS"} & found.keys()


def test_signalling_is_in_percent_and_counts_messages() -> None:
    found = of(PASSED)
    assert found["SER"] == ((95.0, 1),)
    assert found["ISA"] == ((5.0, 1),)
    assert found["SipMessages"] == ((126.0, 1),)
    assert found["RetransmissionsSent"] == ((6.0, 1),)
    assert found["RetransmissionsReceived"] == ((0.0, 1),)


def test_what_the_generator_cannot_count_is_left_out() -> None:
    """SIPp counts no messages; a ratio that is undefined is no 0 %."""
    generator = samples.signalling(
        witness="generator", messages=None, ser=None, retransmissions=Retransmissions(by_method={})
    )
    found = of(replace(PASSED, signalling=generator))
    assert not {"SipMessages", "RetransmissionsSent", "SER"} & found.keys()
    assert "SEER" in found


def test_delays_are_of_calls_that_were_set_up() -> None:
    calls = (samples.call(srd_ms=5.0), samples.call(srd_ms=5.0), samples.failed_call(srd_ms=99.0))
    found = of(samples.probe_result(calls=calls))
    assert found["SessionRequestDelay"] == ((5.0, 2),)
    assert found["SessionDisconnectDelay"] == ((1.2, 2),)
    assert "RegistrationRequestDelay" not in found


def test_loss_of_both_directions_where_both_ends_know() -> None:
    first = StreamDirections(call_id="1", ssrc="0x1", sent=100, arrived=90, returned=90,
                             received=45)  # fmt: skip
    nothing = StreamDirections(call_id="2", ssrc="0x2", sent=100, arrived=0, returned=0,
                               received=0)  # fmt: skip
    found = of(PASSED, first, nothing)
    assert found["ForwardLoss"] == ((10.0, 1), (100.0, 1))
    assert found["BackwardLoss"] == ((50.0, 1),)
    assert "ForwardLoss" not in of(PASSED)


def test_iperf_is_void_only_where_nothing_was_measured() -> None:
    """One direction that failed is told in the round's reasons."""
    found = by_name(iperf_measurements(samples.iperf_result(), PATH, AT))
    assert found["RoundsVoid"] == ((0.0, 1),)
    (none, _), (some, _) = found["IperfLoss"]
    assert none == 0.0
    assert some == pytest.approx(0.24)
    assert found["IperfThroughput"] == ((9_412_000_000.0, 1),)
    assert found["IperfJitter"] == ((0.021, 1), (0.034, 1))
    nothing = by_name(iperf_measurements(IperfResult(server="x", errors=("refused",)), PATH, AT))
    assert nothing["RoundsVoid"] == ((1.0, 1),)
    assert not {"IperfLoss", "IperfThroughput", "IperfJitter"} & nothing.keys()
