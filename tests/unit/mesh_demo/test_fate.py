"""Decisions: the ratios that were asked for, the same ones again, one path apart from another."""

import math
from itertools import pairwise

import pytest

from mesh_demo.fate import Fate, Fates, decide
from mesh_demo.impairment import Impairment

DRAWS = 100_000


def fates(
    impairment: Impairment, *, seed: int = 1, source: str = "a", count: int = DRAWS
) -> list[Fate]:
    """The fates of a path's first packets."""
    path = Fates(seed, source, "z")
    return [path.following(impairment) for _ in range(count)]


def within(count: int, ratio: float) -> bool:
    """Whether a count of DRAWS is within four standard deviations of its binomial mean."""
    return abs(count - DRAWS * ratio) <= 4 * math.sqrt(DRAWS * ratio * (1 - ratio))


@pytest.mark.parametrize("ratio", [0.001, 0.05, 0.5])
def test_losses_and_holds_come_at_their_ratios(ratio: float) -> None:
    """Each by its own draw: together they come as often as chance has it."""
    drawn = fates(Impairment(loss_ratio=ratio, reorder_ratio=0.3))
    assert within(sum(fate.lost for fate in drawn), ratio)
    assert within(sum(fate.held for fate in drawn), 0.3)
    assert within(sum(fate.lost and fate.held for fate in drawn), ratio * 0.3)


def test_none_and_all_are_exact() -> None:
    assert not any(fate.lost or fate.held for fate in fates(Impairment()))
    assert all(fate.lost and fate.held for fate in fates(Impairment(loss_ratio=1, reorder_ratio=1)))


def test_jitter_is_exponential_above_the_delay() -> None:
    """Its mean is what was asked for; a part of e^-k of it is longer than k means."""
    waits_ms = [fate.delay_s * 1e3 - 40 for fate in fates(Impairment(delay_ms=40, jitter_ms=2))]
    assert min(waits_ms) >= -1e-9
    assert sum(waits_ms) / DRAWS == pytest.approx(2, abs=4 * 2 / math.sqrt(DRAWS))
    for means in (0.5, 1, 3):
        assert within(sum(wait > 2 * means for wait in waits_ms), math.exp(-means))


def test_jitter_is_what_rfc_3550_would_say() -> None:
    """Mean difference of neighbouring waits: the figure that a measurement is put beside."""
    waits_ms = [fate.delay_s * 1e3 for fate in fates(Impairment(delay_ms=40, jitter_ms=2))]
    differences = [abs(b - a) for a, b in pairwise(waits_ms)]
    assert sum(differences) / len(differences) == pytest.approx(2, rel=0.03)


def test_without_jitter_the_delay_is_exact() -> None:
    assert decide(Impairment(delay_ms=40), 0.9, 0.9, 0.999999) == Fate(False, False, 0.04)


def test_the_seed_and_the_path_decide() -> None:
    """The same again; another seed, or another path, is another story."""
    half = Impairment(loss_ratio=0.5)
    one = fates(half, count=200)
    assert fates(half, count=200) == one
    assert fates(half, count=200, seed=2) != one
    assert fates(half, count=200, source="b") != one


def test_a_change_on_the_way_leaves_the_other_decisions() -> None:
    """Losses are the same packets, whatever jitter and reordering are added."""
    plain = fates(Impairment(loss_ratio=0.1), count=1000)
    more = fates(Impairment(loss_ratio=0.1, jitter_ms=5, reorder_ratio=0.5), count=1000)
    assert [fate.lost for fate in plain] == [fate.lost for fate in more]
    heavier = fates(Impairment(loss_ratio=0.2), count=1000)
    assert all(now.lost for was, now in zip(plain, heavier, strict=True) if was.lost)
