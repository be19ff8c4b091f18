"""What came of the TCP connections of a capture: messages, and what nobody could read.

Knows which connections showed what and which frames tshark made something of. Every segment that
looked like SIP and became no message is counted here: nothing is dropped in silence.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from voipprobe.capture.packet import Datagram
from voipprobe.capture.tshark.connections import Connections, in_clear, on_sip_ports
from voipprobe.capture.tshark.extract import Extract
from voipprobe.capture.tshark.messages import Found
from voipprobe.capture.tshark.secrets import KeyLog

MAX_PACKETS: Final = 20
"""Named as evidence."""
SECURE: Final = ("tls", "wss")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Segments that nobody could read.

    Attributes:
        connections: they belong to so many; 0 where nobody counted. ports: and to these.
        packets: numbers of some of them.
    """

    segments: int = 0
    connections: int = 0
    ports: tuple[int, ...] = ()
    packets: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLogUse:
    """What a key log that the user gave was good for.

    Attributes:
        secrets: in it. handshakes: of TLS in the capture. opened: those that it has secrets for.
        messages: SIP that came out.
    """

    path: Path
    secrets: int
    handshakes: int
    opened: int
    messages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TcpOutcome:
    """What is known of SIP over TCP.

    Attributes:
        datagrams: SIP messages, in order of capture.
        in_clear: what looked like SIP and became no message. refusal: why tshark read nothing.
        encrypted: TLS on SIP's ports that nobody could open.
        overflow_segments: of connections beyond the most that are kept.
        left_out_segments: of a live capture, beyond the memory for them.
        keylog: None where none was given.
    """

    datagrams: Sequence[Datagram] = ()
    in_clear: Unread = Unread()
    refusal: str | None = None
    encrypted: Unread = Unread()
    overflow_segments: int = 0
    left_out_segments: int = 0
    keylog: KeyLogUse | None = None

    @property
    def undecoded(self) -> int:
        """Segments that should have been understood and were not."""
        unread = self.in_clear.segments + self.encrypted.segments
        return unread + self.overflow_segments + self.left_out_segments


def outcome(
    connections: Connections,
    keylog: KeyLog,
    given: Path | None,
    *,
    extract: Extract | None = None,
    found: Found | None = None,
    refusal: str | None = None,
) -> TcpOutcome:
    """What came of the connections.

    Args:
        connections: of the whole capture.
        keylog: what is known of secrets.
        given: the file of secrets that the user named.
        extract: what tshark was given.
        found: what it made of that.
        refusal: why it made nothing.
    """
    frames: npt.NDArray[Any] = extract.frames if extract is not None else np.empty(0)
    at = [one.number - 1 for one in found.datagrams] if found is not None else []
    numbers = frames["number"][at].tolist() if at else []
    said = found.datagrams if found is not None else []
    messages = [one._replace(number=n) for one, n in zip(said, numbers, strict=True)]
    speaking = set(frames["slot"][at].tolist()) if at else set()
    return TcpOutcome(
        datagrams=messages,
        in_clear=_in_clear(connections, frames, found),
        refusal=refusal,
        encrypted=_encrypted(connections, speaking),
        overflow_segments=connections.overflow_segments,
        left_out_segments=extract.left_out if extract is not None else 0,
        keylog=_use(connections, keylog, given, messages),
    )


def _in_clear(connections: Connections, frames: npt.NDArray[Any], found: Found | None) -> Unread:
    """What tshark made nothing of, and what looked like SIP of that which it did not see."""
    rows = connections.table[in_clear(connections.table)]
    unseen = rows if found is None else rows[rows["wanted"] == 0]
    known_by_text = unseen["shows"] & connections.MEANT == 0
    segments = int(unseen["texts"][known_by_text].sum() + unseen["segments"][~known_by_text].sum())
    packets = unseen["last"].tolist()
    if found is not None and found.unread:
        unread = frames[[number - 1 for number in found.unread]]
        unread = unread[in_clear(connections.table)[unread["slot"]]]
        segments += len(unread)
        packets += unread["number"].tolist()
    return Unread(segments=segments, packets=_some(packets))


def _encrypted(connections: Connections, speaking: Iterable[int]) -> Unread:
    silent = np.ones(len(connections.table), dtype=bool)
    silent[list(speaking)] = False
    rows = connections.table[on_sip_ports(connections.table) & silent]
    return Unread(
        segments=int(rows["segments"].sum()),
        connections=len(rows),
        ports=tuple(sorted(connections.sip_ports_of(rows))),
        packets=_some(rows["last"].tolist()),
    )


def _use(
    connections: Connections, keylog: KeyLog, given: Path | None, messages: Sequence[Datagram]
) -> KeyLogUse | None:
    if given is None:
        return None
    return KeyLogUse(
        path=given,
        secrets=keylog.secrets,
        handshakes=connections.hellos,
        opened=connections.open_hellos,
        messages=sum(one.transport in SECURE for one in messages),
    )


def _some(packets: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(packets)[:MAX_PACKETS])
