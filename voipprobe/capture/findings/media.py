"""What an engineer would point at in the media of one stream.

MOS cannot see most of it: comfort noise arrives at 50 packets a second like speech does. One
small function for each finding; each names the packets that show it.
"""

from collections.abc import Sequence
from typing import Final

from voipprobe.capture.packet import Endpoint
from voipprobe.capture.rtp.figures import RtpStream
from voipprobe.capture.sip.media_sessions import MediaSession
from voipprobe.model.finding import Finding
from voipprobe.model.stream import Stream
from voipprobe.quality import codecs

MAX_PACKETS: Final = 20  # named by one finding
DISCARD_RATIO: Final = 0.01
DRIFT_PPM: Final = 100.0
"""Two sound cards differ by less; ITU-T G.114 equipment by far less."""
DRIFT_BEYOND_JITTER: Final = 2.0
"""How many times the largest jitter a clock must have drifted away over the stream: a queue in the
right place tilts the line through a short stream too."""
BUNCHED_RATIO: Final = 0.2
BUNCHED_PACKETS: Final = 10
MAX_NAMED: Final = 8  # endpoints in one text
_NOWHERE: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104 - SDP's word for "nothing here"


def stream_findings(
    seen: RtpStream, stream: Stream, sessions: Sequence[MediaSession] = ()
) -> tuple[Finding, ...]:
    """Everything odd about one stream by itself and against the SDP of its call.

    Args:
        seen: as the kernel left it.
        stream: the same in the model's words.
        sessions: every medium that its call announced.
    """
    found = (
        _silent(seen, stream),
        _restart(seen),
        _above_buffer(seen, stream),
        _bunched(seen),
        _sender_gap(seen),
        _generator_gap(seen, stream),
        _drift(seen),
        _other_address(seen, sessions),
        _unannounced(seen, sessions),
    )
    return tuple(finding for finding in found if finding is not None)


def is_voice(seen: RtpStream) -> bool:
    """Whether a stream carries voice as far as its codec tells: not known to be anything else."""
    known = codecs.find(seen.codec) if seen.codec is not None else None
    return known is None or known.kind is codecs.Kind.VOICE


def _silent(seen: RtpStream, stream: Stream) -> Finding | None:
    if not stream.silent:
        return None
    text = "the payload holds no audible energy"
    return Finding(code="silent-audio", text=text, packets=(seen.first_number, seen.last_number))


def _restart(seen: RtpStream) -> Finding | None:
    if not seen.restarts:
        return None
    text = f"the sequence started anew {seen.restarts} x, first at packet {seen.restart_number}"
    return Finding(code="stream-restart", text=text, packets=(seen.restart_number,))


def _above_buffer(seen: RtpStream, stream: Stream) -> Finding | None:
    if not stream.discarded or stream.discarded < DISCARD_RATIO * stream.expected:
        return None
    buffer = "an adaptive playout buffer"
    if seen.buffer_ms is None and stream.quality_model is not None:
        buffer = f"a playout buffer of {stream.quality_model.buffer_ms:.0f} ms"
    share = 100.0 * stream.discarded / stream.expected
    text = f"{stream.discarded} packets ({share:.1f} %) came too late for {buffer}"
    return Finding(code="jitter-above-buffer", text=text, packets=_packets(seen.delta_number))


def _bunched(seen: RtpStream) -> Finding | None:
    if seen.bunched < BUNCHED_PACKETS or seen.bunched < BUNCHED_RATIO * seen.packets:
        return None
    share = 100.0 * seen.bunched / seen.packets
    text = (
        f"{share:.0f} % of the packets came within a quarter of their packetisation after the "
        "one before: they are sent, or held up, in bursts"
    )
    return Finding(code="packet-bursts", text=text, packets=_packets(seen.bunched_number))


def _sender_gap(seen: RtpStream) -> Finding | None:
    if not seen.skipped:
        return None
    text = (
        f"the sender left out {seen.skipped} sequence numbers, its timestamps show no gap: they "
        "count as lost and never were sent"
    )
    return Finding(code="sender-gap", text=text, packets=_packets(seen.skipped_number))


def _generator_gap(seen: RtpStream, stream: Stream) -> Finding | None:
    missing = stream.lost - seen.skipped
    if stream.direction != "sent" or missing <= 0:
        return None
    text = f"{missing} packets of our own stream are missing where it leaves"
    return Finding(code="generator-gap", text=text, packets=_packets(seen.delta_number))


def _drift(seen: RtpStream) -> Finding | None:
    if seen.drift_ppm is None or abs(seen.drift_ppm) <= DRIFT_PPM:
        return None
    drifted_ms = abs(seen.drift_ppm) * (seen.last_ns - seen.first_ns) / 1e12
    if drifted_ms <= DRIFT_BEYOND_JITTER * (seen.jitter_ms.max or 0.0):
        return None
    pace = "fast" if seen.drift_ppm > 0 else "slow"
    text = f"the sender's clock runs {abs(seen.drift_ppm):.0f} ppm too {pace}"
    return Finding(code="clock-drift", text=text, packets=(seen.first_number, seen.last_number))


def _other_address(seen: RtpStream, sessions: Sequence[MediaSession]) -> Finding | None:
    announced = {end: one for one in sessions for end in one.endpoints if _is_somewhere(end)}
    if not announced or seen.destination in announced:
        return None
    names = sorted(map(str, announced))
    others = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
    named = ", ".join(names[:MAX_NAMED]) + others
    return Finding(
        code="media-address",
        text=f"RTP from {seen.source} goes to {seen.destination}, SDP named {named}",
        packets=_some(seen.first_number, *(one.packet for one in announced.values())),
    )


def _unannounced(seen: RtpStream, sessions: Sequence[MediaSession]) -> Finding | None:
    announced = {number for one in sessions for number in one.media.payload_types}
    strange = sorted(set(seen.payload_types) - announced)
    if not announced or not strange:
        return None
    numbers = ", ".join(map(str, strange))
    return Finding(
        code="codec-mismatch",
        text=f"payload type {numbers} was never announced in SDP "
        f"(which names {', '.join(map(str, sorted(announced)))})",
        packets=_some(*(seen.first_of_type[number] for number in strange)),
    )


def _is_somewhere(endpoint: Endpoint | None) -> bool:
    """Whether an announced end is a numeric address that media can go to."""
    if endpoint is None or endpoint.address in _NOWHERE:
        return False
    return ":" in endpoint.address or endpoint.address.replace(".", "").isdecimal()


def _packets(number: int) -> tuple[int, ...]:
    """The one packet that shows a finding; the kernel's 0 means none."""
    return (number,) if number else ()


def _some(*numbers: int) -> tuple[int, ...]:
    return tuple(sorted(set(numbers)))[:MAX_PACKETS]
