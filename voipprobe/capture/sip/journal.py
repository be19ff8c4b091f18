"""Datagrams in, in order of capture; everything that was seen of SIP out.

The one place where bytes become sightings. What SDP announces is handed back at once, because
the RTP side needs it while the capture is still being read. What is kept is bounded: a capture
may be hostile, or never end.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final, TypeAlias

from voipprobe.capture.packet import Datagram
from voipprobe.capture.sip import message, sdp
from voipprobe.capture.sip.sdp import MediaDescription, PayloadFormat
from voipprobe.capture.sip.sighting import Sighting
from voipprobe.capture.sip.transactions import RetransmissionDetector

Announced: TypeAlias = dict[tuple[str, int, int], PayloadFormat]
"""(address, port, payload type) where media is to be received -> what it stands for."""
MAX_OCTETS: Final = 3 << 29
"""About a million messages of a hundred thousand ordinary calls. By octets and not by number,
because a message with 64 m-lines of 64 candidates each takes as much memory as thousands."""
_MESSAGE_OCTETS: Final = 500
"""Around the strings of a message."""
_ITEM_OCTETS: Final = 150
"""A payload type, a candidate, or a place where one of them was announced."""
_CALL_OCTETS: Final = 2000
"""What a call becomes when all is read, and its place in the result."""
_CALL_COPIES: Final = 4
"""Of what names a call: the call, the result, and what is written."""
_MEDIA_ITEMS: Final = 4
"""Of an m-line before its payload types."""
_WIDEST_CHARACTER: Final = 4
"""Octets of every character of a string as soon as one of them needs so many."""


class SipJournal:
    """All SIP messages of a capture.

    Attributes:
        sightings: in the order in which they were read. Bodies are not kept: what they say of
            media is beside them, and a capture full of bodies would not fit into memory.
        problems: datagrams that were not understood, or not to their end, by reason.
        left_out: datagrams that were not read because there was no more room.
    """

    def __init__(self) -> None:
        self.sightings: list[Sighting] = []
        self.problems: Counter[str] = Counter()
        self.left_out = 0
        self._room = MAX_OCTETS
        self._detector = RetransmissionDetector()

    @property
    def undecoded(self) -> int:
        """Datagrams that were not read, not understood, or not to their end."""
        return self.problems.total() + self.left_out

    @property
    def is_full(self) -> bool:
        """Whether what comes now is left out."""
        return self._room <= 0

    def read(self, datagrams: Iterable[Datagram]) -> Announced:
        """What the SDP in these datagrams announced; the last announcement counts.

        Source: RFC 3264 5.1: payload types are those of whoever receives them.
        """
        announced: Announced = {}
        for datagram in datagrams:
            if self.is_full:
                self.left_out += 1
            else:
                self._read_one(datagram, announced)
        return announced

    def _read_one(self, datagram: Datagram, announced: Announced) -> None:
        messages, problem = message.parse(datagram.payload)
        if problem is not None:
            self.problems[problem] += 1
        width = 1 if datagram.payload.isascii() else _WIDEST_CHARACTER
        self._room -= len(datagram.payload) * width
        for one in messages:
            media = sdp.parse(one.body) if one.body else ()
            again = self._detector.is_retransmission(datagram.source, datagram.destination, one)
            kept = one._replace(body=b"") if one.body else one
            self.sightings.append(Sighting(*datagram[:5], kept, media, again))
            self._room -= _MESSAGE_OCTETS + _media_octets(media)
            if not again:
                self._room -= _call_octets(one) * width
            announced.update(_formats(media))


def _call_octets(one: message.Message) -> int:
    """The memory of the call that a message begins; 0 if it begins none."""
    if one.method != "INVITE" or one.status is not None or one.to_tag is not None:
        return 0
    return _CALL_OCTETS + _CALL_COPIES * (len(one.call_id) + len(one.from_) + len(one.to))


def _media_octets(media: tuple[MediaDescription, ...]) -> int:
    """The memory of what is kept and announced of an SDP body, roughly."""
    items = 0
    for one in media:
        places = 1 + len(one.candidates)
        items += _MEDIA_ITEMS + places + (1 + places) * len(one.formats)
    return items * _ITEM_OCTETS


def _formats(media: tuple[MediaDescription, ...]) -> Announced:
    return {
        (*end, payload_type): payload_format
        for description in media
        if description.address is not None and description.port != 0
        for end in ((description.address, description.port), *description.candidates)
        for payload_type, payload_format in description.formats.items()
    }
