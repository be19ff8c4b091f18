"""What an engineer would point at in a capture as a whole: how far it can be trusted, and what
all its streams have in common.

Findings of a call or a stream stand with it and are made elsewhere.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from voipprobe.capture.findings.media import MAX_PACKETS, is_voice
from voipprobe.capture.findings.tcp import tcp_findings
from voipprobe.capture.rtp.figures import RtpStream
from voipprobe.capture.tshark.two_paths import TwoPathReading
from voipprobe.model.capture import CaptureInfo
from voipprobe.model.finding import Finding

EXPEDITED_FORWARDING: Final = 46
UNDECODED_RATIO: Final = 0.01
"""Below, undecoded packets are neighbours' broadcasts and single stray packets."""


def capture_findings(
    info: CaptureInfo, read: TwoPathReading, *, left_out_sip: int
) -> tuple[Finding, ...]:
    """Everything odd about a capture as a whole, what makes numbers doubtful first.

    Args:
        info: what was counted of it.
        read: what it held.
        left_out_sip: packets with SIP for which there was no room.
    """
    return (*_doubts(info, read, left_out_sip), *_dscp(read.reading.streams))


def _doubts(info: CaptureInfo, read: TwoPathReading, left_out_sip: int) -> Iterator[Finding]:
    reading = read.reading
    names = dict(zip(reading.info.files, info.files, strict=True))
    for damage in reading.damage:
        text = f"{names[damage.file]} ends at byte {damage.offset}: {damage.reason}"
        yield Finding(code="capture-damaged", text=text, packets=(info.packets,))
    if info.dropped_packets:
        text = (
            f"{info.dropped_packets} packets were dropped while capturing: loss is not the path's"
        )
        yield Finding(code="capture-drops", text=text)
    yield from tcp_findings(read.tcp)
    if reading.overflow_packets:
        text = f"more streams than are kept: {reading.overflow_packets} RTP packets left out"
        yield Finding(code="too-many-streams", text=text)
    if left_out_sip:
        text = f"more SIP messages than are kept: {left_out_sip} packets with SIP left out"
        yield Finding(code="too-many-sip-messages", text=text)
    if reading.lost_fragments:
        text = (
            f"{reading.lost_fragments} of {reading.fragments} IP fragments made no packet to read"
        )
        yield Finding(code="fragments-unread", text=text)
    if info.undecoded_packets > UNDECODED_RATIO * max(info.packets, 1):
        text = f"{info.undecoded_packets} of {info.packets} packets were not understood"
        yield Finding(code="undecoded-packets", text=text)


def _dscp(streams: Sequence[RtpStream]) -> Iterator[Finding]:
    voice = [stream for stream in streams if is_voice(stream)]
    other = [stream for stream in voice if stream.dscp != EXPEDITED_FORWARDING]
    if not other:
        return
    marks = Counter(stream.dscp for stream in other).most_common(3)
    detail = ", ".join(f"{count} with DSCP {mark}" for mark, count in marks)
    yield Finding(
        code="dscp-not-ef",
        text=f"{len(other)} of {len(voice)} voice streams are not marked EF (DSCP "
        f"{EXPEDITED_FORWARDING}): {detail}",
        packets=tuple(stream.first_number for stream in other[:MAX_PACKETS]),
    )
