"""What is true of every analysis, whatever the capture was."""

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

from voipprobe.capture.reading import Reading
from voipprobe.capture.rtp.build import to_stream
from voipprobe.capture.rtp.figures import RtpStream
from voipprobe.model.analysis import Analysis, StreamSeries
from voipprobe.model.stream import Stream

LEAST_MOS, BEST_MOS = 1.0, 4.5
_MAY_BE_NEGATIVE = frozenset({"drift_ppm", "r_factor", "started_at", "first_packet_at", "at_s"})


def ensure(holds: bool, what: str) -> None:
    """Raise where something does not hold; unlike `assert`, also under `python -O`."""
    if not holds:
        raise AssertionError(what)


def hold_numbers(value: Any, *, least: float | None = None, name: str = "") -> None:
    """Every number inside is finite, and not below `least` unless its name allows that."""
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            hold_numbers(getattr(value, field.name), least=least, name=field.name)
    elif isinstance(value, Mapping):
        for key, one in value.items():
            hold_numbers(one, least=least, name=str(key))
    elif isinstance(value, list | tuple):
        for one in value:
            hold_numbers(one, least=least, name=name)
    elif isinstance(value, int | float):
        ensure(math.isfinite(value), f"{name} is {value}")
        ensure(least is None or value >= least or name in _MAY_BE_NEGATIVE, f"{name} is {value}")


def hold_analysis(analysis: Analysis, octets: bytes) -> None:
    """The figures of a whole analysis fit each other and the file."""
    info = analysis.capture
    ensure(0 <= info.undecoded_packets <= info.packets, "more undecoded packets than packets")
    ensure((info.first_packet_at is None) == (info.duration_s is None), "half a time")
    ensure(info.packets * 12 <= max(info.bytes, len(octets)), "more packets than fit")
    hold_numbers((info, analysis.media, analysis.calls, analysis.streams), least=0)
    hold_numbers(analysis)
    for stream in analysis.streams:
        hold_stream(stream)
    for call in analysis.calls:
        ensure(all(0 <= index < len(analysis.streams) for index in call.streams), "no such stream")
    for finding in analysis.findings:
        ensure(all(0 <= number <= info.packets for number in finding.packets), "no such packet")


def hold_streams(reading: Reading, *, buffer_ms: float) -> None:
    """Every stream of a reading counts right and can be rated."""
    for seen in reading.streams:
        hold_counts(seen)
        hold_stream(to_stream(seen, buffer_ms=buffer_ms))
    for series in reading.series:
        _hold_series(series, reading.streams[series.stream])


def hold_counts(seen: RtpStream) -> None:
    """Each packet of a stream was counted once."""
    distinct = seen.packets - seen.duplicates - seen.strays
    ensure(distinct >= 1, "a stream without packets")
    ensure(seen.lost == seen.expected - distinct, "lost is not what is missing")
    ensure(sum(seen.payload_types.values()) <= seen.packets, "a packet of two types")
    ensure((seen.discarded or 0) <= distinct, "discarded what never came")
    ensure(seen.jitter_ms.mean is None or seen.jitter_ms.max is not None, "jitter without maximum")


def hold_stream(stream: Stream) -> None:
    """A stream as it is shown."""
    hold_numbers(stream, least=0)
    ensure(stream.lost <= stream.expected, "more lost than expected")
    ensure(stream.loss_ratio is None or 0 <= stream.loss_ratio <= 1, "no ratio")
    ensure(stream.mos is None or LEAST_MOS <= stream.mos <= BEST_MOS, f"a MOS of {stream.mos}")
    ensure((stream.mos is None) == (stream.quality_model is None), "a MOS without its model")
    for name in ("jitter_ms", "ipdv_ms", "round_trip_ms"):
        _hold_order(getattr(stream, name), name)


def _hold_order(summary: Any, name: str) -> None:
    """Percentiles do not exceed the maximum."""
    if summary is None or summary.max is None:
        return
    known = [getattr(summary, one, None) for one in ("mean", "p50", "p95", "p99")]
    highest = summary.max * 1.01 + 1e-4  # a histogram's bin is named by its middle
    ensure(all(one <= highest for one in known if one is not None), f"{name}: {summary}")


def _hold_series(series: StreamSeries, seen: RtpStream) -> None:
    hold_numbers(series, least=0)
    ensure(sum(series.packets) <= seen.packets, "more packets drawn than came")
    ensure(sum(series.discarded) <= (seen.discarded or seen.packets), "more discards drawn")
