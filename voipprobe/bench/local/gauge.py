"""A program: tells twenty times a second what a UDP datagram over loopback costs on a CPU.

Each line is "EPOCH_S CPU_TIME_US", of one CPU after the other. The cost is this program's own CPU
time for sending and reading a datagram of the size of 20 ms of G.711: what a media relay does most.

It is a process of its own, and knows nothing but Python: other threads would be measured, too.
"""

import os
import socket
import time

DATAGRAMS = 80
PAUSE_S = 0.05
PAYLOAD = bytes(172)


def cost_us(sender: socket.socket, receiver: socket.socket) -> float:
    """CPU time of a datagram [us], on the average of some."""
    begin = time.thread_time_ns()
    for _ in range(DATAGRAMS):
        sender.send(PAYLOAD)
        receiver.recv(len(PAYLOAD))
    return (time.thread_time_ns() - begin) / 1000 / DATAGRAMS


def main() -> None:
    """Gauge until nobody wants it any more."""
    cpus = sorted(os.sched_getaffinity(0))
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(1.0)
        sender.connect(receiver.getsockname())
        while True:
            for cpu in cpus:
                os.sched_setaffinity(0, {cpu})
                print(f"{time.time():.3f} {cost_us(sender, receiver):.3f}", flush=True)  # noqa: T201
                time.sleep(PAUSE_S)


if __name__ == "__main__":
    main()
