"""What an engineer would point at in the media of a call or of one stream.

MOS cannot see any of it: comfort noise arrives at 50 packets a second like speech does.
"""

from collections.abc import Sequence

from voipprobe.model.call import Call
from voipprobe.model.finding import Finding
from voipprobe.model.stream import Stream

SHORTEST_TALK_S = 1.0
"""A call must have been answered this long before missing media is odd."""


def stream_findings(stream: Stream) -> tuple[Finding, ...]:
    """Everything odd about one stream by itself."""
    findings = []
    if stream.silent:
        findings.append(Finding(code="silent-audio", text="the payload holds no audible energy"))
    if stream.restarts:
        findings.append(
            Finding(code="stream-restart", text=f"the sequence started anew {stream.restarts} x")
        )
    return tuple(findings)


def call_media_findings(call: Call, streams: Sequence[Stream]) -> tuple[Finding, ...]:
    """Everything odd about a call's media as a whole."""
    if call.duration_s is None or call.duration_s < SHORTEST_TALK_S or not streams:
        return ()
    ways = {(stream.source, stream.destination) for stream in streams}
    lonely = [way for way in ways if not any(_opposite(way, other) for other in ways)]
    return tuple(
        Finding(
            code="one-way-audio",
            text=f"RTP from {source} to {destination}, none the other way "
            f"in a call of {call.duration_s:.1f} s",
        )
        for source, destination in sorted(lonely)
    )


def _opposite(way: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two ways are one conversation: they share an address, reversed."""
    hosts, others = [tuple(end.rpartition(":")[0] for end in pair) for pair in (way, other)]
    return way != other and (way[0] == other[1] or way[1] == other[0] or hosts == others[::-1])
