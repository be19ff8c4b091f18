"""One call out of a capture, with its streams, its messages and its figures alone.

Knows how a call is named by a user. Must not read or count packets.
"""

from collections.abc import Sequence
from dataclasses import replace

from voipprobe.capture.assembly import CaptureAnalysis
from voipprobe.capture.rtp.build import to_media
from voipprobe.capture.sip.sighting import Sighting
from voipprobe.capture.sip.signalling import signalling
from voipprobe.model.analysis import StreamSeries
from voipprobe.model.errors import ConfigError

NAMED_IDS = 3


def one_call(
    found: CaptureAnalysis, sightings: Sequence[Sighting], beginning: str
) -> tuple[CaptureAnalysis, tuple[int, ...]]:
    """What a capture shows of one call, and which streams of it those of the call are.

    Attempts that share their Call-ID are one call here.

    Args:
        found: in the whole capture.
        sightings: every message of it.
        beginning: a Call-ID, or as much of it as no other one begins with.

    Raises:
        ConfigError: there is no such call, or more than one.
    """
    call_id = _named([call.call_id for call in found.calls], beginning)
    calls = [call for call in found.calls if call.call_id == call_id]
    indices = tuple(sorted({index for call in calls for index in call.streams}))
    place = {index: new for new, index in enumerate(indices)}
    own = tuple(replace(call, streams=tuple(place[i] for i in call.streams)) for call in calls)
    streams = tuple(found.streams[index] for index in indices)
    messages = [one for one in sightings if one.message.call_id == call_id]
    narrowed = replace(
        found,
        signalling=signalling(messages, own),
        media=to_media(streams),
        calls=own,
        streams=streams,
    )
    return narrowed, indices


def series_of(series: Sequence[StreamSeries], indices: Sequence[int]) -> tuple[StreamSeries, ...]:
    """The series of some streams, numbered as these streams now are."""
    place = {index: new for new, index in enumerate(indices)}
    return tuple(replace(one, stream=place[one.stream]) for one in series if one.stream in place)


def _named(call_ids: Sequence[str], beginning: str) -> str:
    if beginning in call_ids:
        return beginning
    matches = list(dict.fromkeys(one for one in call_ids if one.startswith(beginning)))
    if len(matches) == 1:
        return matches[0]
    if not matches:
        raise ConfigError(
            f"--call {beginning!r}: no Call-ID begins so; leave --call out to see all of them"
        )
    more = f" and {len(matches) - NAMED_IDS} more" if len(matches) > NAMED_IDS else ""
    raise ConfigError(
        f"--call {beginning!r} is the beginning of {', '.join(matches[:NAMED_IDS])}{more}: "
        "write more of it"
    )
