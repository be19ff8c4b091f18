"""SIP calls as datagrams, with the headers that SBCs and PBXs send: 7 messages a call."""

from collections.abc import Iterator
from typing import Final

from voipprobe.capture.packet import Datagram, Endpoint

CALLER: Final = Endpoint("198.51.100.10", 5060)
CALLED: Final = Endpoint("203.0.113.20", 5060)
SDP: Final = (
    "v=0\r\no=- {n} 1 IN IP4 198.51.100.10\r\ns=-\r\nc=IN IP4 198.51.100.10\r\nt=0 0\r\n"
    "m=audio {port} RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
    "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n"
)
HEADERS: Final = (
    "Via: SIP/2.0/UDP 198.51.100.10:5060;branch=z9hG4bK-{branch};rport\r\n"
    'From: "Caller {n}" <sip:{n}@198.51.100.10>;tag=from{n}\r\n'
    "To: <sip:echo@203.0.113.20>{tag}\r\nCall-ID: {n}-77@198.51.100.10\r\n"
    "CSeq: {cseq} {method}\r\nContact: <sip:{n}@198.51.100.10:5060;transport=udp>\r\n"
    "Max-Forwards: 70\r\nUser-Agent: Example-SBC/7.2.1\r\n"
    "Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY, INFO, UPDATE, PRACK\r\n"
    "Supported: replaces, timer, 100rel\r\n"
)
CALL: Final = (
    ("INVITE", 1, None, True),
    ("INVITE", 1, "100 Trying", False),
    ("INVITE", 1, "180 Ringing", False),
    ("INVITE", 1, "200 OK", True),
    ("ACK", 1, None, False),
    ("BYE", 2, None, False),
    ("BYE", 2, "200 OK", False),
)
"""Method, CSeq, reason of a response, whether SDP is in it."""


def call_datagrams(number: int) -> Iterator[Datagram]:
    """The messages of one call."""
    for position, (method, cseq, reason, with_sdp) in enumerate(CALL):
        start = f"SIP/2.0 {reason}" if reason else f"{method} sip:echo@203.0.113.20 SIP/2.0"
        body = SDP.format(n=number, port=10000 + number % 20000 * 2) if with_sdp else ""
        headers = HEADERS.format(
            n=number, branch=f"{number}-{method}", cseq=cseq, method=method,
            tag=";tag=to" if reason else "",
        )  # fmt: skip
        kind = "Content-Type: application/sdp\r\n" if with_sdp else ""
        text = f"{start}\r\n{headers}{kind}Content-Length: {len(body)}\r\n\r\n{body}"
        ends = (CALLED, CALLER) if reason else (CALLER, CALLED)
        index = number * len(CALL) + position
        yield Datagram(index + 1, index * 1_000_000, *ends, "udp", text.encode())
