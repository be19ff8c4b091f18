"""What the kernel knows of one stream, as plain numbers: the end of the arrays.

Knows the layout of the tables and turns it into one frozen record per stream; must not know
near and far ends, calls or MOS.
"""

import socket
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from voipprobe.capture.packet import Endpoint
from voipprobe.capture.rtp.energy import AUDIBLE_MEAN_SQUARE
from voipprobe.capture.rtp.payload_types import PayloadTypes
from voipprobe.capture.rtp.sketch import Samples
from voipprobe.capture.rtp.tables import IPDV, JITTER, ROUND_TRIP, VOICE, Tables
from voipprobe.model.summary import DelaySummary, JitterSummary
from voipprobe.quality import codecs

DRIFT_SPAN_S: Final = 10.0
"""Below, arrival jitter hides any clock drift that a real clock has."""
_STAMP_MASK: Final = 0xFFFF_FFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class RtpStream:
    """One RTP stream as one capture point saw it.

    Attributes:
        first_number, last_number: packet numbers of its first and last packet.
        delta_number, restart_number, bunched_number, skipped_number: packet numbers of the
            one that ended the longest gap, that the first restart began with, of the first of
            the `bunched`, and behind the first of the `skipped`; 0 where there is none.
        bunched: packets that came within a quarter of their packetisation after the one before.
        skipped: sequence numbers that the sender left out: the timestamp shows no gap.
        first_of_type: packet number of the first packet of each payload type.
        dscp: differentiated services code point, of its second packet.
        buffer_ms: mean depth of an adaptive buffer; None where a fixed one was simulated.
        payload_type, codec, clock_rate_hz: of the voice that most packets carry.
        strays: packets far from the sequence that no second packet confirmed; they are in
            `packets` and in no other count.
        burst_state: of quality.bursts.
        echo_of: index of the stream that this one sends back; None if it does not.
        echoed_by: index of the stream that sends this one back.
        round_trip_lost: for an echo, packets of the original that did not come back although
            they had the time to.
        silent: True when no sampled G.711 packet can be heard; None without G.711.
    """

    source: Endpoint
    destination: Endpoint
    ssrc: int
    first_ns: int
    last_ns: int
    first_number: int
    last_number: int
    delta_number: int
    restart_number: int
    bunched: int
    bunched_number: int
    skipped: int
    skipped_number: int
    first_of_type: dict[int, int]
    dscp: int
    buffer_ms: float | None
    payload_type: int
    payload_types: dict[int, int]
    codec: str | None
    clock_rate_hz: int | None
    packets: int
    expected: int
    lost: int
    duplicates: int
    reordered: int
    restarts: int
    strays: int
    jitter_ms: JitterSummary
    ipdv_ms: DelaySummary
    delta_max_ms: float | None
    discarded: int | None
    burst_state: npt.NDArray[np.int64]
    drift_ppm: float | None
    ptime_ms: float | None
    echo_of: int | None
    echoed_by: int | None
    round_trip_ms: DelaySummary | None
    round_trip_lost: int | None
    silent: bool | None

    @property
    def is_video(self) -> bool:
        """Whether its codec is known and is one of video."""
        known = codecs.find(self.codec) if self.codec is not None else None
        return known is not None and known.kind is codecs.Kind.VIDEO


def endpoints(tables: Tables, index: int) -> tuple[Endpoint, Endpoint]:
    """(source, destination) of a stream."""
    row = tables.streams[index]
    family, width = (socket.AF_INET6, 16) if row["ipv6"] else (socket.AF_INET, 4)
    octets = tables.addresses[index]["octets"].tobytes()
    return (
        Endpoint(socket.inet_ntop(family, octets[:width]), int(row["source_port"])),
        Endpoint(socket.inet_ntop(family, octets[16 : 16 + width]), int(row["target_port"])),
    )


def read_stream(tables: Tables, types: PayloadTypes, index: int, end_ns: int) -> RtpStream:
    """The figures of a stream after the kernel has finished.

    `end_ns` is the time of the last packet of the capture, whatever it was.
    """
    row = tables.streams[index]
    source, destination = endpoints(tables, index)
    expected = int(row["expected_before"] + row["highest"] - row["lowest"] + 1)
    slot = _main_slot(row)
    clock_hz = int(row["type_clock_hz"][slot]) or None
    timed = clock_hz is not None and row["samples"][JITTER] > 0
    return RtpStream(
        source=source,
        destination=destination,
        ssrc=int(row["ssrc"]),
        first_ns=int(row["first_ns"]),
        last_ns=int(row["last_ns"]),
        first_number=int(row["first_number"]),
        last_number=int(row["number"]),
        delta_number=int(row["delta_number"]),
        restart_number=int(row["restart_number"]),
        bunched=int(row["bunched"]),
        bunched_number=int(row["bunched_number"]),
        skipped=int(row["skipped"]),
        skipped_number=int(row["skipped_number"]),
        first_of_type=_by_type(row, "type_first"),
        dscp=int(row["dscp"]),
        buffer_ms=_adaptive_depth_ms(row),
        payload_type=int(row["type_number"][slot]),
        payload_types=_by_type(row, "type_packets"),
        codec=types.codec((index, slot)),
        clock_rate_hz=clock_hz,
        packets=int(row["packets"]),
        expected=expected,
        lost=max(expected - int(row["distinct"]), 0),
        duplicates=int(row["duplicates"]),
        reordered=int(row["reordered"]),
        restarts=int(row["restarts"]),
        strays=int(row["strays"]),
        jitter_ms=_jitter(Samples(tables, index, int(JITTER))),
        ipdv_ms=_delays(Samples(tables, index, int(IPDV))),
        delta_max_ms=int(row["delta_max_ns"]) / 1e6 if row["packets"] > 1 else None,
        discarded=int(row["discarded"]) if timed else None,
        burst_state=row["burst"].copy(),
        drift_ppm=_drift_ppm(row),
        ptime_ms=_ptime_ms(row, clock_hz),
        echo_of=int(row["echo_of"]) - 1 if row["echo_of"] else None,
        echoed_by=int(row["echoed_by"]) - 1 if row["echoed_by"] else None,
        round_trip_ms=_round_trip(tables, index),
        round_trip_lost=_round_trip_lost(tables, index, end_ns),
        silent=bool(row["energy_max"] < AUDIBLE_MEAN_SQUARE) if row["energy_packets"] else None,
    )


def less_own_gaps(stream: RtpStream, streams: Sequence[RtpStream]) -> RtpStream:
    """An echo without the numbers that its original never sent; any other stream as it is.

    A sender may skip numbers (SIPp does at each DTMF digit): what did not leave is not lost.
    """
    if stream.echo_of is None:
        return stream
    gaps = min(streams[stream.echo_of].lost, stream.lost)
    return replace(stream, expected=stream.expected - gaps, lost=stream.lost - gaps)


def _main_slot(row: Any) -> int:
    """The payload type with the most packets, voice before events and comfort noise."""
    kinds, packets = row["type_kind"], row["type_packets"]
    return max(range(int(row["types"])), key=lambda slot: (kinds[slot] == VOICE, packets[slot]))


def _by_type(row: Any, field: str) -> dict[int, int]:
    """A field that has one place per payload type."""
    types = int(row["types"])
    return dict(zip(row["type_number"][:types].tolist(), row[field][:types].tolist(), strict=True))


def _adaptive_depth_ms(row: Any) -> float | None:
    """How deep the adaptive buffer was on average, above the smallest transit."""
    if not row["depth_n"]:
        return None
    return float(row["depth_total_ms"] / row["depth_n"] - row["smallest_ms"])


def _jitter(samples: Samples) -> JitterSummary:
    (p95,) = samples.percentiles(95)
    return JitterSummary(mean=samples.mean, p95=p95, max=samples.max)


def _delays(samples: Samples) -> DelaySummary:
    p50, p95, p99 = samples.percentiles(50, 95, 99)
    return DelaySummary(n=samples.n, mean=samples.mean, p50=p50, p95=p95, p99=p99, max=samples.max)


def _round_trip(tables: Tables, index: int) -> DelaySummary | None:
    is_echo = tables.streams[index]["echo_of"] > 0
    return _delays(Samples(tables, index, int(ROUND_TRIP))) if is_echo else None


def _round_trip_lost(tables: Tables, index: int, end_ns: int) -> int | None:
    """Sent and not returned, without those that could still be under way at the end."""
    row = tables.streams[index]
    if not row["echo_of"]:
        return None
    twin = int(row["echo_of"]) - 1
    longest = int(row["samples_max"][ROUND_TRIP])
    stamps = tables.streams["sent"][twin].astype(np.int64)
    ages = ((end_ns // 10 | 1) - stamps) & _STAMP_MASK  # odd, as stamps are
    under_way = int(np.count_nonzero((stamps > 0) & (ages < longest)))
    return max(int(tables.streams[twin]["distinct"] - row["echo_matched"]) - under_way, 0)


def _drift_ppm(row: Any) -> float | None:
    """The sender's clock against ours: positive when it runs fast, so that transits shrink."""
    if row["drift_span_s"] < DRIFT_SPAN_S or row["drift_cxx"] <= 0:
        return None
    slope_ms_per_s = float(row["drift_cxy"] / row["drift_cxx"])
    return -slope_ms_per_s * 1000.0


def _ptime_ms(row: Any, clock_hz: int | None) -> float | None:
    if clock_hz is None or row["step"] <= 0:
        return None
    return codecs.packetisation_ms(int(row["step"]), clock_hz)
