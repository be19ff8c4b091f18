"""What the payload types of each stream mean: static ones, and what SDP said so far.

Knows SDP's map and the static table of RFC 3551; must not know the kernel's arrays. A payload
type without SDP is unknown until SDP comes; packets before that have no timing.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple, TypeAlias

from voipprobe.capture.packet import Endpoint
from voipprobe.capture.rtp.tables import EVENT, NOISE, VOICE
from voipprobe.quality import codecs

MediaKey: TypeAlias = tuple[str, int, int]
"""(address, port, payload type), where the media is received."""
MediaMap: TypeAlias = Mapping[MediaKey, tuple[str, int | None]]
"""What SDP announced: encoding name and clock rate [Hz]."""
Slot: TypeAlias = tuple[int, int]
"""(stream, place of the payload type in it)."""

EVENT_OCTETS: Final = 4
"""A payload of a named event (RFC 4733 2.3); no voice codec sends packets of this size."""
_FIRST_DYNAMIC: Final = 96
_OLD_COMFORT_NOISE: Final = 19  # RFC 3551 6: reserved, because it once was comfort noise


class PayloadFormat(NamedTuple):
    """One payload type as timing needs it. `clock_hz` 0: unknown."""

    codec: str | None
    clock_hz: int
    kind: int


_KINDS: Final = {codecs.Kind.EVENT: EVENT, codecs.Kind.COMFORT_NOISE: NOISE}
_UNKNOWN: Final = PayloadFormat(None, 0, VOICE)


def format_of(codec: str, clock_hz: int | None) -> PayloadFormat:
    """An encoding name with its clock rate, which the codec table knows where SDP does not."""
    known = codecs.find(codec)
    if known is None:
        return PayloadFormat(codec, clock_hz or 0, VOICE)
    kind = _KINDS.get(known.kind, VOICE)
    return PayloadFormat(known.encoding, clock_hz or known.clock_rate_hz or 0, kind)


class PayloadTypes:
    """The formats of all streams' payload types, as far as they are known by now."""

    def __init__(self) -> None:
        self._announced: dict[MediaKey, PayloadFormat] = {}
        self._agreed: dict[int, PayloadFormat] = {}
        self._formats: dict[Slot, PayloadFormat] = {}
        self._waiting: dict[MediaKey, list[Slot]] = defaultdict(list)

    def codec(self, slot: Slot) -> str | None:
        """The encoding name of a payload type of a stream, None while unknown."""
        return self._formats.get(slot, _UNKNOWN).codec

    def learn(self, media: MediaMap) -> Iterator[tuple[Slot, PayloadFormat]]:
        """Take in what SDP announced; yields payload types of streams that it explains."""
        for key, (codec, clock_hz) in media.items():
            found = format_of(codec, clock_hz)
            self._announced[key] = found
            # Once two calls disagree about a number it says nothing without the address.
            agreed = self._agreed.setdefault(key[2], found)
            self._agreed[key[2]] = agreed if agreed == found else _UNKNOWN
            for slot in self._waiting.pop(key, ()):
                if slot not in self._formats:
                    self._formats[slot] = found
                    yield slot, found

    def resolve(
        self, slot: Slot, payload_type: int, octets: int, source: Endpoint, target: Endpoint
    ) -> PayloadFormat:
        """What a payload type that a stream shows for the first time means.

        SDP of the receiver, SDP of the sender (symmetric RTP, NAT), the static table, the
        size of an event, and what every SDP of the capture agrees on, in this order.
        """
        keys = [(*target, payload_type), (*source, payload_type)]
        found = next((self._announced[key] for key in keys if key in self._announced), None)
        found = found or self._without_address(payload_type, octets)
        if found is None:
            for key in keys:
                self._waiting[key].append(slot)
            return _UNKNOWN
        self._formats[slot] = found
        return found

    def _without_address(self, payload_type: int, octets: int) -> PayloadFormat | None:
        if payload_type in codecs.STATIC:
            codec = codecs.STATIC[payload_type]
            return format_of(codec.encoding, codec.clock_rate_hz)
        if payload_type == _OLD_COMFORT_NOISE:
            return format_of("CN", None)
        if payload_type >= _FIRST_DYNAMIC and octets == EVENT_OCTETS:
            return format_of("telephone-event", None)
        agreed = self._agreed.get(payload_type, _UNKNOWN)
        return agreed if agreed is not _UNKNOWN else None
