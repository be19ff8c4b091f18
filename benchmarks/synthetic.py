"""Synthetic captures of any length, made as fast as the disk takes them.

Knows RTP, UDP, IPv4, Ethernet and pcap headers as one NumPy record. Everything follows from the
seed: the same arguments give the same file.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

START_NS: Final = 1_700_000_000_000_000_000
TICK_NS: Final = 20_000_000
VOICE_OCTETS: Final = 160
FAR_PORT: Final = 20000
"""Every stream goes to this port, so that one "decode as" rule shows tshark all of them."""
LOSS_RATIO: Final = 0.005
JITTER_MEAN_NS: Final = 1_000_000.0
TICKS_PER_CHUNK: Final = 128

RECORD: Final = np.dtype(
    [
        ("seconds", "<u4"),
        ("nanoseconds", "<u4"),
        ("captured", "<u4"),
        ("length", "<u4"),
        ("ethernet", "V12"),
        ("ethertype", ">u2"),
        ("ip_head", ">u4"),  # version, header length, DSCP, total length
        ("ip_id", ">u4"),
        ("ip_kind", ">u4"),  # time to live, protocol, checksum
        ("source", ">u4"),
        ("destination", ">u4"),
        ("source_port", ">u2"),
        ("destination_port", ">u2"),
        ("udp_length", ">u2"),
        ("udp_checksum", ">u2"),
        ("rtp_head", "u1"),
        ("rtp_type", "u1"),
        ("sequence", ">u2"),
        ("timestamp", ">u4"),
        ("ssrc", ">u4"),
        ("voice", f"V{VOICE_OCTETS}"),
    ]
)
_HEADER: Final = np.array([0xA1B23C4D, 4 << 16 | 2, 0, 0, 262144, 1], dtype="<u4").tobytes()
_FRAME_OCTETS: Final = RECORD.itemsize - 16
_IP_OCTETS: Final = _FRAME_OCTETS - 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A capture and what is known of it."""

    path: Path
    packets: int
    streams: int


def make_capture(path: Path, *, packets: int, streams: int = 400, seed: int = 1) -> Made:
    """A nanosecond pcap file of G.711 streams with random loss and jitter.

    Args:
        path: where to write.
        packets: in the file, exactly.
        streams: that run side by side, 50 packets a second each.
        seed: of loss and jitter.
    """
    rng = np.random.default_rng(seed)
    template = _template(streams)
    left, tick, last_ns = packets, 0, 0
    with path.open("wb") as file:
        file.write(_HEADER)
        while left:
            times, order = _chunk(rng, streams, tick)
            chunk = template[order % streams]
            ticks = tick + order // streams
            chunk["sequence"] = ticks & 0xFFFF
            chunk["timestamp"] = (ticks * VOICE_OCTETS) & 0xFFFFFFFF
            times = np.maximum(times, last_ns)[:left]
            chunk = chunk[:left]
            _stamp(chunk, times)
            file.write(chunk.tobytes())
            left -= len(chunk)
            tick += TICKS_PER_CHUNK
            last_ns = int(times[-1])
    return Made(path=path, packets=packets, streams=streams)


def _template(streams: int) -> npt.NDArray[Any]:
    """One packet of each stream, with all that never changes in it."""
    rows = np.zeros(streams, dtype=RECORD)
    number = np.arange(streams)
    rows["captured"] = rows["length"] = _FRAME_OCTETS
    rows["ethernet"] = b"\x02" * 12
    rows["ethertype"] = 0x0800
    rows["ip_head"] = 0x45B80000 | _IP_OCTETS  # DSCP EF
    rows["ip_kind"] = 64 << 24 | 17 << 16
    rows["source"] = 0x0A000000 + 1 + number // 200
    rows["destination"] = 0x0A010001
    rows["source_port"] = 10000 + number % 200 * 2
    rows["destination_port"] = FAR_PORT
    rows["udp_length"] = _IP_OCTETS - 20
    rows["rtp_head"] = 0x80
    rows["ssrc"] = 0x10000 + number
    rows["voice"] = bytes(np.random.default_rng(0).integers(0, 256, VOICE_OCTETS, dtype=np.uint8))
    return rows


def _chunk(
    rng: np.random.Generator, streams: int, tick: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Arrival times in order, and which packet of the chunk each is; some are missing."""
    slots = np.arange(TICKS_PER_CHUNK * streams)
    sent = START_NS + tick * TICK_NS + slots * TICK_NS // streams
    times = sent + rng.exponential(JITTER_MEAN_NS, len(slots)).astype(np.int64)
    kept = slots[rng.random(len(slots)) >= LOSS_RATIO]
    order = kept[np.argsort(times[kept], kind="stable")]
    return times[order], order


def _stamp(chunk: npt.NDArray[Any], times: npt.NDArray[np.int64]) -> None:
    chunk["seconds"] = times // 1_000_000_000
    chunk["nanoseconds"] = times % 1_000_000_000


def frame_records(streams: int) -> npt.NDArray[Any]:
    """One Ethernet frame of each stream, to be sent; sequence and timestamp are to be filled in."""
    whole = _template(streams)
    frames = np.zeros(streams, dtype=[(name, RECORD[name]) for name in (RECORD.names or ())[4:]])
    for name in frames.dtype.names or ():
        frames[name] = whole[name]
    return frames
