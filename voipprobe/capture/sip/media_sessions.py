"""Where a call's media should go, and from when until when.

An offer or answer says where its sender wants to receive. It holds until the same sender says
something else on the same hop (a re-INVITE, an UPDATE, the 200 after an early 183), or until
the call ends. A proxy that relays media rewrites SDP: each hop then has endpoints of its own,
and all of them belong to the call.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from voipprobe.capture.packet import Endpoint
from voipprobe.capture.sip.calls import Trace
from voipprobe.capture.sip.sdp import MediaDescription
from voipprobe.capture.sip.sighting import Sighting
from voipprobe.model.call import Outcome

_Hop: TypeAlias = tuple[str | None, Endpoint, Endpoint]  # sender's tag, source, destination

_MAY_GO_ON = (Outcome.ANSWERED, Outcome.UNFINISHED, Outcome.TIMEOUT)


class Party(StrEnum):
    """Who announced a medium."""

    CALLER = "caller"
    CALLEE = "callee"


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaSession:
    """One m-line for the time that it holds.

    Attributes:
        party: who wants to receive here.
        line: number of the m-line, from 0. packet: capture packet that announced it.
        from_ns, until_ns: nanoseconds since the epoch; until_ns is None while the call is open.
    """

    call_id: str
    party: Party
    line: int
    media: MediaDescription
    packet: int
    from_ns: int
    until_ns: int | None

    @property
    def endpoint(self) -> Endpoint | None:
        """Where media should arrive; None where none can."""
        if self.media.address is None or self.media.port == 0:
            return None
        return Endpoint(self.media.address, self.media.port)

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """Everywhere that media may arrive: there, and where ICE may have it sent."""
        if self.endpoint is None:
            return ()
        candidates = (Endpoint(*candidate) for candidate in self.media.candidates)
        return tuple(dict.fromkeys((self.endpoint, *candidates)))


def media_sessions(traces: Iterable[Trace]) -> list[MediaSession]:
    """Every medium that the calls announced, in order of calls and of time."""
    calls = [trace for trace in traces if trace.call.method == "INVITE"]
    return [session for trace in calls for session in _sessions(trace)]


def _sessions(trace: Trace) -> Iterator[MediaSession]:
    caller_tag = trace.sightings[0].message.from_tag
    current: dict[_Hop, Sighting] = {}
    for sighting in trace.sightings:
        if _is_end(sighting):
            for hop, announced in current.items():
                yield from _lines(trace, announced, hop[0] == caller_tag, sighting.time_ns)
            return
        if not sighting.media or not _counts(sighting):
            continue
        hop = (_sender_tag(sighting), sighting.source, sighting.destination)
        before = current.get(hop)
        if before is not None and before.media == sighting.media:
            continue
        if before is not None:
            yield from _lines(trace, before, hop[0] == caller_tag, sighting.time_ns)
        current[hop] = sighting
    for hop, announced in current.items():
        yield from _lines(trace, announced, hop[0] == caller_tag, _end_without_bye(trace))


def _lines(
    trace: Trace, announced: Sighting, by_caller: bool, until_ns: int | None
) -> Iterator[MediaSession]:
    for line, media in enumerate(announced.media):
        yield MediaSession(
            call_id=trace.call.call_id,
            party=Party.CALLER if by_caller else Party.CALLEE,
            line=line,
            media=media,
            packet=announced.number,
            from_ns=announced.time_ns,
            until_ns=until_ns,
        )


def _end_without_bye(trace: Trace) -> int | None:
    """When a call that was refused or cancelled ended; None for one that may be open."""
    return None if trace.call.outcome in _MAY_GO_ON else trace.sightings[-1].time_ns


def _sender_tag(sighting: Sighting) -> str | None:
    message = sighting.message
    return message.from_tag if sighting.is_request else message.to_tag


def _counts(sighting: Sighting) -> bool:
    """Whether its SDP is an offer or answer: not the one of a refusal (488)."""
    status = sighting.message.status
    return status is None or status < 300


def _is_end(sighting: Sighting) -> bool:
    return sighting.is_request and sighting.message.method == "BYE"
