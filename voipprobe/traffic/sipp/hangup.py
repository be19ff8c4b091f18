"""Hanging up the calls of a running SIPp, each with the BYE of its own scenario.

SIPp cannot be told to: once all calls are placed (`-m` reached), SIPp 3.6 and 3.7 forget every
wish to quit but that of waiting for the calls' own end. So the scenarios hold a call by waiting
for a request that no far end sends, and we send it, from this host to SIPp's own port.
"""

import contextlib
import socket
from collections.abc import Iterable

from voipprobe.traffic.address import address_family
from voipprobe.traffic.sipp.arguments import SippOptions

METHOD = "HANGUP"


def hangup_request(options: SippOptions, pid: int, number: int) -> bytes:
    """The request that ends the hold time of one call."""
    host = f"[{options.local_address}]" if ":" in options.local_address else options.local_address
    lines = (
        f"{METHOD} sip:voipprobe@{host} SIP/2.0",
        f"Via: SIP/2.0/UDP {host}:{options.hangup_port};branch=z9hG4bK-hangup-{number}",
        f"From: <sip:voipprobe@{host}>;tag=hangup",
        f"To: <sip:voipprobe@{host}>",
        f"Call-ID: {number}-{pid}@{options.local_address}",  # SIPp puts no brackets there
        f"CSeq: 1 {METHOD}",
        "Content-Length: 0",
    )
    return "\r\n".join((*lines, "", "")).encode()


def hang_up(options: SippOptions, pid: int, numbers: Iterable[int]) -> None:
    """Ask SIPp to end these calls; one that is over, or rings, takes no harm."""
    stream = options.transport != "udp"
    kind = socket.SOCK_STREAM if stream else socket.SOCK_DGRAM
    family = address_family(options.local_address)
    with contextlib.suppress(OSError), socket.socket(family, kind) as line:
        line.bind((options.local_address, options.hangup_port))
        line.connect((options.local_address, options.local_port))
        for number in numbers:
            line.sendall(hangup_request(options, pid, number))
