"""The TCP connections of a capture that may carry SIP, as Python sees them.

Knows the table that the kernel fills, and what it tells another reader about ports. Must not
know messages.
"""

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from voipprobe.capture.files.reader import Batch
from voipprobe.capture.tshark.secrets import KeyLog
from voipprobe.capture.wire.connections import (
    COUNTS,
    HELLOS,
    NAMED,
    OPEN_HELLOS,
    OVERFLOW,
    SIP_BY_PORT,
    SIP_PORT,
    TLS_PORT,
    WANTED,
    mark,
    new_table,
)
from voipprobe.capture.wire.segments import SIP_TEXT, TLS, WEBSOCKET

SIPS_PORT: Final = 5061
MAX_RULES: Final = 256


class Connections:
    """What the segments so far showed.

    Attributes:
        table: CONNECTION records, empty ones among them.
    """

    MEANT: Final = NAMED | WEBSOCKET
    """What shows that all of a connection is SIP, with text or without."""

    def __init__(self, sip_ports: Iterable[int], keylog: KeyLog) -> None:
        self.table = new_table()
        self._keylog = keylog
        self._ports = np.zeros(1 << 16, dtype=np.uint8)
        self._ports[SIPS_PORT] |= TLS_PORT
        self._ports[list(sip_ports)] |= SIP_PORT
        self._counts = np.zeros(COUNTS, dtype=np.int64)

    def mark(self, batch: Batch, first_number: int) -> None:
        """Note what a batch shows."""
        mark(
            batch.window,
            batch.frames,
            batch.frame_count,
            first_number,
            self._ports,
            self._keylog.randoms,
            self._keylog.opens_any,
            self.table,
            self._counts,
        )

    @property
    def are_wanted(self) -> bool:
        """Whether there is anything for another reader."""
        return bool(self._counts[WANTED])

    @property
    def overflow_segments(self) -> int:
        """Segments that showed SIP on connections for which there was no room."""
        return int(self._counts[OVERFLOW])

    @property
    def hellos(self) -> int:
        """Handshakes of TLS that were seen to begin."""
        return int(self._counts[HELLOS])

    @property
    def open_hellos(self) -> int:
        """Those of them whose secrets are at hand."""
        return int(self._counts[OPEN_HELLOS])

    def sip_ports_of(self, rows: npt.NDArray[Any]) -> set[int]:
        """The ports of connections that are SIP's."""
        ports = set(rows["low_port"].tolist()) | set(rows["high_port"].tolist())
        return {port for port in ports if self._ports[port]}

    def decode_as(self) -> dict[str, str]:
        """Rules for what tshark would not guess: what runs on the ports that showed something.

        Of two ports the lower one is the server's, but for few; a rule counts for both.
        """
        rules: dict[str, str] = {}
        for row in self.table[self.table["wanted"] != 0]:
            if len(rules) >= MAX_RULES:
                break
            rules |= self._rules(int(row["shows"]), int(row["low_port"]), int(row["high_port"]))
        return rules

    def _rules(self, shows: int, low: int, high: int) -> dict[str, str]:
        named = [port for port in (low, high) if self._ports[port] & SIP_PORT]
        port = named[0] if named else low
        if shows & TLS and not shows & SIP_TEXT:
            inside = {f"tls.port=={port}": "sip"} if named else {}
            return {f"tcp.port=={port}": "tls"} | inside
        if shows & WEBSOCKET:
            return {f"tcp.port=={port}": "http"}
        return {f"tcp.port=={port}": "sip"}


def in_clear(table: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Which connections are no TLS and showed SIP."""
    shows = table["shows"]
    is_clear = (shows & TLS == 0) | (shows & SIP_TEXT != 0)
    found: npt.NDArray[np.bool_] = is_clear & (shows != 0)
    return found


def on_sip_ports(table: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Which connections are TLS on SIP's ports."""
    shows = table["shows"]
    found: npt.NDArray[np.bool_] = (shows & SIP_BY_PORT != 0) & (shows & SIP_TEXT == 0)
    return found
