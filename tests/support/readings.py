"""Captures written, read back, and reduced to what a test wants to look at."""

from collections.abc import Iterable
from pathlib import Path

from support.pcaps import FAR, NEAR, Address, Rtp, frames, write_pcap
from voipprobe.capture.packet import Datagram
from voipprobe.capture.reading import Reading, read_capture
from voipprobe.capture.rtp.figures import RtpStream
from voipprobe.capture.rtp.payload_types import MediaMap


def ignore(_: list[Datagram]) -> None:
    """A sink for captures whose SIP does not matter."""


def read(path: Path, media: MediaMap | None = None, buffer_ms: float = 60.0) -> Reading:
    """A capture read with SDP that is known as soon as a SIP datagram is seen."""
    return read_capture([path], on_datagrams=lambda _: media, buffer_ms=buffer_ms)


def read_rtp(
    folder: Path,
    packets: Iterable[Rtp],
    source: Address = NEAR,
    destination: Address = FAR,
    buffer_ms: float = 60.0,
) -> RtpStream:
    """The one stream that packets, in the order given, make."""
    path = write_pcap(folder / "one.pcap", frames(packets, source, destination))
    (stream,) = read(path, buffer_ms=buffer_ms).streams
    return stream
