"""The targets by name: one function each that takes any octets and must not raise."""

from collections.abc import Callable
from typing import Final

from fuzz.targets import call, compressed, fragments, pcap, pcapng, rtcp, rtp, sdp, sip

TARGETS: Final[dict[str, Callable[[bytes], None]]] = {
    "pcap": pcap.check,
    "pcapng": pcapng.check,
    "compressed": compressed.check,
    "rtp": rtp.check,
    "rtcp": rtcp.check,
    "fragments": fragments.check,
    "sip": sip.check,
    "sdp": sdp.check,
    "call": call.check,
}
