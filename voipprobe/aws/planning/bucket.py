"""So many a second and no more: AWS counts requests and refuses what is too much."""

import time
from collections.abc import Callable


class TokenBucket:
    """Lets a burst through at once, and after it no more than its rate.

    Args:
        rate_per_s: how many tokens come a second.
        burst: how many there are at most.
        clock: seconds that only go forward. sleep: how to wait.
    """

    def __init__(
        self,
        rate_per_s: float,
        burst: int = 1,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._rate = rate_per_s
        self._burst = float(burst)
        self._clock = clock
        self._sleep = sleep
        self._tokens = self._burst
        self._at = clock()

    def take(self) -> None:
        """Wait until there is a token, and take it."""
        self._fill()
        self._tokens -= 1  # below zero: taken in advance, and paid for by waiting
        if self._tokens < 0:
            self._sleep(-self._tokens / self._rate)

    def _fill(self) -> None:
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now
