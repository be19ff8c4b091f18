"""Our own end's numbers, and both ends joined.

Knows which stream of a round is which (its result says so); must not know how it was found.
"""

from pathlib import Path

from voipprobe.capture.reading import ReadingOptions, read_capture
from voipprobe.capture.sequences.book import SequenceBook
from voipprobe.capture.sequences.numbering import numbered
from voipprobe.capture.sequences.seen import SeenCalls
from voipprobe.model.probe import ProbeResult
from voipprobe.quality.directions import Directions, NotJoined, NumberedStream, join


def near_streams(capture: Path, result: ProbeResult) -> tuple[NumberedStream, ...]:
    """The numbers of the streams that a round sent and received.

    Args:
        capture: of the round, complete.
        result: of the round.

    Raises:
        CaptureError: the file cannot be opened or is no capture.
    """
    book = SequenceBook()
    read_capture([capture], on_datagrams=lambda _: None, options=ReadingOptions(on_rtp=book.take))
    flows = {
        (str(flow.source), str(flow.destination), f"0x{flow.ssrc:08x}"): flow
        for flow in book.flows()
    }
    found = []
    for stream in result.streams:
        flow = flows.get((stream.source, stream.destination, stream.ssrc))
        if flow is not None and stream.direction is not None:
            found.append(numbered(flow, direction=stream.direction, call_id=stream.call_id))
    return tuple(one for one in found if one is not None)


def directions(near: tuple[NumberedStream, ...], seen: SeenCalls) -> Directions:
    """The streams that we sent, split by direction.

    Args:
        near: what our end saw.
        seen: what the far end saw.
    """
    if seen.left_out:
        sent = sum(one.direction == "sent" and one.call_id is not None for one in near)
        return Directions(not_joined={NotJoined.FAR_END_FULL.value: sent} if sent else {})
    return join(near, seen.streams, [call.call_id for call in seen.calls])
