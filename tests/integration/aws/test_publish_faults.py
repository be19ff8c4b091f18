"""The line to CloudWatch fails: every datum arrives, with its own time, what was confirmed once.

A faulty proxy stands in front of moto; the loop below is what an agent does with its spool.
"""

import socket
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from support.faulty_proxy import (
    BROKEN,
    DENIED,
    EXPIRED,
    GOOD,
    RESET_AFTER,
    RESET_BEFORE,
    THROTTLED,
    UNAVAILABLE,
    Answer,
    Fault,
    FaultyProxy,
    refuse_data,
    slow,
)
from support.measurements import NAMESPACE, expected, measurement, one_round
from support.moto import Moto

from voipprobe.aws.metrics.backoff import Backoff
from voipprobe.aws.metrics.limits import DOCUMENTED
from voipprobe.aws.metrics.outcome import PublishOutcome
from voipprobe.aws.metrics.publisher import CloudWatchPublisher
from voipprobe.model.measurement import Measurement

NOW = time.time()
PATIENCE_S = 0.5
REFUSED_WHOLE = (BROKEN, UNAVAILABLE, THROTTLED, DENIED, EXPIRED)


def longest(_low: float, high: float) -> float:
    """Chance at its worst: waits are their bounds."""
    return high


def make(**settings: Any) -> CloudWatchPublisher:
    return CloudWatchPublisher(NAMESPACE, **{"backoff": Backoff(draw=longest), **settings})


def drained(
    publisher: CloudWatchPublisher, waiting: Sequence[Measurement], *, most: int = 40
) -> list[PublishOutcome]:
    """Publish until nothing waits, as a spool does, but without the waits."""
    outcomes: list[PublishOutcome] = []
    while waiting and len(outcomes) < most:
        outcomes.append(publisher.publish(waiting))
        waiting = [waiting[place] for place in outcomes[-1].later]
    publisher.close()
    assert not waiting
    return outcomes


def delivered(outcomes: Sequence[PublishOutcome]) -> int:
    return sum(len(one.delivered) for one in outcomes)


@pytest.mark.parametrize("fault", REFUSED_WHOLE, ids=lambda fault: fault.name)
def test_refused_and_sent_again(moto: Moto, proxy: FaultyProxy, fault: Fault) -> None:
    """Each datum arrives once, at its own time, after three refusals; the wait doubles."""
    given = one_round(NOW - 300, paths=2)
    proxy.plan(fault, fault, fault)
    outcomes = drained(make(), given)
    assert [one.retry_after_s for one in outcomes] == [1.0, 2.0, 4.0, None]
    assert proxy.faults() == [fault.name] * 3 + ["good"]
    assert moto.kept() == expected(given)
    assert [one.failures for one in outcomes] == [1, 1, 1, 0]
    for one in outcomes[:3]:
        assert one.problem is not None
        assert one.problem.startswith("PutMetricData in us-east-1: ")
        assert "\n" not in one.problem


def test_reset_before_it_was_taken(moto: Moto, proxy: FaultyProxy) -> None:
    """We cannot know that it was not, and say so; it arrives once."""
    given = one_round(NOW)
    proxy.plan(RESET_BEFORE)
    outcomes = drained(make(), given)
    assert outcomes[0].maybe_twice == len(given)
    assert moto.kept() == expected(given)


@pytest.mark.parametrize("fault", [RESET_AFTER, slow(3 * PATIENCE_S)], ids=lambda f: f.name)
def test_taken_but_not_confirmed(moto: Moto, proxy: FaultyProxy, fault: Fault) -> None:
    """It is sent again, and counted as what may be there twice: here it is."""
    given = one_round(NOW)
    proxy.plan(fault)
    outcomes = drained(make(read_timeout_s=PATIENCE_S), given)
    assert [one.maybe_twice for one in outcomes] == [len(given), 0]
    assert moto.kept() == expected([*given, *given])


def test_a_slow_answer_is_an_answer(moto: Moto, proxy: FaultyProxy) -> None:
    given = one_round(NOW)
    proxy.plan(slow(1.0))
    (outcome,) = drained(make(), given)
    assert outcome.requests == 1
    assert moto.kept() == expected(given)


def test_botocore_repeats_nothing_by_itself(proxy: FaultyProxy) -> None:
    """Or a request whose answer was lost would be there twice without our knowing."""
    proxy.plan(BROKEN, RESET_BEFORE)
    publisher = make()
    given = one_round(NOW)
    assert publisher.publish(given).requests == 1
    assert publisher.publish(given).requests == 1
    publisher.close()
    assert proxy.faults() == ["broken", "reset before"]


def test_an_hour_without_a_way_there(
    moto: Moto, proxy: FaultyProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing listens; a round every four minutes waits; then all arrive, each minute as it was."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{closed.getsockname()[1]}")
        publisher = make()
        waiting: list[Measurement] = []
        for minute in range(0, 60, 4):
            waiting += one_round(NOW - 3600 + 60 * minute, seed=minute, calls=2)
            outcome = publisher.publish(waiting)
            assert len(outcome.later) == len(waiting)
            assert outcome.maybe_twice == 0
            assert "is the Region right" in str(outcome.problem)
        assert outcome.retry_after_s == 300.0  # the bound no longer doubles
        publisher.close()
    monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
    outcomes = drained(publisher, waiting)
    assert moto.kept() == expected(waiting)
    assert len(proxy.seen) == -(-len(waiting) // 1000)
    assert outcomes[-1].retry_after_s is None


def test_what_was_confirmed_is_not_sent_with_the_rest(moto: Moto, proxy: FaultyProxy) -> None:
    """Of three requests the second is throttled: the first one's data stay delivered."""
    given = [one for n in range(86) for one in one_round(NOW - 60 * n, seed=n, calls=1)]
    proxy.plan(GOOD, THROTTLED)
    outcomes = drained(make(), given)
    assert len(outcomes[0].delivered) == 1000
    assert outcomes[0].retry_after_s == 1.0  # the success before it set the wait back
    assert delivered(outcomes) == len(given)
    assert moto.kept() == expected(given)


def test_a_success_sets_the_wait_back(proxy: FaultyProxy) -> None:
    proxy.plan(THROTTLED, THROTTLED, GOOD, THROTTLED)
    publisher, given = make(), one_round(NOW)
    waits = [publisher.publish(given).retry_after_s for _ in range(4)]
    publisher.close()
    assert waits == [1.0, 2.0, None, 1.0]


def test_what_is_too_big_as_written_is_halved(
    moto: Moto, proxy: FaultyProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were our own sum of bytes too low (another protocol), nothing too big would leave."""
    monkeypatch.setattr("voipprobe.aws.metrics.batch.datum_bytes", lambda _datum: 0)
    given = [
        measurement("Jitter", (1 / (7 * n + value + 3) for value in range(150)), NOW,
                    destination=f"d{n}") for n in range(300)
    ]  # fmt: skip
    drained(make(), given)
    assert len(proxy.seen) > 1
    assert max(one.body_bytes for one in proxy.seen) <= DOCUMENTED.request_bytes
    assert moto.kept() == expected(given)


def test_credentials_that_expire_and_are_renewed(
    moto: Moto, proxy: FaultyProxy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whoever renews them writes the file anew; the next attempt takes the new ones up."""
    file = tmp_path / "credentials"
    write_key(file, "OLDKEY")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    proxy.judge = lambda _document, key: EXPIRED if key == "OLDKEY" else None
    publisher, given = make(), one_round(NOW - 60)
    first = publisher.publish(given)
    assert "credentials refused (ExpiredToken): renew them" in str(first.problem)
    write_key(file, "NEWKEY")
    drained(publisher, given)
    assert [one.access_key for one in proxy.seen] == ["OLDKEY", "NEWKEY"]
    assert moto.kept() == expected(given)


def write_key(file: Path, key: str) -> None:
    file.write_text(f"[default]\naws_access_key_id = {key}\naws_secret_access_key = s\n")


def test_no_credentials_until_there_are_some(
    moto: Moto, proxy: FaultyProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An instance gets its role while the agent runs."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    publisher, given = make(), one_round(NOW)
    first = publisher.publish(given)
    assert "no AWS credentials" in str(first.problem)
    assert first.later == tuple(range(len(given)))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    drained(publisher, given)
    assert len(proxy.seen) == 1
    assert moto.kept() == expected(given)


def test_no_region_is_said_and_waited_for(moto: Moto, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    publisher, given = make(), one_round(NOW)
    assert "no AWS Region is known" in str(publisher.publish(given).problem)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    drained(publisher, given)
    assert moto.kept() == expected(given)


def is_bad(datum: dict[str, Any]) -> bool:
    return any(one["Value"].startswith("bad") for one in datum["Dimensions"])


@pytest.mark.parametrize(("named", "most_requests"), [(True, 2), (False, 45)])
def test_a_request_that_is_refused_for_one_datums_sake(
    moto: Moto, proxy: FaultyProxy, named: bool, most_requests: int
) -> None:
    """The bad ones are refused with what was said, all others arrive once, in the same publish."""
    good = one_round(NOW, paths=12)
    bad = [measurement("MOS", [4.0], NOW, destination=f"bad-{n}") for n in range(3)]
    given = [*good[:100], bad[0], *good[100:101], bad[1], *good[101:], bad[2]]
    proxy.judge = refuse_data(is_bad, named=named)
    (outcome,) = drained(make(), given)
    assert [one.place for one in outcome.refused] == [given.index(one) for one in bad]
    assert all("not to our liking" in one.reason for one in outcome.refused)
    assert len(outcome.delivered) == len(good)
    assert outcome.requests <= most_requests
    assert moto.kept() == expected(good)


@pytest.mark.parametrize("named", [True, False])
def test_a_bad_measurement_is_told_from_those_of_its_minute(
    moto: Moto, proxy: FaultyProxy, named: bool
) -> None:
    """They were merged into one datum: refused together, then tried one by one."""
    good = [measurement("MOS", [value], NOW) for value in (4.0, 3.5)]
    given = [good[0], measurement("MOS", [13.0], NOW), good[1]]
    proxy.judge = refuse_data(lambda datum: 13.0 in datum["Values"], named=named)
    (outcome,) = drained(make(), given)
    assert [one.place for one in outcome.refused] == [1]
    assert moto.kept() == expected(good)


def test_a_refusal_of_everything_does_not_run_away(proxy: FaultyProxy) -> None:
    """Something else is wrong: after some dozens of requests the rest waits."""
    proxy.judge = refuse_data(lambda _: True, named=False)
    publisher = make()
    outcome = publisher.publish(one_round(NOW, paths=3, calls=1))
    publisher.close()
    assert len(proxy.seen) < 70
    assert outcome.later


def test_our_own_validator_keeps_a_bad_one_from_its_neighbours(
    moto: Moto, proxy: FaultyProxy
) -> None:
    """Not even sent: infinite, unknown, from the far future, and of last month."""
    good = one_round(NOW)
    given = [
        measurement("MOS", [float("inf")], NOW),
        *good,
        Measurement(metric="Mood", dimensions=(), at=NOW, samples=((1.0, 1),)),
        measurement("MOS", [4.0], NOW + 3 * 3600),
        measurement("MOS", [4.0], NOW - 30 * 86400),
    ]
    (outcome,) = drained(make(), given)
    reasons = [one.reason for one in outcome.refused]
    assert reasons[0] == "MOS: value inf is not finite"
    assert reasons[1] == "'Mood' is not in the catalogue"
    assert "more than 2 hours from now" in reasons[2]
    assert outcome.too_old == (len(given) - 1,)
    assert proxy.faults() == ["good"]
    assert moto.kept() == expected(good)


@pytest.mark.parametrize(
    ("answer", "retryable"),
    [(Answer(status=403, code="OptInRequired"), True), (Answer(status=400, code="Odd"), False)],
)
def test_a_refusal_that_says_nothing_of_the_data_loses_none(
    proxy: FaultyProxy, answer: Answer, retryable: bool
) -> None:
    """Whether it may pass by itself or not: it is for the spool to give up, not for us."""
    proxy.plan(Fault(name="odd", answer=answer, forwarded=False))
    publisher, given = make(), one_round(NOW)
    outcome = publisher.publish(given)
    publisher.close()
    assert len(outcome.later) == len(given)
    assert answer.code in str(outcome.problem) or retryable


def test_a_chain_of_every_fault(moto: Moto, proxy: FaultyProxy) -> None:
    """Rounds go on while the line fails in every way; at the end CloudWatch has them all."""
    faults: list[Fault] = [
        THROTTLED, BROKEN, RESET_BEFORE, DENIED, slow(0.2), EXPIRED, RESET_BEFORE, UNAVAILABLE,
    ]  # fmt: skip
    proxy.plan(*faults)
    publisher = make()
    waiting: list[Measurement] = []
    given: list[Measurement] = []
    for minute in range(10):
        new = one_round(NOW - 600 + 60 * minute, seed=minute, calls=3)
        given += new
        waiting += new
        outcome = publisher.publish(waiting)
        waiting = [waiting[place] for place in outcome.later]
    publisher.close()
    assert not waiting
    assert proxy.faults()[:8] == [fault.name for fault in faults]
    assert moto.kept() == expected(given)


def test_waits_are_drawn_evenly_below_their_bound(proxy: FaultyProxy) -> None:
    """Full jitter: visible as waits that differ, and never above the bound."""
    publisher = CloudWatchPublisher(NAMESPACE)
    given = one_round(NOW)
    bounds: Callable[[int], float] = lambda n: min(300.0, 2.0**n)  # noqa: E731
    proxy.plan(*[THROTTLED] * 12)
    waits = [publisher.publish(given).retry_after_s or 0.0 for _ in range(12)]
    publisher.close()
    assert all(0 <= wait <= bounds(n) for n, wait in enumerate(waits))
    assert len(set(waits)) == 12
