"""Questions and answers as JSON: there and back, and what is refused."""

import base64
import json
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voipprobe.agent.far_end.document import (
    DocumentError,
    Question,
    answer_of,
    answer_text,
    question_of,
    question_text,
)
from voipprobe.capture.sequences.seen import SeenCall, SeenCalls
from voipprobe.quality.directions import NumberedStream
from voipprobe.quality.sequences import SequenceSet


def stream(numbers: SequenceSet, **changes: Any) -> NumberedStream:
    """A stream that arrived."""
    usual: dict[str, Any] = {
        "call_id": "1-2@10.0.0.1",
        "ssrc": "0xca110000",
        "source": "10.0.0.1:4000",
        "destination": "[2001:db8::9]:6000",
        "direction": "received",
        "packets": len(numbers),
    }
    return NumberedStream(**(usual | changes), numbers=numbers)


CALL = SeenCall(call_id="1-2@10.0.0.1", outcome="failed", final_status=503, completed=False)
SEEN = SeenCalls(
    calls=(CALL,),
    streams=(stream(SequenceSet.of([5, 6, 9]), call_id=None, is_whole=False),),
    received=1,
    sent=2,
    received_again=3,
    sent_again=4,
    left_out=5,
)


@given(st.sets(st.integers(-100, 70_000), max_size=300))
def test_an_answer_comes_back_as_it_was(numbers: set[int]) -> None:
    """Any set of numbers, wraps and negative first numbers included."""
    seen = SeenCalls(streams=(stream(SequenceSet.of(numbers)),))
    assert answer_of(answer_text(seen)) == seen


def test_every_field_of_an_answer_travels() -> None:
    """Nothing is lost on the way, nor mixed up."""
    assert answer_of(answer_text(SEEN)) == SEEN


def test_a_minute_of_media_is_small() -> None:
    """3,000 packets of which every tenth is lost take a line, not a page."""
    seen = SeenCalls(streams=(stream(SequenceSet.of(n for n in range(3000) if n % 10)),))
    assert len(answer_text(seen)) < 400


def test_a_question_comes_back_as_it_was() -> None:
    """Call-IDs in any order."""
    question = Question(frozenset({"b", "a"}), 12.5)
    assert question_of(question_text(question)) == question


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (b"\xff\xfe", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"[]", "no JSON object"),
        (b'{"age_s": 1}', "call_ids"),
        (b'{"call_ids": [1], "age_s": 1}', "call_ids"),
        (b'{"call_ids": ["%s"], "age_s": 1}' % (b"x" * 300), "call_ids"),
        (json.dumps({"call_ids": ["a"] * 5000, "age_s": 1}).encode(), "call_ids"),
        (b'{"call_ids": []}', "age_s"),
        (b'{"call_ids": [], "age_s": true}', "age_s"),
        (b'{"call_ids": [], "age_s": NaN}', "age_s"),
        (b'{"call_ids": [], "age_s": -1}', "age_s"),
        (b'{"call_ids": [], "age_s": "1"}', "age_s"),
    ],
)
def test_a_question_that_is_none_is_refused(text: bytes, complaint: str) -> None:
    """The peer is told which part of it."""
    with pytest.raises(DocumentError, match=complaint):
        question_of(text)


def bits(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


@pytest.mark.parametrize(
    "damage",
    [
        {"bits": "!"},
        {"bits": bits(b"no zlib")},
        {"bits": bits(zlib.compress(bytes(1 << 20)))},
        {"bits": bits(zlib.compress(b"\x01" * 999)[:-6])},
        {"bits": None},
        {"base": 1 << 60},
        {"base": "5"},
        {"direction": "up"},
        {"packets": -1},
        {"packets": 1.5},
        {"ssrc": 7},
        {"call_id": 7},
    ],
)
def test_a_stream_that_makes_no_sense_is_refused(damage: dict[str, Any]) -> None:
    """A set that would unpack to more than a stream can hold is not unpacked."""
    document = json.loads(answer_text(SEEN))
    document["streams"][0] |= damage
    with pytest.raises(DocumentError):
        answer_of(json.dumps(document).encode())


@pytest.mark.parametrize(
    "damage",
    [
        {"schema": "voipprobe.streams/2"},
        {"calls": None},
        {"calls": ["x"]},
        {"calls": [{"call_id": "x", "outcome": "answered", "final_status": "200"}]},
        {"streams": {}},
        {"streams": ["x"]},
        {"sent": None},
    ],
)
def test_an_answer_that_makes_no_sense_is_refused(damage: dict[str, Any]) -> None:
    """One of another version too."""
    document = json.loads(answer_text(SEEN)) | damage
    with pytest.raises(DocumentError):
        answer_of(json.dumps(document).encode())
