"""The keeper: one small process between voipprobe and each long-lived child.

Runs as a script of its own (`python -I -S keeper.py`), so it knows the standard library only
and imports nothing of ours. It starts the child, passes signals on, reports the exit, and
when the line to its parent breaks (voipprobe was killed, even with SIGKILL) it ends the
child. PR_SET_PDEATHSIG alone would not do: the kernel clears it when a binary with file
capabilities such as dumpcap is executed.

The line is a socket on standard input. From the parent: one JSON object with `argv` and
`stop`, then one JSON object per request: {"signal": n} or {"stop": true}. To the parent:
{"pid": n} or {"error": text}, then {"exit": status} (negative: ended by that signal).
`stop` is a list of [step, patience in s]; a step is a signal number, or [address, port, text]
for a datagram to a control port (SIPp's way of hanging up all calls).
"""

import contextlib
import ctypes
import json
import os
import select
import signal
import socket
import time

PR_SET_PDEATHSIG = 1

Step = int | tuple[str, int, str]


def spawn(argv: list[str]) -> int:
    """Start the child in a session of its own; returns its pid, raises OSError."""
    read_end, write_end = os.pipe2(os.O_CLOEXEC)
    keeper = os.getpid()
    pid = os.fork()
    if pid:
        os.close(write_end)
        failure = os.read(read_end, 64)
        os.close(read_end)
        if failure:
            os.waitpid(pid, 0)
            raise OSError(int(failure), os.strerror(int(failure)))
        return pid
    try:
        _become_child(keeper)
        os.execvp(argv[0], argv)  # noqa: S606 - no shell is the point
    except OSError as error:
        os.write(write_end, str(error.errno).encode())
    os._exit(127)


def _become_child(keeper: int) -> None:
    os.setsid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != keeper:  # the keeper died between fork and prctl
        os._exit(127)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    signal.pthread_sigmask(signal.SIG_SETMASK, set())


def send_signal(pid: int, number: int) -> None:
    """Signal the child's whole session; a child that is gone is no error."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, number)


def exit_status(pid: int, timeout_s: float) -> int | None:
    """The child's status once it has ended within `timeout_s`; None while it runs."""
    deadline = time.monotonic() + timeout_s
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() >= deadline:
            return None
        time.sleep(0.01)


def take_step(pid: int, step: Step) -> None:
    """Send one signal, or one datagram to a control port."""
    if isinstance(step, int):
        send_signal(pid, step)
        return
    address, port, text = step
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as control:
        control.sendto(text.encode(), (address, port))


def stop(pid: int, sequence: list[tuple[Step, float]]) -> int:
    """Take each (step, patience in s) in turn until the child is gone; returns its status."""
    for step, patience_s in sequence:
        take_step(pid, step)
        status = exit_status(pid, patience_s)
        if status is not None:
            return status
    send_signal(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def keep(line: socket.socket, pid: int, sequence: list[tuple[Step, float]]) -> int:
    """Serve the parent until the child ends or the line breaks; returns the child's status."""
    ended = os.pidfd_open(pid)
    while True:
        ready, _, _ = select.select([line.fileno(), ended], [], [])
        if ended in ready:
            return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        text = read_line(line)
        request = json.loads(text) if text else {"stop": True}
        if "stop" in request:
            return stop(pid, sequence)
        send_signal(pid, request["signal"])


def main() -> None:
    """Read the order from standard input, start the child and stay until it is gone."""
    line = socket.socket(fileno=0)
    text = read_line(line)
    if not text:
        return
    order = json.loads(text)
    try:
        pid = spawn(order["argv"])
    except OSError as error:
        line.sendall(json.dumps({"error": error.strerror, "errno": error.errno}).encode() + b"\n")
        return
    line.sendall(json.dumps({"pid": pid}).encode() + b"\n")
    status = keep(line, pid, order["stop"])
    send_signal(pid, signal.SIGKILL)  # what the child may have left behind in its session
    with contextlib.suppress(OSError):  # nobody may be left to be told
        line.sendall(json.dumps({"exit": status}).encode() + b"\n")


def read_line(line: socket.socket) -> bytes:
    """One request, read byte by byte so that the next one stays visible to select().

    Returns:
        The line, or nothing when the parent is gone.
    """
    text = b""
    while not text.endswith(b"\n"):
        byte = line.recv(1)
        if not byte:
            return b""
        text += byte
    return text


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    main()
