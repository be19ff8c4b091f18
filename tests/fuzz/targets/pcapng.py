"""A pcapng file of any octets: blocks, options, sections, interfaces, resolutions.

Few inputs would make a block whose two lengths agree: 0xFF in front hands the octets over as
they are, anything else describes blocks: an octet of kind and order, one of length, the body.
"""

from support.pcaps import block, section_block

from fuzz.examine import examine

KINDS = (1, 6, 5, 2, 3, 0x0A0D0D0A, 0x0BAD, 1)
_RAW = 0xFF
_BIG = 0x08


def check(octets: bytes) -> None:
    """Read and judge it."""
    if not octets or octets[0] == _RAW:
        examine(octets[1:])
        return
    order = ">" if octets[0] & _BIG else "<"
    examine(section_block(order) + _blocks(octets[1:], order))


def _blocks(octets: bytes, order: str) -> bytes:
    made = b""
    while len(octets) >= 2:
        kind, length = octets[0], octets[1]
        body, octets = octets[2 : 2 + length], octets[2 + length :]
        made += block(KINDS[kind % len(KINDS)], body, order)
    return made + octets
