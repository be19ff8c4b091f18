"""Datagrams in, in order of capture; everything that was seen of SIP out.

The one place where bytes become sightings. What SDP announces is handed back at once, because
the RTP side needs it while the capture is still being read.
"""

from collections import Counter
from collections.abc import Iterable
from typing import TypeAlias

from voipprobe.capture.packet import Datagram
from voipprobe.capture.sip import message, sdp
from voipprobe.capture.sip.sdp import MediaDescription, PayloadFormat
from voipprobe.capture.sip.sighting import Sighting
from voipprobe.capture.sip.transactions import RetransmissionDetector

Announced: TypeAlias = dict[tuple[str, int, int], PayloadFormat]
"""(address, port, payload type) where media is to be received -> what it stands for."""


class SipJournal:
    """All SIP messages of a capture.

    Attributes:
        sightings: in the order in which they were read. Bodies are not kept: what they say of
            media is beside them, and a capture full of bodies would not fit into memory.
        problems: datagrams that were not understood, or not to their end, by reason.
    """

    def __init__(self) -> None:
        self.sightings: list[Sighting] = []
        self.problems: Counter[str] = Counter()
        self._detector = RetransmissionDetector()

    @property
    def undecoded(self) -> int:
        """Datagrams that were not understood, or not to their end."""
        return self.problems.total()

    def read(self, datagrams: Iterable[Datagram]) -> Announced:
        """What the SDP in these datagrams announced; the last announcement counts.

        Source: RFC 3264 5.1: payload types are those of whoever receives them.
        """
        announced: Announced = {}
        for datagram in datagrams:
            messages, problem = message.parse(datagram.payload)
            if problem is not None:
                self.problems[problem] += 1
            for one in messages:
                media = sdp.parse(one.body) if one.body else ()
                again = self._detector.is_retransmission(datagram.source, datagram.destination, one)
                kept = one._replace(body=b"") if one.body else one
                self.sightings.append(Sighting(*datagram[:5], kept, media, again))
                announced.update(_formats(media))
        return announced


def _formats(media: tuple[MediaDescription, ...]) -> Announced:
    return {
        (*end, payload_type): payload_format
        for description in media
        if description.address is not None and description.port != 0
        for end in ((description.address, description.port), *description.candidates)
        for payload_type, payload_format in description.formats.items()
    }
