"""RTCP extended reports: what the receiving end says of a stream, and its reference times.

Knows the report blocks that tell about voice or round trips and steps over all others. Must not
know streams.

Source: RFC 3611.
"""

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from voipprobe.model.stream import PeerReport

_HEADER_OCTETS: Final = 8
_REFERENCE_TIME, _LAST_RECEIVED, _VOIP = 4, 5, 7
# Four rates; four times; signal and noise level, RERL, Gmin; R, external R, MOS-LQ, MOS-CQ
_VOIP_METRICS: Final = struct.Struct(">4B4H2b2B4B")
_VOIP_OCTETS: Final = 36
_SUB_BLOCK: Final = struct.Struct(">III")
_UNKNOWN_MS: Final = 0xFFFE
"""This or more: too much to be said, or unknown."""


class Extended(NamedTuple):
    """What one packet says.

    Attributes:
        reference_time: middle 32 bits of its sender's clock; None if it does not tell.
        last_received: (SSRC, its last reference time, held since) for each answered one
            [1/65536 s].
        voip: SSRC -> what is said of its stream.
    """

    reference_time: int | None
    last_received: tuple[tuple[int, int, int], ...]
    voip: dict[int, PeerReport]


def read(packet: bytes) -> Extended:
    """An extended report packet, from its header, as far as it is whole."""
    reference_time: int | None = None
    last_received: list[tuple[int, int, int]] = []
    voip: dict[int, PeerReport] = {}
    for kind, block in _blocks(packet):
        if kind == _REFERENCE_TIME and len(block) >= 12:
            reference_time = int.from_bytes(block[6:10], "big")
        elif kind == _LAST_RECEIVED:
            whole = block[4 : len(block) - (len(block) - 4) % _SUB_BLOCK.size]
            last_received += [(a, b, c) for a, b, c in _SUB_BLOCK.iter_unpack(whole)]
        elif kind == _VOIP and len(block) >= _VOIP_OCTETS:
            voip[int.from_bytes(block[4:8], "big")] = _voip_metrics(block)
    return Extended(reference_time, tuple(last_received), voip)


def _blocks(packet: bytes) -> Iterator[tuple[int, bytes]]:
    """(type, octets from its header on) of each report block."""
    at = _HEADER_OCTETS
    while at + 4 <= len(packet):
        length = 4 * (int.from_bytes(packet[at + 2 : at + 4], "big") + 1)
        yield packet[at], packet[at : at + length]
        at += length


def _voip_metrics(block: bytes) -> PeerReport:
    """Source: RFC 3611 4.7; rates and densities are in 256ths, MOS in tenths."""
    lost, discarded, in_bursts, in_gaps, burst, gap, round_trip, own, *rest = (
        _VOIP_METRICS.unpack_from(block, 8)
    )
    r_factor, _, mos_lq, mos_cq = rest[4:8]
    return PeerReport(
        loss_ratio=lost / 256,
        discard_ratio=discarded / 256,
        burst_density_ratio=in_bursts / 256,
        gap_density_ratio=in_gaps / 256,
        burst_ms_mean=_ms(burst),
        gap_ms_mean=_ms(gap),
        round_trip_ms=_ms(round_trip),
        end_system_delay_ms=_ms(own),
        r_factor=float(r_factor) if r_factor <= 100 else None,
        mos_listening=_mos(mos_lq),
        mos_conversational=_mos(mos_cq),
    )


def _ms(value: int) -> float | None:
    return float(value) if value < _UNKNOWN_MS else None


def _mos(tenths: int) -> float | None:
    return tenths / 10 if 10 <= tenths <= 50 else None
