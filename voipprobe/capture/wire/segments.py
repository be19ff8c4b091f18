"""What the payload of one TCP segment shows of its connection: SIP text, a WebSocket for SIP, TLS.

Knows how each of them begins. Must not know connections: that a segment belongs to one is found
elsewhere, and what is in it is put together by another reader.
"""

from typing import Final

from voipprobe.capture.kernels.declare import Array, Number, int64, part
from voipprobe.capture.wire.octets import big32, octet
from voipprobe.capture.wire.payload import SEGMENT_SEARCH_OCTETS, holds_sip

SIP_TEXT: Final = 1
WEBSOCKET: Final = 2
"""One end asks for the subprotocol "sip", or agrees to it (RFC 7118 4)."""
TLS: Final = 4
HELLO: Final = 8
"""A ClientHello, together with TLS."""

RANDOM_AT: Final = 11
"""Where the client's random begins: behind record, handshake header and version."""
_HELLO_OCTETS: Final = RANDOM_AT + 32
_UPGRADE_OCTETS: Final = 8192
"""As much of a request as a web server takes; browsers send long cookies."""
_GET, _POST, _PUT, _HTTP = 0x47455420, 0x504F5354, 0x50555420, 0x48545450
_CR, _LF = 0x0D, 0x0A
_LETTER_CASE: Final = 0x20
_SUBPROTOCOL: Final = tuple(b"sec-websocket-protocol:")
_SIP: Final = tuple(b"sip")


@part
def segment_signs(buffer: Array, at: Number, end: Number) -> Number:
    """SIP_TEXT, WEBSOCKET, or TLS with or without HELLO; 0 for everything else.

    What HTTP carries is no SIP, however much it looks so: a page that quotes it, a capture
    that is downloaded.
    """
    if end - at < 5:
        return int64(0)
    if 0x14 <= octet(buffer, at) <= 0x17:
        return _tls_signs(buffer, at, end)
    start = big32(buffer, at)
    if start in (_GET, _HTTP):
        return int64(WEBSOCKET if _asks_for_sip(buffer, at, end) else 0)
    if start in (_POST, _PUT):
        return int64(0)
    return int64(SIP_TEXT if holds_sip(buffer, at, min(end, at + SEGMENT_SEARCH_OCTETS)) else 0)


@part
def _tls_signs(buffer: Array, at: Number, end: Number) -> Number:
    """Source: RFC 8446 5.1 and 4.1.2, the same since SSL 3.0."""
    if octet(buffer, at + 1) != 3 or octet(buffer, at + 2) > 4:
        return int64(0)
    is_hello = octet(buffer, at) == 0x16 and end - at >= _HELLO_OCTETS
    return int64(TLS | HELLO if is_hello and octet(buffer, at + 5) == 1 else TLS)


@part
def _begins(buffer: Array, at: Number, end: Number, word: Number) -> Number:
    """Whether a word of lower case stands here, in any case."""
    if at + len(word) > end:
        return False
    for index in range(len(word)):
        here, wanted = octet(buffer, at + index), word[index]
        is_letter = 0x61 <= wanted <= 0x7A
        if (here | _LETTER_CASE if is_letter else here) != wanted:
            return False
    return True


@part
def _asks_for_sip(buffer: Array, at: Number, end: Number) -> Number:
    """Whether an HTTP head names the subprotocol "sip"."""
    for here in range(at, min(end, at + _UPGRADE_OCTETS)):
        if buffer[here] == _LF and _begins(buffer, here + 1, end, _SUBPROTOCOL):
            for value in range(here + 1 + len(_SUBPROTOCOL), end):
                if buffer[value] == _CR:
                    break
                if _begins(buffer, value, end, _SIP):
                    return True
    return False
