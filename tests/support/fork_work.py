"""What tests have forks do; a module of its own, so that the nursery can name it."""

import contextlib
import os
import signal
import threading
import time
from pathlib import Path

from voipprobe.model.errors import CloudError, ToolError
from voipprobe.process.child import Child


def add(one: int, other: int) -> int:
    """Their sum."""
    return one + other


def refuse(text: str) -> None:
    """An error that a user can cause."""
    raise ToolError(text)


def refuse_with_more(text: str) -> None:
    """One whose constructor takes more than its text."""
    raise CloudError(text, retryable=True)


def interrupt_late(octets: int) -> bytes:
    """Ask itself to end, just when all is done."""
    threading.Timer(0.0, os.kill, (os.getpid(), signal.SIGTERM)).start()
    return bytes(octets)


def crash() -> None:
    """A fault of ours."""
    raise ZeroDivisionError("nothing to divide by")


def kill_itself() -> None:
    """As the kernel does when memory is used up."""
    os.kill(os.getpid(), signal.SIGKILL)


def sleep_on(signals: bool = True) -> None:
    """Long; deaf to everything but SIGKILL if asked."""
    if not signals:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
    time.sleep(100)


def much(octets: int) -> bytes:
    """An answer larger than any pipe."""
    return bytes(octets)


def unpicklable() -> object:
    """An answer that cannot travel."""
    return lambda: None


def dispositions() -> dict[str, str]:
    """How the fork takes signals."""
    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGCHLD")
    return {name: str(signal.getsignal(getattr(signal, name))) for name in names}


def descriptors() -> list[str]:
    """What the fork has open."""
    found = []
    for entry in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            found.append(str(entry.readlink()))
    return found


def hold_tool(folder: str) -> None:
    """Run a tool as rounds do, and never end."""
    with Child(["sleep", "100"], folder=Path(folder), name="tool") as child:
        (Path(folder) / "tool.pid").write_text(f"{os.getpid()} {child.pid}\n")
        time.sleep(100)
