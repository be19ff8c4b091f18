"""dumpcap: its arguments, what it says of drops, its process."""

import re
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from voipprobe.model.errors import CaptureError
from voipprobe.process.child import Child
from voipprobe.process.tools import find_tool

BUFFER_MIB = 64
"""Kernel buffer: 1.2 s of 5,000 calls' packets while the disk is busy."""
READY = re.compile(r"^File: ", re.MULTILINE)
READY_S = 10.0
STOP = ((signal.SIGINT, 5.0), (signal.SIGTERM, 1.0))
COUNTS = re.compile(r"Packets received/dropped on interface '.*': (\d+)/(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureCounts:
    """What dumpcap says at its end."""

    received: int
    dropped: int


def capture_filter(address: str, port: int, media: range, *, without: int) -> str:
    """A capture filter for the run's own packets, whoever the other end is.

    Media may come from another address than signalling, so only our end is part of it.

    Args:
        address: ours.
        port: of our signalling.
        media: our ports for media.
        without: our port whose packets are none of the run's.
    """
    own = f"port {port} or udp portrange {media.start}-{media.stop - 1}"
    return f"host {address} and ({own}) and not port {without}"


def dumpcap_arguments(path: str, *, interface: str, expression: str, file: str) -> list[str]:
    """The argv of one capture to one pcapng file."""
    return [path, "-i", interface, "-f", expression, "-w", file, "-B", str(BUFFER_MIB), "-q"]


def parse_counts(text: str) -> CaptureCounts | None:
    """Received and dropped packets from dumpcap's closing lines; None if it never said."""
    match = COUNTS.search(text)
    return CaptureCounts(received=int(match[1]), dropped=int(match[2])) if match else None


class Dumpcap:
    """A running capture; packets are recorded from the moment that the constructor returns."""

    def __init__(
        self,
        folder: Path,
        *,
        interface: str,
        expression: str,
        within: Callable[[Sequence[str]], list[str]] = list,
    ) -> None:
        """Start capturing into `folder`/capture.pcapng.

        Args:
            folder: for the capture and what dumpcap says.
            interface: to capture on.
            expression: capture filter.
            within: turns the argv into one that runs elsewhere (a network namespace).

        Raises:
            ToolError: dumpcap is missing.
            CaptureError: it may not capture, or there is no such interface.
        """
        self.file = folder / "capture.pcapng"
        argv = dumpcap_arguments(
            find_tool("dumpcap"), interface=interface, expression=expression, file=self.file.name
        )
        self._child = start_dumpcap(within(argv), folder, interface)

    def stop(self) -> CaptureCounts | None:
        """End the capture; what was counted, or None if dumpcap was killed before it said so."""
        self._child.stop()
        return parse_counts(self._child.stderr_text())


def start_dumpcap(argv: Sequence[str], folder: Path, interface: str) -> Child:
    """A dumpcap with these arguments, running in `folder`; packets are recorded from now on.

    Raises:
        ToolError: dumpcap is missing.
        CaptureError: it may not capture, or there is no such interface.
    """
    child = Child(argv, folder=folder, name="dumpcap", stop=STOP)
    deadline = time.monotonic() + READY_S
    while not READY.search(child.stderr_text()):
        if child.wait(0.01) is not None or time.monotonic() > deadline:
            child.stop()
            raise CaptureError(_refusal(interface, child.stderr_text()))
    return child


def _refusal(interface: str, said: str) -> str:
    lowered = said.lower()
    if "permission" in lowered or "not permitted" in lowered:
        return (
            f"no permission to capture on {interface}: run as root, or "
            "`setcap cap_net_raw,cap_net_admin+eip $(command -v dumpcap)`"
        )
    if "no such device" in lowered or "there is no device" in lowered:
        return f"there is no interface {interface!r} to capture on: see `ip link`"
    lines = [line for line in said.strip().splitlines() if line.strip()]
    return f"dumpcap cannot capture on {interface}: {lines[-1] if lines else 'it did not start'}"
