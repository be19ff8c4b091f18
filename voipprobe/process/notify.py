"""What systemd is told, where it started us (sd_notify(3)); nothing elsewhere."""

import contextlib
import os
import socket
import time


def notify(*lines: str) -> None:
    """Send lines such as READY=1 to the service manager, if there is one."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.sendto("\n".join(lines).encode(), address)


def reloading() -> None:
    """Say that a reload begins (Type=notify-reload wants to know since when)."""
    notify("RELOADING=1", f"MONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}")


def watchdog_s() -> float | None:
    """How often the service manager wants to hear from us; None for never."""
    text = os.environ.get("WATCHDOG_USEC", "")
    mine = os.environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    return int(text) / 2e6 if mine and text.isdecimal() and int(text) else None
