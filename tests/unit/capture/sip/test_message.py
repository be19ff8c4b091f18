"""SIP messages as real senders write them, and as nobody should."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.sip import message as build
from support.sip import recorded, sdp

from voipprobe.capture.sip.message import MAX_MESSAGES, NOT_SIP, Message, parse

OPTIONS = build("OPTIONS sip:bob@far.example SIP/2.0", cseq="7 OPTIONS")
RINGING = build("SIP/2.0 180 Ringing", cseq="1 INVITE", to_tag="far")


def only(payload: bytes) -> Message:
    parsed = parse(payload)
    assert parsed.problem is None
    (message,) = parsed.messages
    return message


def test_recorded_invite_of_sipp() -> None:
    """Every field of a real INVITE."""
    message = only(recorded("sipp-3.6.1-call-1-invite"))
    assert message.method == "INVITE"
    assert message.status is None
    assert message.uri == "sip:service@127.0.0.1:15060"
    assert message.call_id.startswith("1-")
    assert message.cseq == 1
    assert message.from_ == "sip:sipp@127.0.0.1:15061"
    assert message.from_tag is not None
    assert message.from_tag.endswith("SIPpTag001")
    assert (message.to, message.to_tag) == ("sip:service@127.0.0.1:15060", None)
    assert message.sent_by == "127.0.0.1:15061"
    assert message.branch is not None
    assert message.branch.startswith("z9hG4bK-")
    assert message.contact == "sip:sipp@127.0.0.1:15061"
    assert message.content_type == "application/sdp"
    assert message.body.startswith(b"v=0\r\n")


def test_recorded_response_names_the_method_it_answers() -> None:
    """A response carries status and phrase, and the method of its CSeq."""
    message = only(recorded("sipp-3.6.1-call-6-ok-bye"))
    assert (message.status, message.reason, message.method) == (200, "OK", "BYE")
    assert message.uri is None
    assert message.to_tag is not None


def test_compact_forms() -> None:
    """Compact names mean what the long ones mean, also for the body's length."""
    message = only(
        b"INVITE sip:b@x SIP/2.0\r\nv: SIP/2.0/UDP h:1;branch=z9hG4bKa\r\nf: <sip:a@x>;tag=1\r\n"
        b"t: <sip:b@x>\r\ni: cid\r\nCSeq: 3 INVITE\r\nm: <sip:a@h>\r\nc: application/sdp\r\n"
        b"l: 3\r\n\r\nabcXYZ"
    )
    assert (message.branch, message.from_tag, message.to) == ("z9hG4bKa", "1", "sip:b@x")
    assert (message.call_id, message.contact) == ("cid", "<sip:a@h>")
    assert message.content_type == "application/sdp"


def test_spellings_may_be_mixed() -> None:
    """A compact or lower-case name among long ones is read like them."""
    head, _, rest = OPTIONS.partition(b"Call-ID: ")
    mixed = head + b"m: <sip:first@h>\r\nCall-ID: " + rest
    assert only(mixed).contact == "<sip:first@h>"
    lower = only(
        mixed.replace(b"m: <sip:first", b"contact : <sip:second").replace(b"CSeq", b"cseq")
    )
    assert lower.contact == "<sip:second@h>"
    assert lower.cseq == only(OPTIONS).cseq


@pytest.mark.parametrize(
    "vias",
    [
        "Via: {top}\r\nVia: {below}",
        "Via: {top}, {below}",
        "v: {top}\r\nVia: {below}",
        "Via: {top}\r\nv: {below}",
        "Via: {top}\nVia: {below}",
        "VIA : SIP / 2.0 / UDP top ; received=1.2.3.4 ; branch = z9hG4bKtop\r\nVia: {below}",
    ],
)
def test_topmost_via_counts_in_any_spelling(vias: str) -> None:
    """The first Via names the hop, whether later ones are long, compact or on the same line."""
    top, below = (f"SIP/2.0/UDP {one};branch=z9hG4bK{one}" for one in ("top", "below"))
    head, _, rest = RINGING.partition(b"Via: ")
    lines = vias.format(top=top, below=below).encode()
    message = only(head + lines + rest[rest.index(b"\r\n") :])
    assert (message.sent_by, message.branch) == ("top", "z9hG4bKtop")
    assert message.from_tag == "near"


def test_folded_headers_are_one_line() -> None:
    """A header goes on where the next line begins with white space."""
    folded = OPTIONS.replace(b";branch=", b"\r\n ;rport\r\n\t;branch=").replace(
        b"Call-ID: call", b"Call-ID:\r\n  call"
    )
    assert only(folded) == only(OPTIONS)


def test_lower_case_and_bare_line_feeds_are_understood() -> None:
    """Header names have no case, and some senders forget the carriage return."""
    assert only(OPTIONS.replace(b"From:", b"from:").replace(b"CSeq:", b"CSEQ :")) == only(OPTIONS)
    assert only(OPTIONS.replace(b"\r\n", b"\n")) == only(OPTIONS)
    assert only(OPTIONS.replace(b"\r\nFrom", b"\nFrom")) == only(OPTIONS)
    assert only(OPTIONS.replace(b"call-1\r\n", b"call-1\nX-Note: 1\r\n")) == only(OPTIONS)


def test_display_names_cannot_pose_as_addresses() -> None:
    """A quoted display name may hold brackets, commas, tags and escaped quotes."""
    payload = OPTIONS.replace(b"From: <", rb'From: "Eve \" <sip:x@y>;tag=no, " <')
    assert only(payload).from_ == "sip:alice@near.example;transport=udp"
    assert only(payload).from_tag == "near"


def test_address_without_brackets_ends_at_its_parameters() -> None:
    """In the addr-spec form parameters belong to the header, the tag among them."""
    payload = OPTIONS.replace(b"To: <sip:bob@far.example>", b"To: sip:bob@far.example;x=1;TAG=t2")
    assert (only(payload).to, only(payload).to_tag) == ("sip:bob@far.example", "t2")


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_names_beyond_ascii(encoding: str) -> None:
    """UTF-8 is read as such, and Latin-1 where it is not UTF-8."""
    payload = OPTIONS.replace(b"alice", "zoë".encode(encoding))
    assert only(payload).from_ == "sip:zoë@near.example;transport=udp"


@pytest.mark.parametrize("junk", [b"\r\n\r\n", b"\0\0\0\0", b"jaK\r\n", b"\r\n", b"garbage: 1\r\n"])
def test_junk_before_a_request_is_skipped(junk: bytes) -> None:
    """Keep-alives and garbage in front of a start line do not hide it."""
    assert only(junk + OPTIONS) == only(OPTIONS)


@pytest.mark.parametrize("payload", [b"", b"\r\n\r\n", b"\0\0\0\0", b"jaK", b"\r\n"])
def test_keep_alives_are_no_problem(payload: bytes) -> None:
    """Nothing was said, and nothing was missed."""
    assert parse(payload) == ((), None)


def test_several_messages_in_one_datagram() -> None:
    """Each is found, its body is its own, and line ends between them do not matter."""
    invite = build("INVITE sip:b@x SIP/2.0", cseq="1 INVITE", body=sdp())
    parsed = parse(invite + b"\r\n\r\n" + RINGING + OPTIONS)
    assert [(one.method, one.status) for one in parsed.messages] == [
        ("INVITE", None),
        ("INVITE", 180),
        ("OPTIONS", None),
    ]
    assert parsed.messages[0].body == sdp()
    assert parsed.problem is None


@pytest.mark.parametrize("length", ["0", "5", "99999", "-1", "", "abc", "9" * 30])
def test_wrong_content_length_loses_no_body(length: str) -> None:
    """Too small, too large or nonsense: the body ends with the datagram."""
    body = sdp()
    right = build("INVITE sip:b@x SIP/2.0", cseq="1 INVITE", body=body)
    wrong = right.replace(b"Length: %d" % len(body), b"Length: " + length.encode())
    assert only(wrong).body.endswith(body[-20:])
    following = parse(wrong + OPTIONS)
    assert [one.method for one in following.messages] == ["INVITE", "OPTIONS"]


def test_missing_content_length_is_the_rest_of_the_datagram() -> None:
    """UDP needs no Content-Length (RFC 3261 18.3)."""
    payload = build("INVITE sip:b@x SIP/2.0", cseq="1 INVITE", body=sdp())
    without = payload.replace(b"Content-Length: %d\r\n" % len(sdp()), b"")
    assert only(without).body == sdp()


def test_head_that_is_cut_off_is_read_as_far_as_it_goes() -> None:
    """A snapped packet with all that is needed is still a message."""
    cut = RINGING[: RINGING.index(b"Content-Length")]
    assert only(cut).status == 180


@pytest.mark.parametrize("name", [b"Call-ID", b"CSeq", b"From", b"To"])
def test_message_without_a_needed_header_says_which(name: bytes) -> None:
    """What cannot be told apart from other messages is not decoded, with the reason."""
    parsed = parse(OPTIONS.replace(b"\r\n" + name + b":", b"\r\nX-Lost:"))
    assert parsed.messages == ()
    assert parsed.problem == f"SIP message without a valid {name.decode()}"


def test_other_protocols_are_not_sip() -> None:
    """STUN, RTP, DNS and HTTP are refused with a reason."""
    for payload in (
        b"\x80\x00" + bytes(170),
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x00\x01\x00\x00!\x12\xa4B",
    ):
        assert parse(payload) == ((), NOT_SIP)


def test_datagram_full_of_messages_is_bounded() -> None:
    """A hostile datagram yields so many messages and a problem."""
    tiny = b"A b SIP/2.0\r\nv: x\r\nf: x\r\nt: x\r\ni: x\r\nCSeq: 1 A\r\nl: 0\r\n\r\n"
    parsed = parse(tiny * 200)
    assert len(parsed.messages) == MAX_MESSAGES
    assert parsed.problem is not None


def test_hostile_head_stays_small() -> None:
    """Header values are bounded, whatever the datagram holds."""
    parsed = parse(OPTIONS.replace(b"Call-ID: ", b"Call-ID: " + b"x" * 60_000))
    assert sum(len(one.call_id) for one in parsed.messages) < 20_000


def test_hostile_datagrams_take_no_time() -> None:
    """No pattern is quadratic: 64 kB of what each of them repeats over are read at once."""
    blanks, head = b" " * 60_000, OPTIONS[: OPTIONS.index(b"\r\n\r\n")]
    started = time.process_time()
    for payload in (
        b"SIP/2.0 200" + blanks,
        b"SIP/2.0 200 " * 5_000,
        b"\r\n" * 30_000 + b"x",
        b"A " * 30_000,
        OPTIONS.replace(b"alice", blanks[:16_000]),
        OPTIONS.replace(b"<sip:alice", blanks[:16_000]),
        head + b"\r\n " + blanks,
        OPTIONS.replace(b";tag", b"; " * 8_000),
        OPTIONS.replace(b";branch", b"; " * 8_000),
        OPTIONS + b"SIP/2.0 200 x" * 4_000,
    ):
        parse(payload)
    assert time.process_time() - started < 2.0


@given(st.binary(max_size=300))
def test_any_bytes_never_raise(payload: bytes) -> None:
    """No bytes make the parser fail."""
    parse(payload)


@given(st.data())
def test_any_damage_to_a_message_never_raises(data: st.DataObject) -> None:
    """Nor does a message with some of its bytes replaced, cut or doubled."""
    payload = bytearray(build("INVITE sip:b@x SIP/2.0", cseq="1 INVITE", body=sdp()))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(payload) - 1))
        payload[at : at + data.draw(st.integers(0, 9))] = data.draw(
            st.sampled_from([b"", b"\r\n", b"\n\n", b"\xff", b"<", b'"', b";tag=", b"SIP/2.0 200 "])
        )
    parsed = parse(bytes(payload))
    assert parsed.messages or parsed.problem is not None
