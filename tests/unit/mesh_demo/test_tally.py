"""Percentiles of many durations in few bins, and what the truth adds up."""

from dataclasses import asdict

import numpy as np
import pytest

from mesh_demo.impairment import Impairment
from mesh_demo.tally import Tally, Times
from mesh_demo.truth import Counts, PathTruth, RegionTruth, Spread, Truth

NONE = Spread(p50=None, p95=None, max=None)


@pytest.mark.parametrize("scale_s", [1e-5, 1e-3, 0.1, 3.0])
def test_percentiles_are_within_a_hundredth(scale_s: float) -> None:
    """Against NumPy's, over five orders of magnitude."""
    durations = np.random.default_rng(3).exponential(scale_s, 20_000).tolist()
    times = Times()
    for duration in durations:
        times.add(duration)
    found = times.spread()
    for value, share in ((found.p50, 50), (found.p95, 95)):
        assert value == pytest.approx(np.percentile(durations, share) * 1e3, rel=0.011)
    assert found.max == max(durations) * 1e3


def test_nothing_has_no_percentiles() -> None:
    assert Times().spread() == NONE


def test_no_lateness_at_all_is_zero() -> None:
    times = Times()
    times.add(0.0)
    assert times.spread() == Spread(p50=0.0, p95=0.0, max=0.0)


def test_loss_ratio_of_nothing_is_unknown() -> None:
    assert Tally().counts().loss_ratio is None
    assert Tally(received=200, lost=10).counts().loss_ratio == 0.05


def some_path(**kinds: Counts) -> PathTruth:
    none = {kind: Counts() for kind in ("rtp", "rtcp", "sip", "other")}
    return PathTruth(
        source="a", destination="b", impairment=Impairment(), waiting=0,
        delay_ms=NONE, lateness_ms=NONE, **{**none, **kinds},
    )  # fmt: skip


def test_the_kinds_add_up() -> None:
    one = some_path(rtp=Counts(received=5, lost=2), sip=Counts(received=1, octets=700))
    assert one.packets == Counts(received=6, lost=2, octets=700)


def truth(*overruns: int | None) -> Truth:
    """With these overruns at the Regions' ends, and 3 on the path."""
    regions = tuple(RegionTruth(region="r", overruns=count, strays=0) for count in overruns)
    return Truth(
        schema="s", seed=1, elapsed_s=1, cpu_s=1, longest_turn_ms=1, waiting_max=0,
        regions=regions, paths=(some_path(rtp=Counts(overruns=3)),),
    )  # fmt: skip


def test_overruns_are_those_at_both_places() -> None:
    """And unknown when one of them cannot be asked: never a smaller number."""
    assert truth(4, 0).overruns == 7
    assert truth(4, None).overruns is None


def test_a_path_is_found_by_its_ends() -> None:
    assert asdict(truth(0).path("a", "b"))["rtp"]["overruns"] == 3
    with pytest.raises(KeyError):
        truth(0).path("b", "a")
