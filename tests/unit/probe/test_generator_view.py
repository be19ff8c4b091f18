"""Signalling as SIPp tells it, where nothing could be captured."""

from dataclasses import replace
from typing import Any

import pytest
from support import samples

from voipprobe.model.signalling import Signalling
from voipprobe.probe.generator_view import generator_signalling
from voipprobe.traffic.scenarios import load_scenario
from voipprobe.traffic.sipp.runner import SippRun


def view(
    scenario: str = "call", times: dict[str, list[float]] | None = None, **changes: Any
) -> Signalling | None:
    """Of the sample run: 20 calls, 19 good, 1 failed."""
    generator = samples.run().generator
    assert generator is not None
    run = SippRun(
        pid=4711,
        generator=replace(generator, **changes),
        error=None,
        response_times_ms=times or {},
        failures={},
        overdue=False,
    )
    return generator_signalling(run, load_scenario(scenario).manifest)


def seen(*arguments: Any, **changes: Any) -> Signalling:
    found = view(*arguments, **changes)
    assert found is not None
    return found


def test_of_calls() -> None:
    found = seen(times={"srd": [1.0, 3.0], "sdd": [2.0]})
    assert (found.witness, found.attempts, found.ser) == ("generator", 20, 0.95)
    assert (found.srd_ms.n, found.srd_ms.mean, found.sdd_ms.mean) == (2, 2.0, 2.0)
    assert found.rrd_ms.n == 0


def test_what_sipp_does_not_know_is_unknown() -> None:
    """It counts no messages, and not how each call ended."""
    found = seen()
    assert (found.messages, found.retransmission_ratio) == (None, None)
    assert (found.seer, found.isa, found.scr) == (None, None, None)
    assert found.srd_ms.mean is None


def test_open_calls_are_no_attempts_that_ended() -> None:
    assert seen(successful=9, failed=1, open=10).ser == 0.9


@pytest.mark.parametrize("scenario", ["call-busy", "call-cancel"])
def test_no_ser_for_calls_that_should_not_be_answered(scenario: str) -> None:
    """SIPp's success is then no established session."""
    assert seen(scenario).ser is None


@pytest.mark.parametrize("scenario", ["register", "options"])
def test_what_is_no_call_is_no_attempt(scenario: str) -> None:
    """SER and SRD are of sessions; OPTIONS' response time is not one."""
    found = seen(scenario, times={"srd": [1.0], "rrd": [7.0]})
    assert (found.attempts, found.ser, found.srd_ms.n) == (0, None, 0)
    assert found.rrd_ms.mean == 7.0


def test_no_call_ended() -> None:
    assert seen(successful=0, failed=0).ser is None
    assert seen(successful=0, failed=3).ser == 0.0


def test_nothing_without_statistics() -> None:
    assert view(created=None) is None
    assert view(successful=None) is None
