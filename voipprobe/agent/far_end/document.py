"""Questions and answers of the exchange as JSON: what may stand in them, and how much of it.

Both come from another machine: everything is checked, and a set of numbers is no larger than
its stream can be. Knows the form of both; must not know how they travel.
"""

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final, NamedTuple

from voipprobe.capture.sequences.numbering import MAX_SPAN
from voipprobe.capture.sequences.seen import SeenCall, SeenCalls
from voipprobe.quality.directions import NumberedStream
from voipprobe.quality.sequences import SequenceSet

SCHEMA: Final = "voipprobe.streams/1"
MOST_CALLS: Final = 4096
MOST_CALL_ID_OCTETS: Final = 256
LONGEST_AGE_S: Final = 86_400.0
MOST_STREAMS: Final = 1 << 15
_MOST_SET_OCTETS: Final = MAX_SPAN // 8


class DocumentError(ValueError):
    """It is not what it should be; the text says where."""


class Question(NamedTuple):
    """Which calls are asked about, and how long ago the first one began at most."""

    call_ids: frozenset[str]
    age_s: float


def question_text(question: Question) -> bytes:
    """A question as JSON."""
    return json.dumps({"call_ids": sorted(question.call_ids), "age_s": question.age_s}).encode()


def question_of(text: bytes) -> Question:
    """A question out of JSON.

    Raises:
        DocumentError: it is none.
    """
    document = _object(text)
    call_ids = _list(document, "call_ids", MOST_CALLS)
    if not all(isinstance(one, str) and len(one) <= MOST_CALL_ID_OCTETS for one in call_ids):
        raise DocumentError(f"call_ids: texts of at most {MOST_CALL_ID_OCTETS} characters")
    age_s = document.get("age_s")
    is_number = isinstance(age_s, (int, float)) and not isinstance(age_s, bool)
    if age_s is None or not (is_number and 0 <= age_s <= LONGEST_AGE_S):
        raise DocumentError(f"age_s: a number from 0 to {LONGEST_AGE_S:g}")
    return Question(frozenset(call_ids), float(age_s))


def answer_text(seen: SeenCalls) -> bytes:
    """An answer as JSON."""
    document = {
        "schema": SCHEMA,
        "calls": [asdict(call) for call in seen.calls],
        "streams": [_stream_document(stream) for stream in seen.streams],
        **{name: getattr(seen, name) for name in _COUNTS},
    }
    return json.dumps(document, separators=(",", ":")).encode()


def answer_of(text: bytes) -> SeenCalls:
    """An answer out of JSON.

    Raises:
        DocumentError: it is none, or one of another version.
    """
    document = _object(text)
    if document.get("schema") != SCHEMA:
        raise DocumentError(f"it speaks {document.get('schema')!r}, not {SCHEMA!r}")
    return SeenCalls(
        calls=tuple(_call_of(one) for one in _list(document, "calls", MOST_CALLS)),
        streams=tuple(_stream_of(one) for one in _list(document, "streams", MOST_STREAMS)),
        **{name: _count(document, name) for name in _COUNTS},
    )


_COUNTS: Final = ("received", "sent", "received_again", "sent_again", "left_out")


def _stream_document(stream: NumberedStream) -> dict[str, Any]:
    numbers = stream.numbers
    octets = numbers.bits.to_bytes((numbers.span + 7) // 8, "little")
    return {
        "call_id": stream.call_id,
        "ssrc": stream.ssrc,
        "source": stream.source,
        "destination": stream.destination,
        "direction": stream.direction,
        "packets": stream.packets,
        "is_whole": stream.is_whole,
        "base": numbers.base,
        "bits": base64.b64encode(zlib.compress(octets)).decode(),
    }


def _stream_of(document: Any) -> NumberedStream:
    direction = _text(document, "direction")
    if direction not in ("sent", "received"):
        raise DocumentError(f"direction: sent or received, not {direction!r}")
    return NumberedStream(
        call_id=None if document.get("call_id") is None else _text(document, "call_id"),
        ssrc=_text(document, "ssrc"),
        source=_text(document, "source"),
        destination=_text(document, "destination"),
        direction=direction,
        packets=_count(document, "packets"),
        numbers=_numbers_of(document),
        is_whole=document.get("is_whole") is True,
    )


def _numbers_of(document: Mapping[str, Any]) -> SequenceSet:
    base = document.get("base")
    if not isinstance(base, int) or abs(base) > 2 * MAX_SPAN:
        raise DocumentError("base: no sequence number")
    try:
        packed = base64.b64decode(_text(document, "bits", MAX_SPAN), validate=True)
        machine = zlib.decompressobj()
        octets = machine.decompress(packed, _MOST_SET_OCTETS)
    except (binascii.Error, zlib.error) as error:
        raise DocumentError(f"bits: {error}") from None
    if not machine.eof:
        raise DocumentError(f"bits: cut off, or more than {_MOST_SET_OCTETS} octets")
    return SequenceSet.from_bits(base, int.from_bytes(octets, "little"))


def _call_of(document: Any) -> SeenCall:
    outcome, status = _text(document, "outcome"), document.get("final_status")
    if not (status is None or isinstance(status, int)):
        raise DocumentError("final_status: a number or null")
    return SeenCall(
        call_id=_text(document, "call_id"),
        outcome=outcome,
        final_status=status,
        completed=document.get("completed") is True,
    )


def _object(text: bytes) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise DocumentError("it is no JSON") from None
    if not isinstance(document, dict):
        raise DocumentError("it is no JSON object")
    return document


def _list(document: Mapping[str, Any], name: str, most: int) -> list[Any]:
    value = document.get(name)
    if not isinstance(value, list) or len(value) > most:
        raise DocumentError(f"{name}: a list of at most {most}")
    return value


def _text(document: Any, name: str, most: int = MOST_CALL_ID_OCTETS) -> str:
    value = document.get(name) if isinstance(document, dict) else None
    if not isinstance(value, str) or len(value) > most:
        raise DocumentError(f"{name}: a text of at most {most} characters")
    return value


def _count(document: Mapping[str, Any], name: str) -> int:
    value = document.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise DocumentError(f"{name}: a count")
    return value
