"""IP fragments of any content and order."""

from support.pcaps import START_NS

from fuzz.truth import ensure
from voipprobe.capture.wire.fragments import MAX_DATAGRAMS, MAX_OCTETS, Reassembler

_MAX_FRAGMENTS = 2000
_HEADS = (
    b"\x45\0\0\0\0\1\0\0\x40\x11\0\0" + b"\x0a" * 8,
    b"\x60\0\0\0\0\0\x2c\x40" + b"\x0a" * 32 + b"\x11\0\0\0\0\0\0\1",
)


def check(octets: bytes) -> None:
    """Each fragment is described by four octets: family and last, offset, length, identity."""
    reassembler = Reassembler()
    for at in range(0, min(len(octets), 4 * _MAX_FRAGMENTS) - 3, 4):
        kind, offset, length, identity = octets[at : at + 4]
        whole = reassembler.take(_fragment(kind, offset, length, identity), START_NS + at)
        if whole is not None:
            ensure(20 < len(whole.packet) < MAX_OCTETS + 40, "longer than a packet can be")
            ensure(whole.packet[0] >> 4 in (4, 6), "a packet of no family")
    ensure(len(reassembler._open) <= MAX_DATAGRAMS, "too many packets are open")


def _fragment(kind: int, offset: int, length: int, identity: int) -> bytes:
    """Bit 0: IPv6; bit 1: more fragments follow; bit 2: raw octets instead of a header."""
    place = (offset if kind & 8 else offset << 5) & 0x1FFF
    more, content = bool(kind & 2), bytes([identity]) * (length * (8 if kind & 16 else 1))
    head = bytearray(_HEADS[kind & 1])
    if kind & 1:
        head[42:44] = (place << 3 | more).to_bytes(2, "big")
        head[47] = identity
    else:
        head[6:8] = (place | more << 13).to_bytes(2, "big")
        head[5] = identity
    if kind & 4:  # options, extension headers, other protocols
        head[kind % len(head) if kind % len(head) else 9] = length
        head[0] = head[0] & 0x0F | (0x60 if kind & 1 else 0x40)
    return bytes(head) + content
