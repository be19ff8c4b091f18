"""A capture of whole calls: SIP and the RTP of both directions, as one pcap file."""

from pathlib import Path

from support.pcaps import TimedFrame, ethernet, frames, udp, voice, write_pcap
from support.sip import EPOCH_NS, Wire

NEAR_MEDIA, FAR_MEDIA = ("10.0.0.1", 4000), ("10.0.0.9", 6000)


def write_calls(path: Path, call_ids: tuple[str, ...] = ("alpha-1", "beta-2")) -> Path:
    """Answered calls of five seconds, one after another; the first loses five packets."""
    timed: list[TimedFrame] = []
    for number, call_id in enumerate(call_ids):
        at_ms = number * 10_000.0
        timed += _signalling(at_ms, call_id)
        start_ns = EPOCH_NS + round((at_ms + 200) * 1e6)
        there = voice(200, ssrc=2 * number + 1, start_ns=start_ns)
        back = voice(200, ssrc=2 * number + 2, start_ns=start_ns)
        there = there[:50] + there[55:] if number == 0 else there
        timed += frames(there, NEAR_MEDIA, FAR_MEDIA) + frames(back, FAR_MEDIA, NEAR_MEDIA)
    return write_pcap(path, sorted(timed))


def _signalling(at_ms: float, call_id: str) -> list[TimedFrame]:
    wire = Wire()
    wire.answered_call(at_ms, call_id=call_id)
    branch = f"z9hG4bK-{call_id}".encode()  # of one call alone, or it is a retransmission
    return [
        (
            one.time_ns,
            ethernet(udp(one.payload.replace(b"z9hG4bK", branch), one.source, one.destination)),
        )
        for one in wire.datagrams
    ]
