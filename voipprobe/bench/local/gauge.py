"""A program: tells forty times a second what a UDP datagram over loopback costs in CPU time.

Each line is "EPOCH_S CPU_TIME_US", of one CPU after the other. A datagram is as large as 20 ms of
G.711. Two of three are sent and read by one process; the third goes to a process on another CPU,
and its answer back. A media relay does both, and they slow down for different reasons: the first
with a busy neighbour on the physical core, the second also with how far the CPUs are apart.
Together they follow a relay's cost at one load within 2 %, the first alone within 5 % (four
seconds each). More load makes them dearer by more than a relay's call (docs/bench.md).

It is a process of its own, and knows nothing but Python: other threads would be measured, too.
"""

import os
import socket
import struct
import sys
import time

ALONE, HANDED_OVER = 40, 20
PAUSE_S = 0.02
PAYLOAD = bytes(172)
CLOCK = struct.Struct("!Q164x")
PATIENCE = struct.pack("ll", 5, 0)
"""As a timeval of SO_RCVTIMEO: a timeout of Python's own would cost a poll for each datagram."""


class Link:
    """Two sockets on loopback, from one to the other."""

    def __init__(self) -> None:
        self._to = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._to.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, PATIENCE)
        self._to.bind(("127.0.0.1", 0))
        self._from = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._from.connect(self._to.getsockname())
        self.send, self.receive = self._from.send, self._to.recv


def alone_ns(link: Link, datagrams: int) -> int:
    """CPU time of sending and reading so many."""
    begin = time.thread_time_ns()
    for _ in range(datagrams):
        link.send(PAYLOAD)
        link.receive(len(PAYLOAD))
    return time.thread_time_ns() - begin


def handed_over_ns(there: Link, back: Link, datagrams: int) -> int:
    """CPU time of both processes for so many between them."""
    there.send(PAYLOAD)
    (partners_begin,) = CLOCK.unpack(back.receive(len(PAYLOAD)))
    begin, answer = time.thread_time_ns(), b""
    for _ in range(datagrams // 2):
        there.send(PAYLOAD)
        answer = back.receive(len(PAYLOAD))
    (partners_end,) = CLOCK.unpack(answer)
    return int(time.thread_time_ns() - begin + partners_end - partners_begin)


def answer_all(there: Link, back: Link, asked_by: int) -> None:
    """Answer with the CPU time used so far, until nobody is left who asks."""
    while os.getppid() == asked_by:
        try:
            there.receive(len(PAYLOAD))
        except BlockingIOError:
            continue
        back.send(CLOCK.pack(time.thread_time_ns()))


def main() -> None:
    """Gauge until nobody wants it any more."""
    cpus, me = sorted(os.sched_getaffinity(0)), os.getpid()
    own, there, back = Link(), Link(), Link()
    partner = os.fork()
    if not partner:
        answer_all(there, back, me)
        sys.exit()
    while True:
        for cpu, other in zip(cpus, [*cpus[1:], cpus[0]], strict=True):
            os.sched_setaffinity(0, {cpu})
            os.sched_setaffinity(partner, {other})
            spent_ns = alone_ns(own, ALONE) + handed_over_ns(there, back, HANDED_OVER)
            cost_us = spent_ns / 1000 / (ALONE + HANDED_OVER)
            print(f"{time.time():.3f} {cost_us:.3f}", flush=True)  # noqa: T201 - a program's output
            time.sleep(PAUSE_S)


if __name__ == "__main__":
    main()
