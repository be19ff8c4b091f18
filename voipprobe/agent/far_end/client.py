"""The exchange's client: a peer is asked what it saw of our calls. It never fails a round.

Knows HTTP and patience; must not know what is made of an answer.
"""

import json
import re
import socket
import time
from dataclasses import dataclass
from typing import Final

from voipprobe.agent.far_end.document import (
    DocumentError,
    Question,
    answer_of,
    question_text,
)
from voipprobe.agent.far_end.http import HttpError, Message, receive, send
from voipprobe.agent.far_end.server import REQUEST
from voipprobe.capture.sequences.seen import SeenCalls
from voipprobe.traffic.address import address_family

MOST_ANSWER_OCTETS: Final = 16 << 20
LIMIT_S: Final = 10.0
RETRY_AFTER_S: Final = 0.5
_RESPONSE: Final = re.compile(r"HTTP/1\.[01] (\d{3})\b")
_MOST_REASON: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class FarAnswer:
    """What a peer said: what it saw, or in one line why nothing is known."""

    seen: SeenCalls | None = None
    problem: str | None = None


class _FailedError(Exception):
    """One attempt; `is_final` where another one would end alike."""

    def __init__(self, reason: str, *, is_final: bool) -> None:
        super().__init__(reason)
        self.is_final = is_final


def ask(
    address: str,
    port: int,
    question: Question,
    *,
    local_address: str | None = None,
    limit_s: float = LIMIT_S,
) -> FarAnswer:
    """What a peer saw of our calls. It is asked once more where that can help.

    Args:
        address: of the peer's exchange.
        port: of it.
        question: about calls of ours.
        local_address: from which the calls came: the peer tells nobody else of them.
        limit_s: for everything together; the first attempt has half of it.
    """
    begun = time.monotonic()
    try:
        return _attempt((address, port), question, local_address, begun + limit_s / 2)
    except _FailedError as error:
        if error.is_final:
            return FarAnswer(problem=str(error))
    time.sleep(min(RETRY_AFTER_S, limit_s / 10))
    try:
        return _attempt((address, port), question, local_address, begun + limit_s)
    except _FailedError as error:
        return FarAnswer(problem=f"{error} (asked twice)")


def _attempt(
    peer: tuple[str, int], question: Question, local_address: str | None, deadline: float
) -> FarAnswer:
    where = f"the exchange of {peer[0]} port {peer[1]}"
    try:
        response = _exchanged(peer, question, local_address, deadline)
    except TimeoutError:
        raise _FailedError(f"{where} did not answer in time", is_final=False) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise _FailedError(f"{where} cannot be asked: {reason}", is_final=False) from None
    except HttpError as error:
        raise _FailedError(f"{where} makes no sense: {error}", is_final=True) from None
    return FarAnswer(seen=_seen(response, where))


def _exchanged(
    peer: tuple[str, int], question: Question, local_address: str | None, deadline: float
) -> Message:
    with socket.socket(address_family(peer[0]), socket.SOCK_STREAM) as line:
        if local_address is not None:
            line.bind((local_address, 0))
        line.settimeout(max(deadline - time.monotonic(), 0.001))
        line.connect(peer)
        send(line, REQUEST, question_text(question), host=peer[0], deadline=deadline)
        return receive(line, deadline, most_octets=MOST_ANSWER_OCTETS)


def _seen(response: Message, where: str) -> SeenCalls:
    status = _RESPONSE.match(response.start)
    if status is None:
        raise _FailedError(f"{where} does not speak HTTP", is_final=True)
    code = int(status[1])
    if code != 200:
        reason = f"{where} says {code}: {_reason(response.body)}"
        raise _FailedError(reason, is_final=code < 500)
    try:
        return answer_of(response.body)
    except DocumentError as error:
        raise _FailedError(f"{where} is of another version? {error}", is_final=True) from None


def _reason(body: bytes) -> str:
    try:
        reason = json.loads(body)["error"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return "without a reason"
    return "".join(one if one.isprintable() else " " for one in str(reason)[:_MOST_REASON])
