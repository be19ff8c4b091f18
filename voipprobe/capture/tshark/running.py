"""tshark run by way of pyshark over one file: the only use of pyshark.

Knows how to start it, to wait for its end and to say what went wrong. Must not know what is in
the packets that come out.
"""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from voipprobe.model.errors import CaptureError, ToolError
from voipprobe.process.tools import find_tool

EXIT_GRACE_S = 10.0  # from the end of its output to the end of tshark

# Said with exit code 2 when everything before the damage was read; our own reader names it.
_DAMAGE = ("cut short", "(pcap")
_UNREADABLE = 2


def read_packets(
    path: Path,
    keep: Callable[[Any], None],
    *,
    display_filter: str,
    layers: str,
    preferences: Mapping[str, str],
    decode_as: Mapping[str, str],
) -> None:
    """Hand on every packet of a capture file that a display filter lets pass.

    Args:
        path: pcap or pcapng file, plain or compressed.
        keep: called with each packet, which has the fields of `layers` and raw octets of all.
        display_filter: of tshark.
        layers: names of protocols.
        preferences: of tshark.
        decode_as: its rules, what ("tcp.port==99") -> protocol.

    Raises:
        CaptureError: the file does not exist, may not be read or is no capture.
        ToolError: tshark is missing or failed.
    """
    _check_readable(path)
    options = {
        "tshark_path": find_tool("tshark"),
        "display_filter": display_filter,
        "override_prefs": dict(preferences),
        "decode_as": dict(decode_as),
        "custom_parameters": ["-j", layers],
    }
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(_read(path, options, loop, keep))
    except TimeoutError as error:
        raise ToolError(f"tshark hung at the end of {path}: try it again") from error
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


def _check_readable(path: Path) -> None:
    try:
        path.open("rb").close()
    except OSError as error:
        raise CaptureError(f"{path} cannot be read: {error.strerror}") from error


async def _read(
    path: Path,
    options: Mapping[str, object],
    loop: asyncio.AbstractEventLoop,
    keep: Callable[[Any], None],
) -> None:
    """Runs tshark over the file and hands on every packet; no tshark is left behind."""
    import pyshark  # noqa: PLC0415 - a second of start-up, for captures with TCP only
    from pyshark import config  # noqa: PLC0415

    # A config.ini in the working directory would be taken for pyshark's own, whoever wrote it,
    # and could name the program to run.
    config.fp_config_path = config.pyshark_config_path
    capture = pyshark.FileCapture(
        path,
        use_json=True,
        include_raw=True,
        keep_packets=False,
        eventloop=loop,
        **options,
    )
    try:
        await capture.packets_from_tshark(keep, close_tshark=False)
        await _ended(capture, path)
    finally:
        await capture.close_async()


async def _ended(capture: Any, path: Path) -> None:
    """Waits for tshark's end, which pyshark does not: it would kill it and lose its exit code.

    Raises:
        CaptureError, ToolError: it failed; the message has the last line that it said.
    """
    for process in tuple(capture._running_processes):
        code = await asyncio.wait_for(process.wait(), EXIT_GRACE_S)
        capture._running_processes.discard(process)
        await asyncio.gather(*capture._stderr_handling_tasks)
        said = capture._last_error_line or "nothing"
        if code == _UNREADABLE and not any(words in said for words in _DAMAGE):
            raise CaptureError(f"tshark cannot read {path}, it said: {said}")
        if code not in (0, _UNREADABLE):
            raise ToolError(f"tshark failed at {path} (exit code {code}), it said: {said}")
