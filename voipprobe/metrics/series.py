"""How many series a fleet makes: each metric of each path or agent is one, and is paid for."""

from dataclasses import dataclass
from typing import Final

from voipprobe.metrics.catalogue import SUBJECTS, Metric

CALLS: Final = ("calls", "signalling", "media", "rounds")
IPERF: Final = ("iperf", "rounds")
AGENT: Final = ("agent",)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesCount:
    """Series of a fleet.

    Attributes:
        usual: with all that is published in every interval; a path whose scenario has no media
            or no calls makes fewer.
        most: also those that appear only when there is something to count.
    """

    usual: int
    most: int


def series(paths: int, agents: int, *, iperf_paths: int = 0) -> SeriesCount:
    """How many series a fleet makes.

    Args:
        paths: directed paths on which calls are placed; each scenario on it is one.
        agents: that measure.
        iperf_paths: directed paths that iperf3 measures.
    """
    usual, most = (
        paths * len(_of(CALLS, sparse=sparse))
        + iperf_paths * len(_of(IPERF, sparse=sparse))
        + agents * len(_of(AGENT, sparse=sparse))
        for sparse in (False, True)
    )
    return SeriesCount(usual=usual, most=most)


def _of(subjects: tuple[str, ...], *, sparse: bool) -> list[Metric]:
    return [metric for name in subjects for metric in SUBJECTS[name] if sparse or not metric.sparse]
