"""RTCP: compound packets of any octets, and the round trips that they tell."""

from support.pcaps import START_NS
from support.sip import FAR, NEAR

from fuzz.truth import hold_numbers
from voipprobe.capture.packet import Datagram
from voipprobe.capture.rtp.rtcp import RtcpBook

_END = b"\xff\x00\xff"


def check(octets: bytes) -> None:
    """Take one compound packet after another, there and back, 10 ms apart; ask for round trips."""
    book = RtcpBook()
    for number, payload in enumerate(octets.split(_END)[:64]):
        ends = (NEAR, FAR) if number % 2 else (FAR, NEAR)
        book.take(Datagram(number, START_NS + number * 10_000_000, *ends, "udp", payload))
    assert all(count > 0 for count in book.counts.values())
    for ssrc in range(4):
        for ends in ((NEAR, FAR), (FAR, NEAR)):
            summary = book.round_trip_ms(ends[0].address, ends[1].address, ssrc)
            if summary is not None:
                hold_numbers(summary, least=0)
