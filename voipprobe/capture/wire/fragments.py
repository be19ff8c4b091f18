"""IP fragments put together again in bounded memory.

Knows the IP headers of a fragment. Must not know what a packet carries. Packets whose
fragments overlap are given up (RFC 5722), and so are the oldest ones when there are too many.
"""

from typing import Final, NamedTuple

MAX_DATAGRAMS: Final = 512
MAX_PIECES: Final = 64
MAX_OCTETS: Final = 1 << 16
"""Of one packet's pieces together: more is an overlap. All packets make 32 MiB at most."""
LONGEST_WAIT_NS: Final = 30_000_000_000
"""RFC 791 3.2 and RFC 8200 4.5 give up after 15 to 60 s."""
_TCP: Final = 6
"""Not put together: what reads TCP reads frames, and would never see the packet."""
_FRAGMENT_HEADER: Final = 44
_MAX_EXTENSIONS: Final = 8
_UNIT: Final = 8
_LONGEST: Final = 0xFFFF
"""What the length of an IP header can say; more is an attack (the "ping of death")."""


class Whole(NamedTuple):
    """An IP packet that is complete, as it was before it was cut; options are left out.

    Attributes:
        frames: the frames that it came in.
    """

    packet: bytes
    frames: int


class _Fragment(NamedTuple):
    """`head` is an IP header without options or extension headers, its length yet to be set."""

    head: bytes
    key: tuple[bytes, int]
    offset: int
    is_last: bool
    content: bytes


class _Pieces:
    """What is there of one packet."""

    def __init__(self, time_ns: int) -> None:
        self.since_ns = time_ns
        self.head = b""
        self.total: int | None = None
        self.frames = 0
        self.contents: dict[int, bytes] = {}

    @property
    def octets(self) -> int:
        """Of all pieces together."""
        return sum(map(len, self.contents.values()))

    @property
    def is_hopeless(self) -> bool:
        """Whether it can be no honest packet any more."""
        return len(self.contents) > MAX_PIECES or self.octets > MAX_OCTETS

    def add(self, fragment: _Fragment, frames: int) -> None:
        if fragment.offset not in self.contents:  # a doubled frame is of no use
            self.contents[fragment.offset] = fragment.content
            self.frames += frames
            if fragment.offset == 0:
                self.head = fragment.head
        if fragment.is_last:
            self.total = fragment.offset + len(fragment.content)

    def joined(self) -> bytes | None:
        """The whole, None while something is missing or where pieces overlap."""
        if self.octets != self.total:
            return None
        at = 0
        for offset in sorted(self.contents):
            if offset != at:
                return None
            at += len(self.contents[offset])
        return b"".join(self.contents[offset] for offset in sorted(self.contents))


class Reassembler:
    """Takes fragments in order of capture."""

    def __init__(self) -> None:
        self._open: dict[tuple[bytes, int], _Pieces] = {}

    def take(self, packet: bytes, time_ns: int, frames: int = 1) -> Whole | None:
        """The packet that a fragment completes; None if it does not.

        Args:
            packet: the fragment from its IP header, as far as it was captured.
            time_ns: when it was captured.
            frames: that the fragment itself came in; more than one inside a tunnel.
        """
        fragment = _ipv4(packet) if packet[0] >> 4 == 4 else _ipv6(packet)
        if fragment is None or not fragment.content:
            return None
        pieces = self._pieces(fragment.key, time_ns)
        pieces.add(fragment, frames)
        joined = pieces.joined()
        if joined is None:
            if pieces.is_hopeless:
                del self._open[fragment.key]
            return None
        del self._open[fragment.key]
        whole = _with_length(pieces.head, joined)
        return Whole(whole, pieces.frames) if whole is not None else None

    def _pieces(self, key: tuple[bytes, int], time_ns: int) -> _Pieces:
        known = self._open.get(key)
        if known is not None and time_ns - known.since_ns <= LONGEST_WAIT_NS:
            return known
        self._open.pop(key, None)  # so that a new one stands at the end
        if len(self._open) >= MAX_DATAGRAMS:
            del self._open[next(iter(self._open))]
        return self._open.setdefault(key, _Pieces(time_ns))


def _with_length(head: bytes, content: bytes) -> bytes | None:
    """Header and content with the length in its place; None for what no packet can hold."""
    is_ipv4 = head[0] >> 4 == 4
    length = len(content) + (len(head) if is_ipv4 else 0)
    if length > _LONGEST:
        return None
    at = 2 if is_ipv4 else 4
    return head[:at] + length.to_bytes(2, "big") + head[at + 2 :] + content


def _ipv4(packet: bytes) -> _Fragment | None:
    if packet[9] == _TCP:
        return None
    flags = int.from_bytes(packet[6:8], "big")
    return _Fragment(
        head=b"\x45" + packet[1:6] + b"\0\0" + packet[8:20],
        key=(packet[9:10] + packet[12:20], int.from_bytes(packet[4:6], "big")),
        offset=(flags & 0x1FFF) * _UNIT,
        is_last=not flags & 0x2000,
        content=packet[(packet[0] & 0x0F) * 4 :],
    )


def _ipv6(packet: bytes) -> _Fragment | None:
    following, at = packet[6], 40
    for _ in range(_MAX_EXTENSIONS):
        if following == _FRAGMENT_HEADER or at + 8 > len(packet):
            break
        following, at = packet[at], at + (packet[at + 1] + 1) * 8
    if following != _FRAGMENT_HEADER or at + 8 > len(packet) or packet[at] == _TCP:
        return None
    flags = int.from_bytes(packet[at + 2 : at + 4], "big")
    return _Fragment(
        head=packet[:6] + packet[at : at + 1] + packet[7:40],
        key=(packet[8:40], int.from_bytes(packet[at + 4 : at + 8], "big")),
        offset=flags & 0xFFF8,
        is_last=not flags & 1,
        content=packet[at + 8 :],
    )
