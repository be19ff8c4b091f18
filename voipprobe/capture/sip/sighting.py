"""A SIP message at one point of a capture: what every other module here works on."""

from typing import NamedTuple

from voipprobe.capture.packet import Endpoint
from voipprobe.capture.sip.message import Message
from voipprobe.capture.sip.sdp import MediaDescription


class Sighting(NamedTuple):
    """One message as it passed the capture point, once per hop and once per retransmission.

    Attributes:
        number: packet number in the capture, from 1. time_ns: nanoseconds since the epoch.
        media: the m-lines of the SDP in its body.
        retransmission: the same message was seen before on this hop.
    """

    number: int
    time_ns: int
    source: Endpoint
    destination: Endpoint
    transport: str
    message: Message
    media: tuple[MediaDescription, ...]
    retransmission: bool

    @property
    def is_request(self) -> bool:
        """Whether it is a request, not a response."""
        return self.message.status is None
