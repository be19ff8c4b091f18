"""What a user writes on the command line of `analyze`, as the capture room wants it.

Knows files, folders and the two small notations `--port` and `--buffer`. Must not read captures.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal

from voipprobe.model.errors import ConfigError

STANDARD_INPUT: Final = "-"
PORT_KINDS: Final = ("rtp", "sip")
MAX_BUFFER_MS: Final = 1000.0
_CAPTURE_NAME: Final = re.compile(
    r"\.(pcap|pcapng|cap|dmp)\d*(\.(gz|zst))?$|\.pcap(ng)?\.\d+$", re.IGNORECASE
)


def capture_paths(given: Iterable[str]) -> list[Path]:
    """The capture files that paths name, folders as the captures in them, by name.

    Raises:
        ConfigError: a path does not exist, or a folder holds no capture.
    """
    paths = [path for text in given for path in _captures(text)]
    if sum(str(path) == STANDARD_INPUT for path in paths) > 1:
        raise ConfigError("standard input (-) can be read once only")
    return paths


def _captures(text: str) -> list[Path]:
    path = Path(text)
    if text == STANDARD_INPUT or path.is_file():
        return [path]
    if not path.exists():
        raise ConfigError(f"{text}: there is no such file or folder")
    if not path.is_dir():  # a pipe, e.g. <(ssh probe tcpdump -w -)
        return [path]
    try:
        found = sorted(file for file in path.iterdir() if _CAPTURE_NAME.search(file.name))
    except OSError as error:
        raise ConfigError(f"{text}: the folder cannot be read: {error.strerror}") from None
    if not found:
        raise ConfigError(f"{text}: the folder holds no .pcap, .pcapng or .cap file")
    return found


def parse_ports(given: Iterable[str]) -> dict[int, str]:
    """Port numbers and what they carry, of `--port N=rtp|sip`.

    Raises:
        ConfigError: one is not written so.
    """
    ports: dict[int, str] = {}
    for text in given:
        number, _, kind = text.partition("=")
        if kind not in PORT_KINDS or not re.fullmatch("[0-9]{1,5}", number):
            raise ConfigError(f"--port {text!r} is not N=rtp or N=sip, e.g. --port 5080=sip")
        port = int(number)
        if not 1 <= port <= 65535:
            raise ConfigError(f"--port {text!r}: a port is between 1 and 65535")
        if ports.setdefault(port, kind) != kind:
            raise ConfigError(f"--port {port} is said to be both rtp and sip")
    return ports


def parse_buffer(text: str) -> float | Literal["adaptive"]:
    """The playout buffer of `--buffer MS|adaptive` [ms].

    Raises:
        ConfigError: it is neither "adaptive" nor 0 to 1000.
    """
    if text == "adaptive":
        return "adaptive"
    try:
        buffer_ms = float(text)
    except ValueError:
        buffer_ms = -1.0
    if not 0 <= buffer_ms <= MAX_BUFFER_MS:
        raise ConfigError(f"--buffer {text!r} is neither 0 to 1000 (ms) nor 'adaptive'")
    return buffer_ms
