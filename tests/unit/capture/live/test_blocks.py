"""Blocks of a ring, laid out by hand as linux/if_packet.h has them."""

import struct

import numpy as np
from support.pcaps import START_NS, Rtp, ethernet, udp

from voipprobe.capture.live.blocks import FRAMES, LEFT, find_frames
from voipprobe.capture.wire.link import ETHERNET
from voipprobe.capture.wire.records import FRAME, WINDOW

FIRST_AT = 48
MAC_AT = 82


def block(frames: list[tuple[int, bytes]]) -> np.ndarray:
    """A WINDOW with packets one behind the other, the last without a next one."""
    window = np.zeros(1, dtype=WINDOW)
    at = FIRST_AT
    for number, (time_ns, frame) in enumerate(frames):
        size = -(-(MAC_AT + len(frame)) // 16) * 16
        following = size if number < len(frames) - 1 else 0
        seconds, nanoseconds = divmod(time_ns, 1_000_000_000)
        head = struct.pack(
            "<6I2H", following, seconds, nanoseconds, len(frame), len(frame), 1, MAC_AT, 96
        )
        octets = head.ljust(MAC_AT, b"\xee") + frame
        window["octets"][0][at : at + len(octets)] = np.frombuffer(octets, dtype=np.uint8)
        at += size
    return window


def test_frames_with_their_time_and_place() -> None:
    """Of different lengths, so that a wrong step finds nothing."""
    sent = [(START_NS + n * 20_000_001, ethernet(udp(b"x" * n))) for n in (1, 160, 7)]
    window, frames = block(sent), np.zeros(10, dtype=FRAME)
    place = np.array([FIRST_AT, 3, 0])
    find_frames(window, ETHERNET, frames, place)
    assert (place[FRAMES], place[LEFT]) == (3, 0)
    found = [
        (int(f["time_ns"]), window["octets"][0][f["at"] : f["at"] + f["captured"]].tobytes())
        for f in frames[:3]
    ]
    assert found == sent
    assert set(frames["link"][:3]) == {ETHERNET}


def test_a_block_of_more_packets_than_there_is_room_for_comes_in_parts() -> None:
    """Nothing is lost between two calls."""
    sent = [(START_NS + n, ethernet(udp(Rtp(0, n, n).octets()))) for n in range(5)]
    window, frames = block(sent), np.zeros(2, dtype=FRAME)
    place = np.array([FIRST_AT, 5, 0])
    times: list[int] = []
    while place[LEFT]:
        find_frames(window, ETHERNET, frames, place)
        times += [int(time) for time in frames["time_ns"][: place[FRAMES]]]
    assert times == [time_ns for time_ns, _ in sent]
