"""Calls that only one side can hear: what an engineer would point at in a call's media as a whole.

MOS cannot see it: there is nothing wrong with the media that are there.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Final, TypeAlias

from voipprobe.capture.packet import Endpoint
from voipprobe.capture.rtp.figures import RtpStream
from voipprobe.capture.sip.media_sessions import MediaSession
from voipprobe.model.call import Call
from voipprobe.model.finding import Finding

SHORTEST_TALK_S: Final = 1.0
"""A call must have been answered this long before missing media is odd."""

_Way: TypeAlias = tuple[Endpoint, Endpoint]  # source, destination


def one_way_findings(
    call: Call, streams: Sequence[RtpStream], sessions: Sequence[MediaSession] = ()
) -> tuple[Finding, ...]:
    """Each way of a call that nothing answers, although SDP never said so."""
    if call.duration_s is None or call.duration_s < SHORTEST_TALK_S:
        return ()
    ways = {(one.source, one.destination): one.first_number for one in reversed(streams)}
    return tuple(
        Finding(
            code="one-way-audio",
            text=f"RTP from {source} to {destination}, none the other way "
            f"in a call of {call.duration_s:.1f} s",
            packets=(ways[source, destination],),
        )
        for source, destination in sorted(_lonely(ways))
        if not _is_agreed(source, destination, sessions)
    )


def _lonely(ways: Collection[_Way]) -> list[_Way]:
    """The ways that no other one answers: it shares an end or both addresses, reversed.

    Counted and not compared with each other: a hostile call has tens of thousands.
    """
    sources = Counter(source for source, _ in ways)
    targets = Counter(target for _, target in ways)
    hosts = Counter((source.address, target.address) for source, target in ways)

    def is_answered(way: _Way) -> bool:
        source, target = way
        to_itself, at_home = int(source == target), int(source.address == target.address)
        return (
            targets[source] > to_itself
            or sources[target] > to_itself
            or hosts[target.address, source.address] > at_home
        )

    return [way for way in ways if not is_answered(way)]


def _is_agreed(source: Endpoint, target: Endpoint, sessions: Sequence[MediaSession]) -> bool:
    """Whether SDP never wanted media the other way: hold, sendonly, recvonly."""
    senders = [one.media for one in sessions if target in one.endpoints]
    receivers = [one.media for one in sessions if source in one.endpoints]
    mute = bool(senders) and not any(media.sends for media in senders)
    return mute or (bool(receivers) and not any(media.receives for media in receivers))
