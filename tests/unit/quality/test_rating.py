"""From a stream's figures to a MOS with its assumptions."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voipprobe.quality.rating import UNRATED, Rating, r_factor_of, rate


def rated(**changes: Any) -> Rating:
    """A clean PCMU stream of 1000 packets behind 60 ms of buffer, 140 ms round trip."""
    stream: dict[str, Any] = {
        "codec": "PCMU",
        "expected": 1000,
        "lost": 0,
        "discarded": 0,
        "burst_ratio": 1.0,
        "buffer_ms": 60.0,
        "packetisation_ms": 20.0,
        "round_trip_ms": 140.0,
    }
    return rate(**(stream | changes))


def test_two_percent_loss_at_150_ms_is_the_check_value() -> None:
    """70 ms network + 60 ms buffer + 20 ms packet = 150 ms; lost and discarded count alike."""
    found = rated(lost=15, discarded=5)
    assert found.r_factor == pytest.approx(82.53, abs=0.005)
    assert found.mos == pytest.approx(4.12, abs=0.005)


def test_the_assumptions_travel_with_the_number() -> None:
    model = rated(lost=15, discarded=5, burst_ratio=1.2).model
    assert model is not None
    assert "G.107" in model.name
    assert model.codec == "G.711 with PLC"
    assert (model.equipment_impairment, model.loss_robustness) == (0.0, 25.1)
    assert (model.buffer_ms, model.packetisation_ms) == (60.0, 20.0)
    assert model.one_way_delay_ms == 150.0
    assert model.effective_loss_ratio == 0.02
    assert model.burst_ratio == 1.2
    assert "measured round trip" in model.delay_source


def test_loss_enters_in_percent() -> None:
    """One exporter feeds the ratio and reports 4.30 for 5 % loss; without PLC it is 2.17."""
    found = rated(lost=50, plc=False, buffer_ms=0.0, packetisation_ms=0.0, round_trip_ms=None)
    assert found.mos == pytest.approx(2.17, abs=0.005)


def test_a_delay_that_was_not_measured_is_said_to_be_assumed() -> None:
    model = rated(round_trip_ms=None).model
    assert model is not None
    assert model.one_way_delay_ms == 80.0
    assert "assumed 0" in model.delay_source


@pytest.mark.parametrize(
    "changes",
    [
        {"codec": None},
        {"codec": "G722"},
        {"codec": "opus"},
        {"codec": "x-secret"},
        {"expected": 0},
        {"packetisation_ms": None},
    ],
)
def test_unknown_is_unrated_and_never_4_5(changes: dict[str, Any]) -> None:
    assert rated(**changes) == UNRATED


def test_few_lost_packets_of_a_short_stream_count() -> None:
    """One codebase returns 4.5 for fewer than 5 lost packets."""
    found = rated(expected=20, lost=4)
    assert found.mos is not None
    assert found.mos < 3.0


def test_the_r_factor_can_be_recomputed_from_the_model() -> None:
    found = rated(lost=33, discarded=4, burst_ratio=1.7)
    assert found.model is not None
    assert r_factor_of(found.model) == found.r_factor


@given(
    lost=st.integers(0, 600),
    discarded=st.integers(0, 600),
    burst_ratio=st.floats(1, 2),
    round_trip_ms=st.none() | st.floats(0, 5000),
    codec=st.sampled_from(["PCMU", "G729", "G723", "GSM-EFR"]),
)
def test_every_rated_stream_lies_on_the_scale(
    lost: int, discarded: int, burst_ratio: float, round_trip_ms: float | None, codec: str
) -> None:
    found = rated(
        codec=codec,
        lost=lost,
        discarded=discarded,
        burst_ratio=burst_ratio,
        round_trip_ms=round_trip_ms,
    )
    assert found.mos is not None
    assert 1.0 <= found.mos <= 4.41
