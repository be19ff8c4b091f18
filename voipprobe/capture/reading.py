"""Captures in, what they hold out: the entry point of the fast path.

Knows sources and their order; must not know what becomes of a batch.
"""

from collections.abc import Iterable
from pathlib import Path

from voipprobe.capture.contract import DatagramSink, Reading, ReadingOptions, SourceFacts, TcpTap
from voipprobe.capture.files.reader import (
    CaptureFile,
    PacketSource,
)
from voipprobe.capture.intake import CaptureReader

__all__ = ["DatagramSink", "Reading", "ReadingOptions", "TcpTap", "read_capture"]


def read_capture(
    sources: Iterable[Path | PacketSource],
    *,
    on_datagrams: DatagramSink,
    options: ReadingOptions | None = None,
) -> Reading:
    """Everything in sources that are read one after another, as one capture.

    Args:
        sources: pcap or pcapng files, or live rings, in order of time.
        on_datagrams: called with SIP datagrams before the RTP of the same batch is judged.
        options: how to read.

    Raises:
        CaptureError: a file cannot be opened or is no capture. Damage inside is no error.
    """
    options = options or ReadingOptions()
    reader = CaptureReader(on_datagrams, options)
    read: list[SourceFacts] = []
    octets = 0
    for index, one in enumerate(sources):
        source = CaptureFile(one) if isinstance(one, Path) else one
        reader.begin(options.beside.get(index, ()))
        for batch in source.batches():
            reader.take(batch)
            options.on_octets(octets + source.position)
        octets += source.position
        read.append(SourceFacts.of(source))
    return reader.finish(read)
