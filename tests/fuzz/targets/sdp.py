"""A session description of any octets."""

from fuzz.truth import ensure
from voipprobe.capture.sip.sdp import DIRECTIONS, MAX_FORMATS, MAX_MEDIA, parse
from voipprobe.results.masking.pseudonyms import Pseudonyms
from voipprobe.results.masking.sdp import masked_sdp


def check(octets: bytes) -> None:
    """Parse it behind a first line that makes it SDP, and mask it."""
    body = octets if octets[:1] == b"\xff" else b"v=0\r\n" + octets
    media = parse(body)
    ensure(len(media) <= MAX_MEDIA, "too many media")
    for one in media:
        ensure(0 <= one.port < 65536, "no port")
        ensure(0 <= one.rtcp_port <= 99_999, "no RTCP port")
        ensure(one.direction in DIRECTIONS, "no direction")
        ensure(one.ptime_ms is None or one.ptime_ms > 0, "no packetisation")
        ensure(len(one.payload_types) <= MAX_FORMATS, "too many formats")
        ensure(set(one.formats) <= set(one.payload_types), "formats that nobody named")
        ensure(all(0 < each.clock_rate_hz < 10**9 for each in one.formats.values()), "no clock")
    masked_sdp(body.decode("utf-8", "replace"), Pseudonyms())
