"""The SIP messages of each call as they are drawn, with their texts as far as there is room.

Knows bounds: a capture may hold millions of messages, a page cannot.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from voipprobe.capture.packet import Datagram
from voipprobe.capture.sip.calls import Trace
from voipprobe.capture.sip.sighting import Sighting
from voipprobe.model.analysis import LadderMessage

MAX_MESSAGES: Final = 200_000
MAX_MESSAGES_PER_CALL: Final = 500
MAX_TEXT_OCTETS: Final = 8192
"""Of one message; a longer one is cut and says so."""
MAX_ALL_TEXTS: Final = 32 << 20
CUT: Final = "\n[cut]"


class Texts:
    """What SIP datagrams said, by packet number, in bounded memory."""

    def __init__(self) -> None:
        self._octets: defaultdict[int, list[bytes]] = defaultdict(list)
        self._room = MAX_ALL_TEXTS

    def keep(self, datagrams: Iterable[Datagram]) -> None:
        """Keep the texts of datagrams while there is room."""
        for one in datagrams:
            if self._room <= 0:
                return
            kept = one.payload[: MAX_TEXT_OCTETS + 1]
            self._room -= len(kept)
            self._octets[one.number].append(kept)

    def of(self, sighting: Sighting) -> str | None:
        """The text of a message; None where it was not kept.

        A frame may complete several messages (TCP): theirs is the one that holds the CSeq.
        """
        kept = self._octets.get(sighting.number, [])
        message = sighting.message
        cseq = f"{message.cseq} {message.method}".encode()
        start = b"SIP/2.0 %d" % message.status if message.status else message.method.encode()
        fitting = [one for one in kept if start in one and cseq in one] or kept
        return _text(fitting[0]) if fitting else None


def ladders(traces: Sequence[Trace], texts: Texts) -> dict[str, tuple[LadderMessage, ...]]:
    """The messages of every call by Call-ID, in order of capture."""
    found: dict[str, tuple[LadderMessage, ...]] = {}
    room = MAX_MESSAGES
    for trace in traces:
        before = found.get(trace.call.call_id, ())
        most = min(MAX_MESSAGES_PER_CALL - len(before), room)
        drawn = tuple(_message(one, texts) for one in trace.sightings[: max(most, 0)])
        found[trace.call.call_id] = (*before, *drawn)
        room -= len(drawn)
    return found


def _message(sighting: Sighting, texts: Texts) -> LadderMessage:
    return LadderMessage(
        packet=sighting.number,
        at_s=sighting.time_ns / 1e9,
        source=str(sighting.source),
        destination=str(sighting.destination),
        transport=sighting.transport,
        summary=_summary(sighting),
        retransmission=sighting.retransmission,
        text=texts.of(sighting),
    )


def _summary(sighting: Sighting) -> str:
    """The start line, without what every start line has."""
    message = sighting.message
    if message.status is None:
        return f"{message.method} {message.uri}"
    return f"{message.status} {message.reason}".rstrip()


def _text(octets: bytes) -> str:
    text = octets[:MAX_TEXT_OCTETS].decode("utf-8", "replace")
    return text + CUT if len(octets) > MAX_TEXT_OCTETS else text
