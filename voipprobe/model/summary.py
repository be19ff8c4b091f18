"""Summaries of many samples of one quantity."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DelaySummary:
    """Milliseconds of `n` samples; every figure is None when there was no sample."""

    n: int
    mean: float | None = None
    p50: float | None = None
    p95: float | None = None
    p99: float | None = None
    max: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JitterSummary:
    """RFC 3550 6.4.1 interarrival jitter, read after each packet [ms]."""

    mean: float | None = None
    p95: float | None = None
    max: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MosSummary:
    """MOS of `n` voice streams; None when no stream could be rated."""

    n: int
    mean: float | None = None
    p5: float | None = None
    min: float | None = None
