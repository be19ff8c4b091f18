"""Whether G.711 payload holds anything that can be heard.

Knows the two companding laws and nothing of streams beyond their energy fields.

Source: ITU-T G.711.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from voipprobe.capture.kernels.declare import Array, Number, Row, int64, part

PCMU: Final = 0
PCMA: Final = 8
FIRST_PACKETS: Final = 64
EVERY: Final = 16
"""Energy is read from the first FIRST_PACKETS packets and from one in EVERY after them."""

AUDIBLE_MEAN_SQUARE: Final = (32768.0 * 10 ** (-60 / 20)) ** 2
"""-60 dB below full scale: the quietest speech is louder, idle lines and comfort noise are not."""


def _mu_law() -> npt.NDArray[np.int64]:
    code = ~np.arange(256) & 0xFF
    magnitude = ((((code & 0x0F) << 3) + 0x84) << (code >> 4 & 7)) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int64)


def _a_law() -> npt.NDArray[np.int64]:
    code = np.arange(256) ^ 0x55
    exponent = code >> 4 & 7
    mantissa = (code & 0x0F) << 4
    magnitude = np.where(
        exponent == 0, mantissa + 8, (mantissa + 0x108) << np.maximum(exponent - 1, 0)
    )
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int64)


MU_LAW_SQUARES: Final = _mu_law() ** 2
A_LAW_SQUARES: Final = _a_law() ** 2


@part
def _is_sampled(packets: Number) -> Number:
    """Whether the energy of a stream's n-th packet is read."""
    return packets <= FIRST_PACKETS or packets % EVERY == 0


@part
def listen(place: Row, stream: Row, buffer: Array, packet: Row) -> None:
    """Keep the largest mean square of a G.711 payload until it can be heard.

    `place` is that of the stream in the hash table: it counts the packets, and is marked where
    nothing has to be read any more.
    """
    octets = int64(packet.payload_captured)
    if packet.payload_type not in (PCMU, PCMA) or not _is_sampled(place.packets):
        return
    if octets <= 0 or octets < packet.payload_length:
        return
    squares = MU_LAW_SQUARES if packet.payload_type == PCMU else A_LAW_SQUARES
    total = int64(0)
    for at in range(packet.payload_at, packet.payload_at + octets):
        total += squares[buffer[at]]
    stream.energy_packets += 1
    stream.energy_max = max(stream.energy_max, total / octets)
    place.audible = 1 if stream.energy_max >= AUDIBLE_MEAN_SQUARE else 0
