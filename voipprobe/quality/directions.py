"""The loss of echoed media by direction, from the numbers that both ends saw.

A packet that the far end sent back had come to it, and one that came back to us had been sent
back: what a capture point missed is known from what was seen behind it. The two ends need no
common clock.

Knows streams by SSRC, ends and numbers; must not know captures or how the ends talk.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from voipprobe.model.directions import StreamDirections
from voipprobe.quality.sequences import SequenceSet, aligned


class NotJoined(StrEnum):
    """Why a stream that we sent has no answer."""

    NO_CALL_AT_FAR_END = "no-call-at-far-end"
    """The far end recorded nothing of its call."""
    NO_MEDIA_AT_FAR_END = "no-media-at-far-end"
    """It recorded the call but no such stream, and that is no loss: it came back, or has a twin."""
    FAR_END_FULL = "far-end-full"
    """There was more than the far end keeps: what it does not know need not be lost."""
    SSRC_NOT_UNIQUE = "ssrc-not-unique"
    """Several streams of one SSRC, which neither ends nor calls tell apart."""
    NUMBERS_USED_TWICE = "numbers-used-twice"
    """Its sender gave one number to two packets."""
    NUMBERS_AMBIGUOUS = "numbers-ambiguous"
    """It is longer than 2^16 packets, and what the far end saw fits at several places."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedStream:
    """The numbers of one stream that one end saw.

    Attributes:
        call_id: of its call; None where that is not known.
        ssrc: "0x" and 8 hex digits.
        source, destination: "address:port", IPv6 in brackets.
        direction: "sent" or "received", by whoever saw it.
        packets: copies included.
        numbers: extended sequence numbers, counted on from the first packet that was seen.
        is_whole: False where its end began to record when the stream had begun already.
    """

    call_id: str | None
    ssrc: str
    source: str
    destination: str
    direction: str
    packets: int
    numbers: SequenceSet
    is_whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Directions:
    """What joining gave.

    Attributes:
        streams: in the order in which our end saw them.
        not_joined: NotJoined -> streams that we sent and that have no answer.
    """

    streams: tuple[StreamDirections, ...] = ()
    not_joined: Mapping[str, int] = field(default_factory=dict)


class _NoAnswerError(Exception):
    """Why there is none."""

    def __init__(self, reason: NotJoined) -> None:
        super().__init__(reason)
        self.reason = reason


def join(
    near: Iterable[NumberedStream], far: Iterable[NumberedStream], far_calls: Iterable[str]
) -> Directions:
    """The streams that we sent, each split by direction.

    Args:
        near: what our end saw of a round.
        far: what the far end saw of the same calls.
        far_calls: Call-IDs of the calls that the far end recorded.
    """
    ends = _Ends(near, far, far_calls)
    found: list[StreamDirections] = []
    missing: Counter[str] = Counter()
    for stream, call_id in ends.sent_in_calls:
        try:
            found.append(ends.split(stream, call_id))
        except _NoAnswerError as error:
            missing[error.reason.value] += 1
    return Directions(streams=tuple(found), not_joined=dict(sorted(missing.items())))


class _Ends:
    """The streams of both ends, found by direction and SSRC."""

    def __init__(
        self,
        near: Iterable[NumberedStream],
        far: Iterable[NumberedStream],
        far_calls: Iterable[str],
    ) -> None:
        self._near = _by_direction_and_ssrc(near)
        self._far = _by_direction_and_ssrc(far)
        self._far_calls = frozenset(far_calls)

    @property
    def sent_in_calls(self) -> list[tuple[NumberedStream, str]]:
        """The streams that we sent, with their Call-IDs."""
        sent = (one for (way, _), same in self._near.items() if way == "sent" for one in same)
        return [(one, one.call_id) for one in sent if one.call_id is not None]

    def split(self, stream: NumberedStream, call_id: str) -> StreamDirections:
        """What became of the packets of one stream that we sent.

        Raises:
            _NoAnswerError: that cannot be said.
        """
        if stream.packets > len(stream.numbers):
            raise _NoAnswerError(NotJoined.NUMBERS_USED_TWICE)
        arrived = self._find(self._far, "received", stream)
        returned = self._find(self._far, "sent", stream)
        if arrived is None and returned is None:
            if call_id not in self._far_calls:
                raise _NoAnswerError(NotJoined.NO_CALL_AT_FAR_END)
            is_alone = len(self._near["sent", stream.ssrc]) == 1
            if not is_alone or self._find(self._near, "received", stream) is not None:
                raise _NoAnswerError(NotJoined.NO_MEDIA_AT_FAR_END)
            return _counted(stream, call_id, None, None, None)
        received = self._find(self._near, "received", stream)
        return _counted(stream, call_id, arrived, returned, received)

    def _find(
        self, streams: "_Streams", direction: str, sent: NumberedStream
    ) -> NumberedStream | None:
        """The stream of some end and direction that has the packets of one that we sent."""
        is_back = (direction == "sent") == (streams is self._far)
        others = [one for one in self._near["sent", sent.ssrc] if one is not sent]
        taken = {_way(one, is_back=is_back) for one in others}
        free = [one for one in streams[direction, sent.ssrc] if _way(one) not in taken]
        same_ends = [one for one in free if _way(one) == _way(sent, is_back=is_back)]
        same_call = [one for one in free if one.call_id == sent.call_id]
        whole = [one for one in free if one.is_whole]
        for fitting in (same_ends, same_call, [] if others else whole):
            if len(fitting) == 1:
                return fitting[0]
        if free:
            raise _NoAnswerError(NotJoined.SSRC_NOT_UNIQUE)
        return None


_Streams: TypeAlias = Mapping[tuple[str, str], list[NumberedStream]]


def _by_direction_and_ssrc(streams: Iterable[NumberedStream]) -> _Streams:
    found: defaultdict[tuple[str, str], list[NumberedStream]] = defaultdict(list)
    for one in streams:
        found[one.direction, one.ssrc].append(one)
    return found


def _way(stream: NumberedStream, *, is_back: bool = False) -> tuple[str, str]:
    ends = (stream.source, stream.destination)
    return ends[::-1] if is_back else ends


def _counted(
    stream: NumberedStream,
    call_id: str,
    arrived: NumberedStream | None,
    returned: NumberedStream | None,
    received: NumberedStream | None,
) -> StreamDirections:
    sent = stream.numbers
    came, went, back = (_numbers(one, sent) for one in (arrived, returned, received))
    if not all(one.is_whole for one in (arrived, returned) if one is not None):
        sent = sent.since(min(one.base for one in (came, went) if one))
    back &= sent
    went = went & sent | back
    came = came & sent | went
    return StreamDirections(
        call_id=call_id,
        ssrc=stream.ssrc,
        sent=len(sent),
        arrived=len(came),
        returned=len(went),
        received=len(back),
    )


def _numbers(stream: NumberedStream | None, sent: SequenceSet) -> SequenceSet:
    found = SequenceSet() if stream is None else aligned(stream.numbers, sent)
    if found is None:
        raise _NoAnswerError(NotJoined.NUMBERS_AMBIGUOUS)
    return found
