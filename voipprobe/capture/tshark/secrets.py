"""TLS secrets: which connections they are for, and where they come from.

Knows the NSS key log format and where a pcapng file keeps one. Must not know TLS: the secrets
themselves are only handed on.

Source: the NSS key log format (draft-ietf-tls-keylogfile), draft-ietf-opsawg-pcapng 4.7.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from voipprobe.capture.files.pcapng import (
    INTERFACE,
    SECTION_HEADER,
    STATISTICS,
    block_length,
)
from voipprobe.capture.files.source import CaptureStream
from voipprobe.model.errors import CaptureError, ConfigError

SECRETS_BLOCK: Final = 10
KEY_LOG: Final = 0x544C534B
MAX_OCTETS: Final = 64 << 20
"""Of a key log: half a million connections of TLS 1.3."""
MAX_EMBEDDED_OCTETS: Final = 4 << 20
"""Before the first packet of a file, all other blocks included."""
_BEFORE_PACKETS: Final = (SECTION_HEADER, INTERFACE, STATISTICS, SECRETS_BLOCK)
_RANDOM_DIGITS: Final = 64
_OF_NO_RANDOM: Final = (b"RSA", b"PMS_CLIENT_RANDOM")
"""The first goes by the encrypted secret or the session; both are as good as any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLog:
    """What a key log can open.

    Attributes:
        randoms: the first eight octets of the client randoms that it has secrets for, sorted.
        opens_any: it has secrets that go by something else, or it is still being written.
        secrets: how many lines say something.
    """

    randoms: npt.NDArray[np.uint64]
    opens_any: bool = False
    secrets: int = 0

    @classmethod
    def of(cls, text: bytes, *, is_growing: bool = False) -> "KeyLog":
        """What a key log says; lines that are none are passed over."""
        randoms: set[int] = set()
        secrets, opens_any = 0, is_growing
        for line in text.splitlines():
            label, _, rest = line.strip().partition(b" ")
            random = rest.split(b" ")[0]
            if not rest or label.startswith(b"#"):
                continue
            if label in _OF_NO_RANDOM:
                secrets, opens_any = secrets + 1, True
            elif len(random) == _RANDOM_DIGITS:
                with contextlib.suppress(ValueError):
                    randoms.add(int(random[:16], 16))
                    secrets += 1
        return cls(
            randoms=np.array(sorted(randoms), dtype=np.uint64),
            opens_any=opens_any,
            secrets=secrets,
        )


def keylog_text(path: Path | None) -> bytes:
    """A key log file; empty if there is none.

    Raises:
        ConfigError: it cannot be read, or is no key log by its size.
    """
    if path is None:
        return b""
    try:
        with path.open("rb") as file:
            text = file.read(MAX_OCTETS + 1)
    except OSError as error:
        raise ConfigError(f"the key log {path} cannot be read: {error.strerror}") from error
    if len(text) > MAX_OCTETS:
        raise ConfigError(f"the key log {path} is longer than {MAX_OCTETS >> 20} MiB")
    return text


def embedded_secrets(path: Path) -> bytes:
    """The key log that a pcapng file brings before its first packet (editcap --inject-secrets)."""
    found: list[bytes] = []
    with contextlib.suppress(CaptureError, OSError):
        stream = CaptureStream(path)
        with contextlib.closing(stream):
            for kind, body, order in _blocks_before_packets(stream):
                if kind == SECRETS_BLOCK and int.from_bytes(body[:4], order) == KEY_LOG:
                    found.append(body[8 : 8 + int.from_bytes(body[4:8], order)])
    return b"\n".join(found)


def _blocks_before_packets(
    stream: CaptureStream,
) -> Iterator[tuple[int, bytes, Literal["little", "big"]]]:
    """(kind, body, byte order) of each block up to the first that holds a packet, or damage."""
    big, left = False, MAX_EMBEDDED_OCTETS
    while len(head := _read(stream, 12)) == 12:
        length, big = block_length(head, big)
        order: Literal["little", "big"] = "big" if big else "little"
        kind, left = int.from_bytes(head[:4], order), left - length
        if length == 0 or left < 0 or kind not in _BEFORE_PACKETS:
            return
        yield kind, (head[8:] + _read(stream, length - 12))[: length - 12], order


def _read(stream: CaptureStream, octets: int) -> bytes:
    """So many octets, fewer at the end."""
    whole = bytearray(octets)
    view, have = memoryview(whole), 0
    while have < octets:
        more = stream.content.readinto(view[have:])
        if not more:
            break
        have += more
    return bytes(whole[:have])
