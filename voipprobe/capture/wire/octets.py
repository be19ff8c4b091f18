"""Numbers out of raw octets: the only functions that read a buffer by position.

Callers hold the promise that `at` + width lies inside the buffer.
"""

from typing import Final

import numpy as np

from voipprobe.capture.kernels.declare import Array, Number, int64, part, uint64

FETCH_AHEAD: Final = 2048
FETCH_OCTETS: Final = 256
"""So much is asked for, so far ahead of the frame that is looked at: a frame of voice or more."""


@part
def octet(buffer: Array, at: Number) -> Number:
    """One octet as an int64. An unsigned index spares Numba's test for negative ones."""
    return int64(buffer[uint64(at)])


@part
def big16(buffer: Array, at: Number) -> Number:
    """Two octets in network order."""
    return (octet(buffer, at) << 8) | octet(buffer, at + 1)


@part
def big32(buffer: Array, at: Number) -> Number:
    """Four octets in network order."""
    return (big16(buffer, at) << 16) | big16(buffer, at + 2)


@part
def little16(buffer: Array, at: Number) -> Number:
    """Two octets, least significant first."""
    return (octet(buffer, at + 1) << 8) | octet(buffer, at)


@part
def little32(buffer: Array, at: Number) -> Number:
    """Four octets, least significant first."""
    return (little16(buffer, at + 2) << 16) | little16(buffer, at)


@part
def file16(buffer: Array, at: Number, big: Number) -> Number:
    """Two octets in the byte order of a capture file."""
    return big16(buffer, at) if big else little16(buffer, at)


@part
def file32(buffer: Array, at: Number, big: Number) -> Number:
    """Four octets in the byte order of a capture file."""
    return big32(buffer, at) if big else little32(buffer, at)


_MULTIPLIERS = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_M1, _M2 = _MULTIPLIERS


@part
def mix(value: Number) -> Number:
    """A uint64 whose every bit depends on every bit of a uint64 (the finaliser of splitmix64)."""
    value = (value ^ (value >> np.uint64(30))) * _M1
    value = (value ^ (value >> np.uint64(27))) * _M2
    return value ^ (value >> np.uint64(31))
