"""`python -m benchmarks.flood INTERFACE PPS SECONDS`: G.711 streams at a steady packet rate.

Frames go straight to an interface (sendmmsg on a packet socket), to a MAC address that nobody
has: the other end's IP stack throws them away behind the capture. Prints the packets sent.
"""

import ctypes
import socket
import sys
import time
from typing import Any, Final

import numpy as np

from benchmarks.synthetic import VOICE_OCTETS, frame_records

STREAMS: Final = 400
_MSGHDR: Final = np.dtype(
    [
        ("name", "u8"), ("name_octets", "u8"), ("vector", "u8"), ("vectors", "u8"),
        ("control", "u8"), ("control_octets", "u8"), ("flags", "u8"), ("sent", "u8"),
    ]
)  # fmt: skip
_IOVEC: Final = np.dtype([("base", "u8"), ("octets", "u8")])


def flood(interface: str, rate_pps: float, duration_s: float) -> int:
    """Packets sent; 400 streams take turns, each with its own sequence and timestamp."""
    frames = frame_records(STREAMS)
    headers, vectors = _headers(frames)
    sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    sender.bind((interface, 0))
    sendmmsg = ctypes.CDLL(None, use_errno=True).sendmmsg
    began, sent, rounds = time.monotonic(), 0, 0
    while (now := time.monotonic() - began) < duration_s:
        if sent > now * rate_pps:
            time.sleep(STREAMS / rate_pps / 4)
            continue
        frames["sequence"] = rounds & 0xFFFF
        frames["timestamp"] = rounds * VOICE_OCTETS & 0xFFFFFFFF
        done = sendmmsg(sender.fileno(), ctypes.c_void_p(headers.ctypes.data), STREAMS, 0)
        if done != STREAMS:
            raise OSError(ctypes.get_errno(), f"only {done} of {STREAMS} frames left")
        sent += done
        rounds += 1
    del vectors
    return sent


def _headers(frames: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """The mmsghdr of each frame and the iovecs that they point to; keep both alive."""
    vectors = np.zeros(len(frames), dtype=_IOVEC)
    vectors["base"] = frames.ctypes.data + np.arange(len(frames)) * frames.strides[0]
    vectors["octets"] = frames.dtype.itemsize
    headers = np.zeros(len(frames), dtype=_MSGHDR)
    headers["vector"] = vectors.ctypes.data + np.arange(len(frames)) * _IOVEC.itemsize
    headers["vectors"] = 1
    return headers, vectors


if __name__ == "__main__":
    print(flood(sys.argv[1], float(sys.argv[2]), float(sys.argv[3])))  # noqa: T201
