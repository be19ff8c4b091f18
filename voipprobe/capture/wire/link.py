"""Link layers: where the IP header of a frame begins.

Knows the LINKTYPE_ values that voice captures come in (tcpdump.org/linktypes.html) and nothing
above IP.
"""

from typing import Final

from voipprobe.capture.kernels.declare import Array, Number, part
from voipprobe.capture.wire.octets import big16

NULL: Final = 0
ETHERNET: Final = 1
RAW_BSD: Final = 12
RAW_OPENBSD: Final = 14
RAW: Final = 101
LOOP: Final = 108
LINUX_SLL: Final = 113
IPV4: Final = 228
IPV6: Final = 229
LINUX_SLL2: Final = 276

NOT_IP: Final = -1
NOT_READABLE: Final = -2

_MAX_VLAN_TAGS: Final = 4


@part
def _is_ip(ethertype: Number) -> Number:
    return ethertype in (0x0800, 0x86DD)


@part
def _is_vlan(ethertype: Number) -> Number:
    return ethertype in (0x8100, 0x88A8, 0x9100)


@part
def untagged(buffer: Array, type_at: Number, payload_at: Number, end: Number) -> Number:
    """The offset of the IP header behind an ethertype and any VLAN tags that follow it.

    NOT_IP or NOT_READABLE where there is none; the ethertype stands at `type_at`, what it
    describes at `payload_at`.
    """
    ethertype = big16(buffer, type_at)
    for _ in range(_MAX_VLAN_TAGS):
        if not _is_vlan(ethertype):
            break
        if payload_at + 4 > end:
            return NOT_READABLE
        ethertype = big16(buffer, payload_at + 2)
        payload_at += 4
    return payload_at if _is_ip(ethertype) else NOT_IP


@part
def _header_length(link: Number) -> Number:
    if link == ETHERNET:
        return 14
    if link == LINUX_SLL:
        return 16
    if link == LINUX_SLL2:
        return 20
    if link in (NULL, LOOP):
        return 4
    if link in (RAW, IPV4, IPV6, RAW_BSD, RAW_OPENBSD):
        return 0
    return -1


@part
def network_offset(buffer: Array, at: Number, end: Number, link: Number) -> Number:
    """Where the IP header of a frame begins, NOT_IP or NOT_READABLE.

    `at` and `end` are where the frame begins and ends in `buffer`; `link` is its LINKTYPE_.
    """
    header = _header_length(link)
    if header < 0 or at + header >= end:
        return NOT_READABLE
    if link == ETHERNET:
        return untagged(buffer, at + 12, at + 14, end)
    if link == LINUX_SLL:
        return untagged(buffer, at + 14, at + 16, end)
    if link == LINUX_SLL2:
        return untagged(buffer, at, at + 20, end)
    return at + header
