"""What happens to one packet: chance in, decision out. No clock and no I/O."""

import math
import random
from typing import Final, NamedTuple

from mesh_demo.impairment import Impairment

HOLD_S: Final = 0.030
"""How long a packet is held back: at 20 ms of spacing exactly the next one overtakes it."""


class Fate(NamedTuple):
    """What the path decided about a packet; `delay_s` is without the holding back."""

    lost: bool
    held: bool
    delay_s: float


def decide(impairment: Impairment, loss_draw: float, hold_draw: float, jitter_draw: float) -> Fate:
    """The fate of a packet from three draws of [0, 1)."""
    delay_ms = impairment.delay_ms
    if impairment.jitter_ms:
        delay_ms -= impairment.jitter_ms * math.log(1.0 - jitter_draw)
    return Fate(
        loss_draw < impairment.loss_ratio, hold_draw < impairment.reorder_ratio, delay_ms / 1e3
    )


class Fates:
    """The fates of one path's packets, the same ones for the same seed.

    Every packet takes three draws whatever the impairment is: one that changes on the way does
    not move the other decisions, and other paths are never touched.
    """

    def __init__(self, seed: int, source: str, destination: str) -> None:
        self._draw = random.Random(f"{seed} {source} {destination}").random  # noqa: S311

    def following(self, impairment: Impairment) -> Fate:
        """The fate of the path's next packet."""
        draw = self._draw
        return decide(impairment, draw(), draw(), draw())
