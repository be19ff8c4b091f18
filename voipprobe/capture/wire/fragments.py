"""IP fragments of UDP datagrams, put together again in bounded memory.

Knows the IP headers of a fragment. Must not know what a datagram carries. Datagrams whose
fragments overlap are given up (RFC 5722), and so are the oldest ones when there are too many.
"""

from typing import Final, NamedTuple

MAX_DATAGRAMS: Final = 512
MAX_PIECES: Final = 64
MAX_OCTETS: Final = 1 << 16
"""Of one datagram's pieces together: more is an overlap. All datagrams make 32 MiB at most."""
LONGEST_WAIT_NS: Final = 30_000_000_000
"""RFC 791 3.2 and RFC 8200 4.5 give up after 15 to 60 s."""
_UDP: Final = 17
_FRAGMENT_HEADER: Final = 44
_MAX_EXTENSIONS: Final = 8
_UNIT: Final = 8


class Whole(NamedTuple):
    """A datagram that is complete: both addresses (packed), the UDP header and its payload."""

    addresses: bytes
    datagram: bytes
    pieces: int


class _Fragment(NamedTuple):
    addresses: bytes
    id: int
    offset: int
    is_last: bool
    content: bytes


class _Pieces:
    """What is there of one datagram."""

    def __init__(self, time_ns: int) -> None:
        self.since_ns = time_ns
        self.total: int | None = None
        self.contents: dict[int, bytes] = {}

    @property
    def octets(self) -> int:
        """Of all pieces together."""
        return sum(map(len, self.contents.values()))

    @property
    def is_hopeless(self) -> bool:
        """Whether it can be no honest datagram any more."""
        return len(self.contents) > MAX_PIECES or self.octets > MAX_OCTETS

    def add(self, fragment: _Fragment) -> None:
        self.contents.setdefault(fragment.offset, fragment.content)
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

    def take(self, packet: bytes, time_ns: int) -> Whole | None:
        """The datagram that an IP packet completes; None if it does not.

        Args:
            packet: from its IP header, as far as it was captured.
            time_ns: when it was captured.
        """
        fragment = _ipv4(packet) if packet[0] >> 4 == 4 else _ipv6(packet)
        if fragment is None or not fragment.content:
            return None
        key = (fragment.addresses, fragment.id)
        pieces = self._pieces(key, time_ns)
        pieces.add(fragment)
        joined = pieces.joined()
        if joined is None:
            if pieces.is_hopeless:
                del self._open[key]
            return None
        del self._open[key]
        return Whole(fragment.addresses, joined, len(pieces.contents))

    def _pieces(self, key: tuple[bytes, int], time_ns: int) -> _Pieces:
        known = self._open.get(key)
        if known is not None and time_ns - known.since_ns <= LONGEST_WAIT_NS:
            return known
        self._open.pop(key, None)  # so that a new one stands at the end
        if len(self._open) >= MAX_DATAGRAMS:
            del self._open[next(iter(self._open))]
        return self._open.setdefault(key, _Pieces(time_ns))


def _ipv4(packet: bytes) -> _Fragment | None:
    if packet[9] != _UDP:
        return None
    flags = int.from_bytes(packet[6:8], "big")
    return _Fragment(
        addresses=packet[12:20],
        id=int.from_bytes(packet[4:6], "big"),
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
    if following != _FRAGMENT_HEADER or at + 8 > len(packet) or packet[at] != _UDP:
        return None
    flags = int.from_bytes(packet[at + 2 : at + 4], "big")
    return _Fragment(
        addresses=packet[8:40],
        id=int.from_bytes(packet[at + 4 : at + 8], "big"),
        offset=flags & 0xFFF8,
        is_last=not flags & 1,
        content=packet[at + 8 :],
    )
