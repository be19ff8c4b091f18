"""Deciding between a good and a bad failure ratio with as few calls as it takes.

Knows counts of failures and calls. Source: A. Wald, Sequential Analysis (1947), ch. 5.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import ceil, log


class Decision(StrEnum):
    """Of a sequential test."""

    ACCEPT = "accept"
    REJECT = "reject"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class SequentialTest:
    """Wald's sequential probability ratio test of two failure ratios.

    Attributes:
        good_ratio: failures (0..1) of a system that should be accepted.
        bad_ratio: of one that should be rejected; higher.
        error_ratio: how often each of the two may be taken for the other.
    """

    good_ratio: float = 0.001
    bad_ratio: float = 0.005
    error_ratio: float = 0.05

    def __post_init__(self) -> None:
        """Refuse ratios in the wrong order.

        Raises:
            ValueError: they are not 0 < good < bad < 1, or the error is not below a half.
        """
        if not 0.0 < self.good_ratio < self.bad_ratio < 1.0:
            raise ValueError(f"0 < good_ratio < bad_ratio < 1, not {self}")
        if not 0.0 < self.error_ratio < 0.5:
            raise ValueError(f"error_ratio lies between 0 and 0.5, not {self.error_ratio}")

    def decide(self, failures: int, calls: int) -> Decision:
        """What so many failures among so many calls say.

        Raises:
            ValueError: failures outside 0..calls.
        """
        if not 0 <= failures <= calls:
            raise ValueError(f"failures must lie within 0..calls: {failures} of {calls}")
        evidence = failures * log(self.bad_ratio / self.good_ratio)
        evidence += (calls - failures) * self._of_a_success
        if evidence <= -self._bound:
            return Decision.ACCEPT
        return Decision.REJECT if evidence >= self._bound else Decision.UNDECIDED

    @property
    def clean_calls(self) -> int:
        """Calls without a failure after which a system is accepted: 734 for 0.1 % and 0.5 %."""
        return ceil(-self._bound / self._of_a_success)

    @property
    def _bound(self) -> float:
        return log((1.0 - self.error_ratio) / self.error_ratio)

    @property
    def _of_a_success(self) -> float:
        return log((1.0 - self.bad_ratio) / (1.0 - self.good_ratio))
