"""Who may be served: networks compiled to a classic BPF program for a socket.

SIPp and iperf3 have no allow-list of their own. A socket filter drops the packets of everyone
else in the kernel, before the tool sees them, and needs no privilege.
"""

import ipaddress
import struct
from collections.abc import Sequence

from voipprobe.model.errors import ConfigError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Instruction = tuple[int, int, int, int]
"""code, jump if true, jump if false, operand (struct sock_filter)."""

DEFAULT_NETWORKS = (
    "127.0.0.0/8",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "::1/128",
    "fc00::/7",
    "fe80::/10",
)
"""Loopback, private and link-local ranges (RFC 1918, 3927, 4193, 4291)."""

NETWORK_HEADER = 0xFFF00000  # SKF_NET_OFF, -0x100000: offsets from the IP header
SOURCE_PORT = 0  # offset in a UDP or TCP header, where a socket filter's data begins
LOAD_BYTE, LOAD_HALF, LOAD_WORD = 0x30, 0x28, 0x20  # BPF_LD|BPF_ABS with BPF_B, BPF_H, BPF_W
SHIFT_RIGHT, AND = 0x74, 0x54  # BPF_ALU|BPF_RSH|BPF_K, BPF_ALU|BPF_AND|BPF_K
JUMP_EQUAL, RETURN = 0x15, 0x06  # BPF_JMP|BPF_JEQ|BPF_K, BPF_RET|BPF_K
ACCEPT, DROP = (RETURN, 0, 0, 0xFFFFFFFF), (RETURN, 0, 0, 0)
MOST_INSTRUCTIONS = 4096  # BPF_MAXINSNS


def parse_networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """The networks that were asked for, or the default ones when there are none.

    Raises:
        ConfigError: one of them is not a network.
    """
    try:
        return tuple(ipaddress.ip_network(text) for text in texts or DEFAULT_NETWORKS)
    except ValueError as error:
        raise ConfigError(f"--allow {error}: e.g. --allow 198.51.100.0/24") from error


def is_allowed(address: str, networks: Sequence[Network]) -> bool:
    """Whether a peer's address is in one of the networks."""
    peer = ipaddress.ip_address(address)
    mapped = getattr(peer, "ipv4_mapped", None)
    return any((mapped or peer) in network for network in networks)


def filter_program(networks: Sequence[Network]) -> bytes:
    """A socket filter that passes packets from these networks only, as struct sock_filter[].

    Packets from port 0 are dropped too.

    Raises:
        ConfigError: more networks than a filter can hold.
    """
    four = [rule for net in networks if net.version == 4 for rule in _match_v4(net)]
    six = [rule for net in networks if net.version == 6 for rule in _match_v6(net)]
    program = [
        # SIPp's echo thread ends for good when it cannot send, as to port 0
        (LOAD_HALF, 0, 0, SOURCE_PORT),
        (JUMP_EQUAL, 0, 1, 0),
        DROP,
        (LOAD_BYTE, 0, 0, NETWORK_HEADER),
        (SHIFT_RIGHT, 0, 0, 4),
        (JUMP_EQUAL, 1, 0, 4),
        (0x05, 0, 0, len(four) + 1),  # BPF_JMP|BPF_JA: over the IPv4 rules
        *four,
        DROP,
        *six,
        DROP,
    ]
    if len(program) > MOST_INSTRUCTIONS:
        raise ConfigError(f"--allow: {len(networks)} networks are too many for a socket filter")
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)


def _match_v4(network: Network) -> list[Instruction]:
    return [
        (LOAD_WORD, 0, 0, NETWORK_HEADER + 12),
        (AND, 0, 0, int(network.netmask)),
        (JUMP_EQUAL, 0, 1, int(network.network_address)),
        ACCEPT,
    ]


def _match_v6(network: Network) -> list[Instruction]:
    masks = struct.unpack("!4I", network.netmask.packed)
    bases = struct.unpack("!4I", network.network_address.packed)
    used = [
        (i, mask, base) for i, (mask, base) in enumerate(zip(masks, bases, strict=True)) if mask
    ]
    rules: list[Instruction] = []
    for position, (index, mask_word, base_word) in enumerate(used):
        to_next_network = 3 * (len(used) - position - 1) + 1
        rules += [
            (LOAD_WORD, 0, 0, NETWORK_HEADER + 8 + 4 * index),
            (AND, 0, 0, mask_word),
            (JUMP_EQUAL, 0, to_next_network, base_word),
        ]
    return [*rules, ACCEPT]
