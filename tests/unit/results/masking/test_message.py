"""SIP messages without the people in them."""

import time

import pytest

from voipprobe.results.masking.message import masked_message, masked_start_line
from voipprobe.results.masking.pseudonyms import MASKED, Pseudonyms


def field(line: str) -> str:
    """One header line, masked."""
    text = masked_message(f"OPTIONS sip:h SIP/2.0\r\n{line}\r\n\r\n", Pseudonyms())
    return text.split("\r\n")[1]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("To: <sip:alice@h;transport=tcp>;tag=9", "To: <sip:user1@h;transport=tcp>;tag=9"),
        ("t: sip:alice:pass@h", "t: sip:user1@h"),
        ("From: Alice Jones <sips:al@h>", 'From: "name1" <sips:user1@h>'),
        ("From: alice jones", "From: user1"),
        ('m: "A" <sip:a@h>;q=1, B <sip:b@h>', '"name1" <sip:user1@h>;q=1, "name2" <sip:user2@h>'),
        ("Contact: *", "Contact: *"),
        ("Route: <sip:h;lr>, <sip:10.0.0.1;lr>", "Route: <sip:h;lr>, <sip:10.0.0.1;lr>"),
        ("To: <tel:+1-555-0100;phone-context=+44>", "To: <tel:+number1;phone-context=masked>"),
        ("Refer-To: <sip:bo@h?Replaces=x%40y&From=sip%3Aal%40h>", "<sip:user1@h?masked>"),
        ("P-Asserted-Identity: <sip:anonymous@h>", "<sip:anonymous@h>"),
        ("Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK-1", "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK-1"),
        ("To: <sip:alice@h;user=phone>", "To: <sip:user1@h;user=phone>"),
        ("To: <sip:h;user=alice>", "To: <sip:h;user=masked>"),
        ("Contact: <sip:h;ob;x-owner=alice;lr>", "<sip:h;ob;x-owner=masked;lr>"),
        ("To: <tel:1234;rn=15550100;npdi>", "<tel:number1;rn=masked;npdi>"),
        ("Diversion: <tel:+1555>;reason=busy", "Diversion: <tel:+number1>;reason=busy"),
        ("X-Account: al", f"X-Account: {MASKED}"),
        ("alice was here", MASKED),
        ("Subject: call\r\n Alice", f"Subject: {MASKED}"),
    ],
)
def test_one_field(line: str, expected: str) -> None:
    """The host and what steers the call stay; people go, and so does what nobody knows."""
    masked = field(line)
    assert masked.endswith(expected)
    assert "alice" not in masked.lower()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('Reason: Q.850;cause=16;text="alice hung up"', 'Q.850;cause=16;text="name1 hung up"'),
        ('Warning: 399 pbx "Jones, 5550100, is away"', '399 pbx "name1, number1, is away"'),
        ("User-Agent: Phone of Alice", "Phone of name1"),
        ("In-Reply-To: 5550100-jones@pbx", "number1-name1@pbx"),
        ("Server: Normal 9999999 clearing", "Normal 9999999 clearing"),
    ],
)
def test_who_was_met_is_not_named_in_what_is_written_freely(line: str, expected: str) -> None:
    """By a word of a name, or a number in it; strangers' words and numbers stay."""
    names = Pseudonyms()
    masked_message('OPTIONS sip:h SIP/2.0\r\nFrom: "Alice Jones 5550100" <sip:h>\r\n\r\n', names)
    text = masked_message(f"OPTIONS sip:h SIP/2.0\r\n{line}\r\n\r\n", names)
    assert text.split("\r\n")[1].endswith(expected)


def test_a_phrase_does_not_name_the_caller() -> None:
    """Some far ends greet: the start line is masked as what they write elsewhere."""
    names = Pseudonyms()
    names.user("alice")
    assert masked_start_line("486 Alice is busy", names) == "486 user1 is busy"


@pytest.mark.parametrize(
    "name", ['"Al \\" Jones"', '"Al Jones', 'Al "x" Jones', '"<a> Al" Jones', "Al, Jones; Al"]
)
def test_a_badly_quoted_name_does_not_leak(name: str) -> None:
    """Neither what follows an escaped quote nor what no rule of the grammar fits."""
    masked = field(f"From: {name} <sip:h>;tag=1")
    assert "Al" not in masked
    assert "Jones" not in masked


def test_digest_keeps_what_explains_a_failure() -> None:
    """Realm, algorithm and qop stay; what helps to try passwords goes."""
    masked = field(
        'Authorization: Digest username="alice", realm="pbx", nonce="n0", uri="sip:alice@h",'
        ' response="beef", algorithm=MD5, cnonce="c0", qop=auth, nc=00000001, opaque="o0"'
    )
    assert masked == (
        'Authorization: Digest username="user1", realm="pbx", nonce="nonce1", uri="sip:user1@h", '
        'response="response1", algorithm=MD5, cnonce="nonce2", qop=auth, nc=00000001, '
        'opaque="opaque1"'
    )


def test_other_credentials_are_hidden_whole() -> None:
    """A Basic password or a token has no harmless part."""
    assert field("Authorization: Basic YWxpY2U6cHc=") == f"Authorization: Basic {MASKED}"


def test_start_lines() -> None:
    """The user of the request URI goes, whatever the line looks like."""
    names = Pseudonyms()
    assert masked_start_line("INVITE sip:al@h SIP/2.0", names) == "INVITE sip:user1@h SIP/2.0"
    assert masked_start_line("SIP/2.0 404 Not Found", names) == "SIP/2.0 404 Not Found"
    assert masked_start_line("INVITE sip:al@h", names) == "INVITE sip:user1@h"
    assert masked_start_line("486 Busy Here", names) == "486 Busy Here"
    assert masked_start_line("INVITE al@h now SIP/2.0", names) == "INVITE user2 SIP/2.0"
    assert masked_start_line("", names) == ""


def test_a_session_description_keeps_media_and_loses_keys() -> None:
    """A capture with the SRTP keys in it is the call itself."""
    body = (
        "v=0\r\no=alice 1 1 IN IP4 10.0.0.1\r\ns=Alice\r\ni=x\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\n"
        "m=audio 6000 RTP/SAVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:c2VjcmV0\r\na=ice-pwd:hush\r\nk=clear:key\r\n"
        "a=ssrc:7 cname:alice@h\r\na=sendrecv\r\n"
    )
    text = masked_message(f"INVITE sip:h SIP/2.0\r\nl: {len(body)}\r\n\r\n{body}", Pseudonyms())
    assert [word for word in ("lice", "c2VjcmV0", "hush", "clear") if word in text] == []
    for kept in ("o=user1 1 1", "m=audio 6000 RTP/SAVP 0", "a=rtpmap:0 PCMU/8000", "a=sendrecv"):
        assert kept in text


def test_other_bodies_are_hidden() -> None:
    """DTMF digits may be a PIN, a MESSAGE is a letter."""
    text = masked_message("INFO sip:h SIP/2.0\r\nl: 8\r\n\r\nSignal=5", Pseudonyms())
    assert text.endswith("\r\n\r\n(8 characters masked)\r\n")


@pytest.mark.parametrize(
    "attack",
    [
        "From: " + "sip:" * 16_000,
        "From: " + '"\\' * 30_000,
        "From: " + "<" * 60_000,
        "Authorization: Digest " + "a" * 60_000,
        "Authorization: Digest " + 'a="' * 20_000,
        "Via: " + "+1" * 30_000,
        "\r\n" + "\r" * 60_000,
    ],
)
def test_a_hostile_message_takes_no_time(attack: str) -> None:
    """A datagram of 60 KB may not take a second, however it is made."""
    started = time.perf_counter()
    masked_message(f"OPTIONS sip:h SIP/2.0\r\n{attack}\r\n\r\n", Pseudonyms())
    assert time.perf_counter() - started < 1.0
