"""Waits until hosts have what they need, and brings them a wheel of ours where that is wanted."""

import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from voipprobe.bench.ec2.hosts import Found
from voipprobe.bench.ec2.userdata import FOLDER, PIP, STATE
from voipprobe.bench.remote.at_once import at_once
from voipprobe.bench.remote.ssh import ssh_arguments
from voipprobe.model.errors import ToolError
from voipprobe.process.tools import find_tool, tool_environment

INSTALLED_WITHIN_S: Final = 900.0
FIRST_PAUSE_S: Final = 0.5
LONGEST_PAUSE_S: Final = 10.0
COMMAND_TIMEOUT_S: Final = 300.0
LOOK_EVERY_S: Final = 0.5


def await_installed(hosts: Sequence[Found], wheel: Path | None, say: Callable[[str], None]) -> None:
    """Wait until all hosts have what they need.

    Args:
        hosts: that run.
        wheel: of ours, to be brought to each; None where its first script installs all.
        say: is told what happens.

    Raises:
        ToolError: a host cannot be reached, or an installation failed; the message says why.
    """
    say(f"installing on {len(hosts)} hosts")
    over = threading.Event()
    at_once(hosts, lambda one: _await_installed(one, wheel, over), over.set)


def _await_installed(one: Found, wheel: Path | None, over: threading.Event) -> None:
    deadline, pause_s = time.monotonic() + INSTALLED_WITHIN_S, FIRST_PAUSE_S
    while True:
        code, said, complaint = _run(one, ["sh", "-c", STATE], over)
        state = said.strip().splitlines()[:1]
        if code == 0 and state == ["ready"]:
            break
        if code == 0 and state == ["failed"]:
            raise ToolError(
                f"{one.name}: its installation failed: {' / '.join(said.split(chr(10))[1:])}"
            )
        if time.monotonic() > deadline:
            reason = complaint.strip().splitlines()[-1:] or ["it is not done"]
            within = f"within {INSTALLED_WITHIN_S:.0f} s"
            raise ToolError(f"{one.name}: not installed {within}: {reason[0]}")
        if over.wait(pause_s):
            raise ToolError(f"{one.name}: not waited for any more")
        pause_s = min(1.5 * pause_s, LONGEST_PAUSE_S)
    if wheel is not None:
        _bring(one, wheel, over)


def _bring(one: Found, wheel: Path, over: threading.Event) -> None:
    """Install a wheel of ours on a host."""
    there = f"{FOLDER}/{wheel.name}"
    script = 'cat > "$0" && exec "$1" install --quiet "$0"'
    code, said, complaint = _run(one, ["sh", "-c", script, there, PIP], over, wheel.read_bytes())
    if code:
        last = (complaint or said).strip().splitlines()[-1:] or ["it says nothing"]
        raise ToolError(f"{one.name}: {wheel.name} cannot be installed: {last[0]}")


def _run(
    one: Found, command: list[str], over: threading.Event, brought: bytes = b""
) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command on a host."""
    argv = ssh_arguments(find_tool("ssh"), one.route, command)
    deadline = time.monotonic() + COMMAND_TIMEOUT_S
    with subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=tool_environment(), start_new_session=True,
    ) as running:  # fmt: skip
        while True:
            try:
                found = running.communicate(brought, timeout=LOOK_EVERY_S)
            except subprocess.TimeoutExpired:
                brought = b""  # Popen goes on with what it was given first
                if over.is_set() or time.monotonic() > deadline:
                    running.kill()
                continue
            said, complaint = (text.decode(errors="replace") for text in found)
            return running.returncode, said, complaint
