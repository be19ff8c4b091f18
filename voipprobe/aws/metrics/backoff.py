"""How long to wait before the next attempt: exponential, with full jitter.

Pure but for chance. Source: "Exponential Backoff And Jitter", AWS Architecture Blog: of the ways
to spread clients that failed together, a wait drawn evenly from 0 to the bound costs least.
"""

import random
from collections.abc import Callable
from typing import Final

BASE_S: Final = 1.0
MOST_S: Final = 300.0
_DOUBLINGS: Final = 16  # beyond any bound; a year of failures must not overflow a float


class Backoff:
    """The waits of one client."""

    def __init__(
        self,
        *,
        base_s: float = BASE_S,
        most_s: float = MOST_S,
        draw: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._base_s = base_s
        self._most_s = most_s
        self._draw = draw
        self.failures = 0

    @property
    def bound_s(self) -> float:
        """The longest wait after the next failure."""
        return min(self._most_s, self._base_s * 2.0 ** min(self.failures, _DOUBLINGS))

    def failed(self) -> float:
        """Seconds to wait now; the bound doubles."""
        wait_s = self._draw(0.0, self.bound_s)
        self.failures += 1
        return wait_s

    def succeeded(self) -> None:
        """Begin again from the base."""
        self.failures = 0
