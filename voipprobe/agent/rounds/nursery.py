"""The nursery: a process that has loaded everything that a round needs, and forks.

A round in a fork of it begins at once, shares its memory, and takes whatever it leaks or breaks
with it when it ends; the agent itself never loads LLVM or Parquet. Runs as
`python -m voipprobe.agent.rounds.nursery` with a SOCK_SEQPACKET socket as standard input: each
message is a pickled (function, arguments) with one descriptor, to which the fork writes its pid
(8 octets) and then its pickled answer. When the line breaks, because the agent died, the nursery
ends, and the kernel kills its forks (PR_SET_PDEATHSIG); their keepers then end SIPp and dumpcap.

Pickle is safe here: both ends are one program, and nobody else has the socket.
"""

import array
import contextlib
import ctypes
import os
import pickle
import signal
import socket
from typing import Final

from voipprobe.model.errors import VoipprobeError

PR_SET_PDEATHSIG: Final = 1
LARGEST: Final = 1 << 20
PID_OCTETS: Final = 8
INTERRUPTS: Final = (signal.SIGINT, signal.SIGTERM)
"""By these a round is asked to end its calls."""


def main() -> None:
    """Fork for every order until the agent is gone."""
    from voipprobe.agent.rounds import placing, warming  # noqa: PLC0415 - what takes long, once

    assert placing  # noqa: S101 - it is what the forks will call
    warming.warm_up()
    line = socket.socket(fileno=0)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the agent decides, by closing the line
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits: the kernel buries
    nursery = os.getpid()
    try:
        line.send(b"warm")
    except BrokenPipeError:  # the agent was stopped before it had begun
        return
    while True:
        order, descriptors, _, _ = socket.recv_fds(line, LARGEST, 1)
        if not order:
            return
        (answer,) = array.array("i", descriptors)
        if os.fork() == 0:
            _become_deaf(line)
            _serve(order, answer, nursery)
        os.close(answer)


def _become_deaf(line: socket.socket) -> None:
    """Let go of the line; tools that the fork starts find an empty standard input in its place."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, line.fileno())
    os.close(nothing)


def _serve(order: bytes, answer: int, nursery: int) -> None:
    """Carry out one order and end; this is the fork."""
    status = 1
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == nursery:
            # what comes as soon as our pid is known waits until there is somebody to catch it
            signal.pthread_sigmask(signal.SIG_BLOCK, INTERRUPTS)
            for number in INTERRUPTS:
                signal.signal(number, signal.default_int_handler)
            for number in (signal.SIGHUP, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            _write(answer, os.getpid().to_bytes(PID_OCTETS, "big"))
            _write(answer, _outcome(order))
            status = 0
    finally:
        os._exit(status)


def _outcome(order: bytes) -> bytes:
    """Pickled ("done", answer), ("error", what to tell the user), or ("crash", a fault of ours)."""
    try:
        # imports swallow an interrupt that hits one of their callbacks: none while they may run
        function, arguments = pickle.loads(order)  # noqa: S301 - see above
        try:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, INTERRUPTS)
            found = function(*arguments)
        finally:
            signal.pthread_sigmask(signal.SIG_BLOCK, INTERRUPTS)
        return pickle.dumps(("done", found))
    except VoipprobeError as error:
        return pickle.dumps(("error", str(error)))
    except KeyboardInterrupt:
        return pickle.dumps(("error", "interrupted"))
    except Exception as error:
        return pickle.dumps(("crash", f"{type(error).__name__}: {error}"))


def _write(descriptor: int, octets: bytes) -> None:
    with contextlib.suppress(BrokenPipeError), os.fdopen(os.dup(descriptor), "wb") as file:
        file.write(octets)


if __name__ == "__main__":
    main()
