"""Datagrams of the largest size made to take long: whatever is repeated, time stays linear."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.sip import message as build
from support.sip import sdp

from voipprobe.capture.sip import message
from voipprobe.capture.sip import sdp as sdp_module
from voipprobe.results.masking.message import masked_message
from voipprobe.results.masking.pseudonyms import Pseudonyms

LARGEST = 65_536
LONGEST_S = 0.5
SECRET = b'\r\nProxy-Authorization: Digest username="eve", realm="x", response="0b"\r\nContent-'
INVITE = build("INVITE sip:bob@far.example SIP/2.0", cseq="1 INVITE", body=sdp())
INVITE = INVITE.replace(b"\r\nContent-", SECRET, 1)
FROM = b"From: <sip:alice@near.example;transport=udp>;tag=near\r\n"
FROM_LAST = INVITE.replace(FROM, b"").replace(b"\r\n\r\n", b"\r\n" + FROM + b"\r\n")
"""Only what stands within 16 KiB is read: a long From must not hide all that follows it."""
PIECES = (
    b" ", b"\t", b"\r\n", b"\n", b"\r\n ", b";", b"; ", b",", b":", b"<", b">", b'"', b'\\"', b"\\",
    b"@", b"=", b"%41", b"-", b"a", b"1", b"\0", b"\xff", b"\xc3\xa9", b"SIP/2.0 ", b"SIP/2.0 200",
    b"INVITE sip:a SIP/2.0\r\n", b"Via:", b"v: SIP/2.0/UDP ", b";tag=", b"; tag = ", b";branch=",
    b"tel:+1", b"sip:a", b"CSeq: 1 A", b"Content-Length: 1\r\n", b"\r\n\r\n", b"v=0\r\n",
    b"m=audio 1 RTP/AVP 0 ", b"a=rtpmap:0 ", b"c=IN IP4 ", b"Digest a=", b'b="c"',
)  # fmt: skip
PLACES = (
    *((INVITE, place) for place in (
        b"INVITE ", b"bob", b"UDP ", b";branch", b"call-1", b" INVITE\r\n", b"Content-", b"Digest",
        b"username", b"eve", b" realm", b"\r\n\r\n", b"v=0", b"m=audio", b"IN IP4",
    )),
    *((FROM_LAST, place) for place in (b"<sip:alice", b"alice", b";transport", b";tag", b"near\r")),
)  # fmt: skip


def _full(place: tuple[bytes, bytes], repeated: bytes) -> bytes:
    """A message with something repeated in front of a place until the datagram is full."""
    before, found, after = place[0].partition(place[1])
    assert found
    return before + repeated * ((LARGEST - len(INVITE)) // len(repeated)) + found + after


@pytest.mark.parametrize("piece", PIECES)
def test_one_piece_in_every_place(piece: bytes) -> None:
    """Parsed with its SDP and masked: each of them in well under a second."""
    for place in PLACES:
        payload = _full(place, piece)
        started = time.process_time()
        for one in message.parse(payload).messages:
            sdp_module.parse(one.body)
        masked_message(payload.decode("utf-8", "replace"), Pseudonyms())
        assert time.process_time() - started < LONGEST_S, place


@st.composite
def hostile(draw: st.DrawFn) -> bytes:
    """A few pieces together, and perhaps nothing in front of them."""
    repeated = b"".join(draw(st.lists(st.sampled_from(PIECES), min_size=2, max_size=4)))
    payload = _full(draw(st.sampled_from(PLACES)), repeated)
    return payload[payload.index(repeated) :] if draw(st.booleans()) else payload


@settings(max_examples=100)
@given(hostile())
def test_a_full_datagram_is_read_at_once(payload: bytes) -> None:
    """Parsed with its SDP in well under a second, and bounded in what it gives."""
    started = time.process_time()
    messages, problem = message.parse(payload)
    for one in messages:
        sdp_module.parse(one.body)
    assert time.process_time() - started < LONGEST_S
    assert messages or problem is not None
    assert len(messages) <= message.MAX_MESSAGES


@settings(max_examples=100)
@given(hostile())
def test_a_full_datagram_is_masked_at_once(payload: bytes) -> None:
    """So is masking, which sees more of a message than the parser does."""
    started = time.process_time()
    masked_message(payload.decode("utf-8", "replace"), Pseudonyms())
    assert time.process_time() - started < LONGEST_S


@pytest.mark.parametrize("piece", PIECES)
def test_nothing_but_one_piece(piece: bytes) -> None:
    """Each of them alone, from the first octet to the last."""
    payload = piece * (LARGEST // len(piece))
    started = time.process_time()
    for one in message.parse(payload).messages:
        sdp_module.parse(one.body)
    sdp_module.parse(payload)
    sdp_module.parse(b"v=0\r\nm=audio 1 RTP/AVP 0\r\n" + payload)
    assert time.process_time() - started < LONGEST_S
