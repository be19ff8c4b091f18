"""Plans by chance: every impairment with its own odds, so that all meet all sooner or later."""

import random
from typing import Any, Final, Literal

from support.truth.plan import (
    G722,
    G729,
    PCMA,
    PCMA_30MS,
    PCMU,
    PCMU_10MS,
    Format,
    GilbertElliott,
    Jitter,
    Pause,
    Spikes,
    StreamPlan,
)

FORMATS: Final[tuple[tuple[Format, ...], ...]] = (
    (PCMU,),
    (PCMA,),
    (G729,),
    (G722,),
    (PCMU_10MS,),
    (PCMA_30MS,),
    (PCMU, PCMA),
    (PCMU, G729, PCMA),
)
CHANCE: Final = 0.35
"""Of each impairment: three or four come together, and now and then all or none."""
SHAPES: Final[tuple[Literal["uniform", "exponential", "pareto", "normal"], ...]] = (
    "uniform",
    "exponential",
    "pareto",
    "normal",
)


def thrown(seed: int, *, ticks: int | None = None) -> StreamPlan:
    """The plan of a seed: the same one for ever."""
    rng = random.Random(f"dice {seed}")  # noqa: S311 - truth must be repeatable
    length = ticks or rng.choice((150, 400, 700, 1200))
    chosen: dict[str, Any] = {
        name: value for name, value in _odds(rng, length) if rng.random() < 0.35
    }
    return StreamPlan(
        seed=seed,
        ticks=length,
        formats=rng.choice(FORMATS),
        first_sequence=rng.choice((1000, 65_500, rng.randrange(2**16))),
        first_timestamp=rng.choice((5000, 2**32 - 20_000, rng.randrange(2**32))),
        ssrc=rng.randrange(1, 2**32),
        noise=rng.random() < 0.5,
        **chosen,
    )


def _odds(rng: random.Random, ticks: int) -> list[tuple[str, Any]]:
    quarter = ticks // 4
    jitter = Jitter(
        shape=rng.choice(SHAPES), scale_ms=rng.choice((0.3, 5.0, 20.0)), calm=rng.choice((0.0, 0.5))
    )
    return [
        ("loss", rng.choice((0.005, 0.03, 0.2))),
        ("burst_loss", GilbertElliott(enter=rng.uniform(0.005, 0.05), leave=rng.uniform(0.2, 0.7))),
        ("duplicates", rng.choice((0.01, 0.1))),
        ("swaps", rng.choice((0.01, 0.1))),
        ("jitter", jitter),
        ("spikes", Spikes(chance=0.01, height_ms=rng.uniform(80, 300))),
        ("drift_ppm", rng.uniform(-400, 400)),
        ("digits", (quarter // 2, quarter // 2 + 15)),
        ("pauses", (Pause(tick=quarter, ticks=60), Pause(tick=2 * quarter + 50, ticks=45))),
        ("restarts", (3 * quarter,)),
    ]
