"""One datagram of SIP, also where it repeats itself to the size of the largest datagram."""

import time

from fuzz.truth import ensure
from voipprobe.capture.sip import message, sdp
from voipprobe.results.masking.message import masked_message
from voipprobe.results.masking.pseudonyms import Pseudonyms

LARGEST = 65_507
_REPEAT = b"\xfe"
LONGEST_S = 1.0


def check(octets: bytes) -> None:
    """Parse it, its SDP, and mask it: in linear time, which a large input shows.

    Between two octets 0xFE stands what is repeated until the datagram is full.
    """
    before, _, rest = octets.partition(_REPEAT)
    repeated, mark, after = rest.partition(_REPEAT)
    payload = octets
    if mark and repeated:
        times = (LARGEST - len(before) - len(after)) // len(repeated)
        payload = before + repeated * times + after
    started = time.process_time()
    hold_message(payload)
    ensure(time.process_time() - started < LONGEST_S, "it takes more than linear time")


def hold_message(payload: bytes) -> None:
    """What must be true of every datagram."""
    messages, problem = message.parse(payload)
    ensure(len(messages) <= message.MAX_MESSAGES, "more messages than are allowed")
    ensure(bool(messages) or problem is not None or not payload.strip(b" \t\r\n\0jaK"), "unseen")
    for one in messages:
        ensure(len(one.call_id) + len(one.from_) + len(one.to) < 4 * message.MAX_HEAD, "too long")
        ensure(one.status is None or 100 <= one.status < 700, "no status")
        ensure(len(one.body) <= len(payload), "a body from nowhere")
        ensure(len(sdp.parse(one.body)) <= sdp.MAX_MEDIA, "too many media")
    masked_message(payload[:8192].decode("utf-8", "replace"), Pseudonyms())
