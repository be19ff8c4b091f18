"""Expectations and faults to pass, fail or void."""

import pytest
from support import samples

from voipprobe.model.call import Call, Outcome
from voipprobe.model.verdict import Status, Verdict
from voipprobe.probe.judge import causes_of_failure, judge, success_ratio
from voipprobe.quality.metrics import KNOWN_METRICS
from voipprobe.quality.thresholds import parse

BUSY = samples.call(outcome=Outcome.BUSY, final_status=486, completed=False)
UNFINISHED = samples.call(outcome=Outcome.UNFINISHED, completed=False)


def verdict(
    *expressions: str,
    faults: tuple[str, ...] = (),
    missing: tuple[str, ...] = (),
    ser: float | None = 0.95,
    mos: float | None = None,
) -> Verdict:
    return judge(
        [parse(text, KNOWN_METRICS) for text in expressions],
        {"ser": ser, "mos.p5": mos},
        faults=faults,
        missing=missing,
        causes=("1 of 20 calls: busy (486)",),
    )


def test_pass_has_no_reasons() -> None:
    found = verdict("ser>=0.95")
    assert (found.status, found.reasons) == (Status.PASS, ())
    assert found.expectations[0].value == 0.95


def test_fail_names_the_threshold_the_value_and_the_causes() -> None:
    found = verdict("ser>=0.99", "ser>=0.9")
    assert found.status is Status.FAIL
    assert found.reasons == ("ser>=0.99: found 0.95", "1 of 20 calls: busy (486)")
    assert [row.met for row in found.expectations] == [False, True]


def test_no_value_is_void_and_never_met() -> None:
    """Unknown is neither good nor bad."""
    found = verdict("ser>=0.9", "mos.p5>=4.0")
    assert found.status is Status.VOID
    assert found.reasons[0] == "mos.p5>=4.0: no value"
    assert [row.met for row in found.expectations] == [True, None]


def test_a_fault_outweighs_everything() -> None:
    """Nothing of such a run can be trusted, but the values are still told."""
    for ser in (0.95, 1.0):
        found = verdict("ser>=0.99", faults=("SIPp crashed",), ser=ser)
        assert (found.status, found.reasons) == (Status.VOID, ("SIPp crashed",))
        assert found.expectations[0].value == ser


def test_a_broken_threshold_outweighs_what_is_missing() -> None:
    """The calls failed, whether media was measured or not."""
    found = verdict("ser>=0.99", "mos.p5>=4", missing=("no capture",))
    assert found.status is Status.FAIL
    assert found.reasons[-1] == "no capture"


def test_what_is_missing_outweighs_a_pass() -> None:
    found = verdict("ser>=0.9", missing=("no capture",))
    assert found.status is Status.VOID
    assert found.reasons[0] == "no capture"


@pytest.mark.parametrize("status", [Status.FAIL, Status.VOID])
def test_fail_and_void_always_have_a_reason(status: Status) -> None:
    found = verdict("ser>=0.99" if status is Status.FAIL else "mos.p5>=4")
    assert found.status is status
    assert found.reasons


@pytest.mark.parametrize(
    ("calls", "wanted", "ratio"),
    [
        ([], Outcome.ANSWERED, None),
        ([UNFINISHED], Outcome.ANSWERED, None),
        ([samples.call()], Outcome.ANSWERED, 1.0),
        ([samples.call(), UNFINISHED], Outcome.ANSWERED, 1.0),
        ([samples.call(), BUSY], Outcome.ANSWERED, 0.5),
        ([samples.call(), BUSY], Outcome.BUSY, 0.5),
        ([samples.call(completed=False)], Outcome.ANSWERED, 0.0),
        ([BUSY, BUSY, BUSY], Outcome.BUSY, 1.0),
    ],
)
def test_success_ratio(calls: list[Call], wanted: Outcome, ratio: float | None) -> None:
    """Calls that an interruption left open are neither."""
    assert success_ratio(calls, wanted) == ratio


def test_causes_come_most_frequent_first() -> None:
    calls = [
        samples.call(),
        samples.failed_call(),
        BUSY,
        BUSY,
        samples.call(completed=False),
        UNFINISHED,
    ]
    assert causes_of_failure(calls, Outcome.ANSWERED, "what SIPp said") == [
        "2 of 6 calls: busy (486)",
        "1 of 6 calls: no final answer",
        "1 of 6 calls: answered, then not ended properly",
    ]


def test_sipps_words_are_used_where_the_wire_shows_nothing() -> None:
    assert causes_of_failure([], Outcome.ANSWERED, "boom") == ["SIPp: boom"]
    assert causes_of_failure([], Outcome.ANSWERED, None) == []
