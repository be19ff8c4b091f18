"""Retransmissions: which messages were seen before.

A request was when source, destination, top-Via branch, CSeq number and method were; a response
when its status line was, for that transaction and To-tag. Source and destination are part of
both: a capture that sees a message before and behind a proxy sees no retransmission. CANCEL,
ACK and provisional responses count like all others; the ACK of a 2xx has a branch of its own.
"""

from collections.abc import Hashable

from voipprobe.capture.packet import Endpoint
from voipprobe.capture.sip.message import Message

MAGIC_COOKIE = "z9hG4bK"


class RetransmissionDetector:
    """Says of each message, in order of capture, whether it is a retransmission."""

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def is_retransmission(self, source: Endpoint, destination: Endpoint, message: Message) -> bool:
        """Whether this message was seen before on this hop; remembers it."""
        # Only the key's hash is kept: a capture of a million calls must fit into memory, and
        # two of n keys fall together by chance with n^2/2^65 (a million keys: 3e-8).
        key = hash((source, destination, *_identity(message)))
        if key in self._seen:
            return True
        self._seen.add(key)
        return False


def _identity(message: Message) -> tuple[Hashable, ...]:
    """What two transmissions of one message have in common.

    Source: RFC 3261 17.1.3 and 17.2.3; without the magic cookie a branch is not unique, and the
    older rules of RFC 2543 apply.
    """
    transaction: tuple[Hashable, ...] = (message.branch, message.cseq, message.method)
    if message.branch is None or not message.branch.startswith(MAGIC_COOKIE):
        transaction += (message.call_id, message.from_tag, message.uri)
        if message.status is None:
            transaction += (message.to_tag,)
    if message.status is None:
        return transaction
    return (*transaction, message.status, message.reason, message.to_tag)
