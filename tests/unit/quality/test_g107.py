"""G.107, G.107.1 and G.107.2 against the check values of the reference."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voipprobe.quality import g107, g107_1, g107_2
from voipprobe.quality.codecs import (
    G711_NO_PLC,
    G711_PLC,
    G723_1_VAD,
    G729A_VAD,
    GSM_EFR,
    Impairment,
)
from voipprobe.quality.g107 import Parameters, mos_from_r, r_factor

delays = st.floats(0, 2000)
losses = st.floats(0, 100)


def path(impairment: Impairment, ppl_percent: float, one_way_delay_ms: float = 0.0) -> Parameters:
    """A path with that codec, loss and delay and defaults for the rest."""
    return Parameters(
        ie=impairment.equipment_impairment,
        bpl=impairment.loss_robustness,
        ppl_percent=ppl_percent,
        one_way_delay_ms=one_way_delay_ms,
    )


def test_all_defaults() -> None:
    r = r_factor(Parameters())
    assert r == pytest.approx(93.2062, abs=5e-5)
    assert mos_from_r(r) == pytest.approx(4.409, abs=5e-4)


@pytest.mark.parametrize(("r", "mos"), [(90, 4.34), (80, 4.02), (70, 3.60), (60, 3.10), (50, 2.58)])
def test_mos_of_r(r: float, mos: float) -> None:
    assert mos_from_r(r) == pytest.approx(mos, abs=0.005)


@pytest.mark.parametrize(("r", "mos"), [(-5, 1.0), (0, 1.0), (100, 4.5), (130, 4.5)])
def test_mos_is_clamped_outside_0_and_100(r: float, mos: float) -> None:
    assert mos_from_r(r) == mos


def test_the_dip_of_the_cubic_is_held_at_1() -> None:
    """Between R = 0 and 6.5 the polynomial falls to 0.99."""
    assert mos_from_r(3.0) == 1.0
    assert mos_from_r(7.0) > 1.0


@pytest.mark.parametrize(
    ("impairment", "r", "mos"), [(G729A_VAD, 70.54, 3.62), (G711_PLC, 82.53, 4.12)]
)
def test_two_percent_loss_at_150_ms(impairment: Impairment, r: float, mos: float) -> None:
    found = r_factor(path(impairment, 2.0, 150.0))
    assert found == pytest.approx(r, abs=0.005)
    assert mos_from_r(found) == pytest.approx(mos, abs=0.005)


@pytest.mark.parametrize(
    ("one_way_delay_ms", "r"), [(100, 90.7), (150, 89.5), (200, 85.8), (300, 72.7), (400, 62.2)]
)
def test_r_against_delay(one_way_delay_ms: float, r: float) -> None:
    """The reference prints 62.4 at 400 ms; its own equations, written down twice, give 62.25."""
    assert r_factor(path(G711_PLC, 0.0, one_way_delay_ms)) == pytest.approx(r, abs=0.05)


@pytest.mark.parametrize(
    ("impairment", "scores"),
    [
        (G711_NO_PLC, (4.41, 3.83, 3.26, 2.17, 1.48)),
        (G711_PLC, (4.41, 4.33, 4.24, 3.92, 3.41)),
        (G729A_VAD, (4.10, 3.95, 3.79, 3.34, 2.75)),
        (G723_1_VAD, (3.95, 3.76, 3.57, 3.06, 2.45)),
        (GSM_EFR, (4.29, 4.02, 3.74, 3.01, 2.22)),
    ],
)
def test_mos_against_random_loss(impairment: Impairment, scores: tuple[float, ...]) -> None:
    found = [mos_from_r(r_factor(path(impairment, loss))) for loss in (0.0, 1.0, 2.0, 5.0, 10.0)]
    assert found == pytest.approx(scores, abs=0.005)


def test_concealment_decides_what_three_percent_mean() -> None:
    assert mos_from_r(r_factor(path(G711_NO_PLC, 3.0))) == pytest.approx(2.79, abs=0.005)
    assert mos_from_r(r_factor(path(G711_PLC, 3.0))) == pytest.approx(4.13, abs=0.005)


def test_lstr_follows_the_sidetone() -> None:
    assert Parameters().lstr == 18.0
    assert Parameters(stmr=12.0).lstr == 15.0


def test_sidetone_below_9_db_masks_the_talker_echo() -> None:
    """There half of Ist (positive at 5 dB) is added to TERV, which lowers Idte."""
    usual = Parameters(one_way_delay_ms=200.0, stmr=9.0)
    assert g107.idte(replace(usual, stmr=5.0)) < g107.idte(usual) - 0.5


def test_sidetone_above_20_db_adds_to_the_talker_echo() -> None:
    """There Idte becomes the root of the squares of Idte and Ist; Dr keeps LSTR the same."""
    usual = Parameters(one_way_delay_ms=200.0, stmr=20.0, dr=3.0)
    weak = replace(usual, stmr=25.0, dr=-2.0)
    assert g107.ist(weak) > 1.0
    assert g107.idte(weak) ** 2 == pytest.approx(g107.idte(usual) ** 2 + g107.ist(weak) ** 2)


def test_delay_alone_costs_nothing_up_to_100_ms() -> None:
    assert g107.idd(Parameters(one_way_delay_ms=100.0)) == 0.0
    assert g107.idd(Parameters(one_way_delay_ms=130.0)) > 0.0


def test_bursty_loss_is_worse_than_random_loss() -> None:
    p = path(G711_PLC, 5.0)
    assert r_factor(replace(p, burst_ratio=2.0)) < r_factor(p)


def test_the_advantage_factor_is_added() -> None:
    assert r_factor(Parameters(a=10.0)) == pytest.approx(r_factor(Parameters()) + 10.0)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ppl_percent", -0.1),
        ("ppl_percent", 100.1),
        ("ppl_percent", float("nan")),
        ("one_way_delay_ms", -1.0),
        ("one_way_delay_ms", float("nan")),
        ("bpl", 0.0),
    ],
)
def test_impossible_inputs_are_refused(field: str, value: float) -> None:
    with pytest.raises(ValueError, match=field):
        Parameters(**{field: value})


@given(delay=st.floats(1, 2000), more=delays, loss=losses)
def test_r_falls_with_delay(delay: float, more: float, loss: float) -> None:
    """From 1 ms up: below, Idte is a little negative and R rises by 0.06."""
    better = path(G711_PLC, loss, delay)
    assert r_factor(replace(better, one_way_delay_ms=delay + more)) <= r_factor(better) + 1e-9


@given(loss=losses, other=losses, delay=delays, burst_ratio=st.floats(1, 2))
def test_r_falls_with_loss(loss: float, other: float, delay: float, burst_ratio: float) -> None:
    p = replace(path(G729A_VAD, min(loss, other), delay), burst_ratio=burst_ratio)
    assert r_factor(replace(p, ppl_percent=max(loss, other))) <= r_factor(p) + 1e-9


@given(r=st.floats(-1e6, 1e6))
def test_mos_lies_within_its_scale(r: float) -> None:
    assert 1.0 <= mos_from_r(r) <= 4.5


@given(r=st.floats(0, 100), more=st.floats(0, 100))
def test_mos_never_falls_as_r_rises(r: float, more: float) -> None:
    assert mos_from_r(r + more) >= mos_from_r(r) - 1e-9


@pytest.mark.parametrize(("ie_wb", "mos"), [(13, 4.337), (41, 3.512), (56, 2.922)])
def test_wideband_scale(ie_wb: float, mos: float) -> None:
    found = g107_1.mos_from_r(g107_1.r_factor(ie_wb, 10.0, 0.0))
    assert found == pytest.approx(mos, abs=5e-4)


def test_wideband_loss() -> None:
    """Ppl equal to Bpl costs half of what the codec left: 13 + (95 - 13) / 2."""
    assert g107_1.ie_eff(g107_1.AMR_WB_12_65_IE, 4.0, 4.0) == pytest.approx(54.0)


def test_fullband_scale() -> None:
    """A codec without impairment has R 148 and the top of the scale; 132 bounds the loss."""
    assert g107_2.mos_from_r(g107_2.r_factor(0.0, 5.0, 0.0)) == 4.5
    assert g107_2.ie_eff(32.0, 5.0, 5.0) == pytest.approx(82.0)
    assert g107_2.mos_from_r(148.0 * 0.8) == pytest.approx(mos_from_r(80.0))
