"""Datagrams in, in order of capture; everything that was seen of SIP out.

The one place where bytes become sightings. It can be asked for the announced payload formats
at any time, because the RTP side reads them while the capture is still being read.
"""

from collections import Counter

from voipprobe.capture.packet import Datagram
from voipprobe.capture.sip import message, sdp
from voipprobe.capture.sip.sdp import MediaDescription, PayloadFormat
from voipprobe.capture.sip.sighting import Sighting
from voipprobe.capture.sip.transactions import RetransmissionDetector

MAX_FORMATS = 1_000_000  # announced (address, port, payload type): a hostile capture stays small


class SipJournal:
    """All SIP messages of a capture.

    Attributes:
        sightings: in the order in which they were added.
        payload_formats: (address, port, payload type) of an m-line -> what it stands for; the
            last announcement counts. RTP carries it towards that address (RFC 3264 5.1).
        problems: datagrams that were not understood, by reason.
    """

    def __init__(self) -> None:
        self.sightings: list[Sighting] = []
        self.payload_formats: dict[tuple[str, int, int], PayloadFormat] = {}
        self.problems: Counter[str] = Counter()
        self._detector = RetransmissionDetector()

    def add(self, datagram: Datagram) -> bool:
        """Takes in one datagram; False if it was not understood, or not to its end."""
        messages, problem = message.parse(datagram.payload)
        for one in messages:
            media = sdp.parse(one.body) if one.body else ()
            if media:
                self._announce(media)
            again = self._detector.is_retransmission(datagram.source, datagram.destination, one)
            self.sightings.append(Sighting(*datagram[:5], one, media, again))
        if problem is not None:
            self.problems[problem] += 1
        return problem is None

    @property
    def undecoded(self) -> int:
        """Datagrams that were not understood, or not to their end."""
        return self.problems.total()

    def _announce(self, media: tuple[MediaDescription, ...]) -> None:
        for description in media:
            if not description.address or not description.port:
                continue
            if len(self.payload_formats) >= MAX_FORMATS:
                return
            for payload_type, payload_format in description.formats.items():
                key = (description.address, description.port, payload_type)
                self.payload_formats[key] = payload_format
