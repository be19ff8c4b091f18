"""What systemd is told, over a real socket of its kind."""

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from voipprobe.process.notify import notify, reloading, watchdog_s


@pytest.fixture(params=["path", "abstract"])
def manager(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[socket.socket]:
    """The socket of a service manager."""
    name = str(tmp_path / "notify") if request.param == "path" else f"@voipprobe-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bound:
        bound.bind("\0" + name[1:] if name.startswith("@") else name)
        bound.settimeout(10)
        monkeypatch.setenv("NOTIFY_SOCKET", name)
        yield bound


def test_lines_come_in_one_message(manager: socket.socket) -> None:
    notify("READY=1", "STATUS=us-east-1: 12 paths")
    assert manager.recv(1000) == b"READY=1\nSTATUS=us-east-1: 12 paths"


def test_a_reload_says_since_when(manager: socket.socket) -> None:
    """Type=notify-reload takes no READY=1 that is older."""
    before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    reloading()
    first, second = manager.recv(1000).decode().splitlines()
    assert first == "RELOADING=1"
    name, _, value = second.partition("=")
    assert name == "MONOTONIC_USEC"
    assert before <= int(value) <= time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000


@pytest.mark.parametrize("address", ["", "/no/such/socket", "/" + "x" * 200, "@none-there"])
def test_nobody_who_listens_is_no_error(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    notify("READY=1")


@pytest.mark.parametrize(
    ("usec", "pid", "found"),
    [
        ("30000000", "ours", 15.0),
        ("30000000", None, 15.0),
        ("30000000", "1", None),
        ("0", "ours", None),
        ("", "ours", None),
        ("soon", "ours", None),
        (None, None, None),
    ],
)
def test_the_watchdog_hears_from_us_twice_in_its_time(
    monkeypatch: pytest.MonkeyPatch, usec: str | None, pid: str | None, found: float | None
) -> None:
    """If it is our watchdog at all; a time of 0 would be a loop without end."""
    for name, value in (("WATCHDOG_USEC", usec), ("WATCHDOG_PID", pid)):
        monkeypatch.delenv(name, raising=False)
        if value is not None:
            monkeypatch.setenv(name, str(os.getpid()) if value == "ours" else value)
    assert watchdog_s() == found
