"""Captures written, read back, and reduced to what a test wants to look at."""

from collections.abc import Iterable
from pathlib import Path

from support.pcaps import FAR, NEAR, Address, Rtp, TimedFrame, ethernet, frames, udp, write_pcap
from support.sip import Wire
from voipprobe.capture.packet import Datagram
from voipprobe.capture.reading import Reading, ReadingOptions, read_capture
from voipprobe.capture.rtp.figures import RtpStream
from voipprobe.capture.rtp.payload_types import MediaMap


def ignore(_: list[Datagram]) -> None:
    """A sink for captures whose SIP does not matter."""


def read(path: Path, media: MediaMap | None = None, buffer_ms: float = 60.0) -> Reading:
    """A capture read with SDP that is known as soon as a SIP datagram is seen."""
    options = ReadingOptions(buffer_ms=buffer_ms)
    return read_capture([path], on_datagrams=lambda _: media, options=options)


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


def call_frames(
    offer: bytes, answer: bytes, *, talk_ms: float = 10_000, call_id: str = "call-1"
) -> list[TimedFrame]:
    """INVITE, 200 after 100 ms, ACK, BYE and its 200, as UDP frames between NEAR and FAR."""
    wire = Wire()
    wire.request(0, "INVITE", call_id=call_id, body=offer)
    wire.response(100, 200, call_id=call_id, body=answer)
    wire.request(101, "ACK", call_id=call_id, to_tag="far")
    wire.request(100 + talk_ms, "BYE", 2, call_id=call_id, to_tag="far")
    wire.response(110 + talk_ms, 200, "BYE", 2, call_id=call_id)
    timed = []
    for one in wire.datagrams:
        ends = [(end.address, end.port) for end in (one.source, one.destination)]
        timed.append((one.time_ns, ethernet(udp(one.payload, ends[0], ends[1]))))
    return timed
