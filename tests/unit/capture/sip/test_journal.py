"""What is kept of SIP has an end, and what is left out is counted."""

import pytest
from support.sip import Wire, message, sdp

from voipprobe.capture.packet import Datagram
from voipprobe.capture.sip import journal as journal_module
from voipprobe.capture.sip.journal import SipJournal

INVITE = "INVITE sip:bob@far.example SIP/2.0"
CANDIDATES = [f"candidate:1 1 udp 1 10.1.0.{i} 4000 typ host" for i in range(60)]


def _calls(count: int) -> list[Datagram]:
    wire = Wire()
    for index in range(count):
        wire.answered_call(index * 10_000, call_id=f"call-{index}", port=4000 + index)
    return wire.datagrams


def _kept_of(payload: bytes) -> int:
    """How many of 10,000 such datagrams are kept."""
    journal = SipJournal()
    journal.read([_calls(1)[0]._replace(payload=payload)] * 10_000)
    assert len(journal.sightings) + journal.left_out == 10_000
    return len(journal.sightings)


def test_ordinary_calls_stay_far_below_the_bound() -> None:
    """A million messages of them have room."""
    journal = SipJournal()
    datagrams = _calls(100)
    journal.read(datagrams)
    used = journal_module.MAX_OCTETS - journal._room
    assert used / len(datagrams) * 1_000_000 < journal_module.MAX_OCTETS


def test_beyond_the_bound_messages_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their calls are missing, and nothing that they announce is learnt."""
    monkeypatch.setattr(journal_module, "MAX_OCTETS", 40_000)
    journal = SipJournal()
    calls = _calls(20)
    announced = journal.read(calls)
    assert 20 < len(journal.sightings) < 70
    assert journal.is_full
    assert journal.left_out == journal.undecoded == len(calls) - len(journal.sightings)
    assert ("10.0.0.1", 4019, 0) not in announced
    assert journal.read(calls[-7:]) == {}


def test_what_takes_more_memory_takes_more_of_the_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Long headers, headers of wide characters, SDP that announces thousands of places."""
    monkeypatch.setattr(journal_module, "MAX_OCTETS", 2_000_000)
    ordinary = _kept_of(message(INVITE, cseq="1 INVITE"))
    long = message(INVITE, cseq="1 INVITE", call_id="x" * 10_000)
    wide = message(INVITE, cseq="1 INVITE", call_id="x" * 10_000 + "\U0001f600")
    many = message(INVITE, cseq="1 INVITE", body=sdp(attributes=CANDIDATES))
    assert ordinary > 1000
    assert _kept_of(long) < ordinary / 8
    assert _kept_of(wide) < ordinary / 32
    assert _kept_of(many) < ordinary / 8


def test_a_call_takes_more_of_the_room_than_a_message() -> None:
    """Once for each INVITE that begins one, and not for its retransmissions."""
    took = []
    journal = SipJournal()
    ends = _calls(1)[0]
    for method in ("OPTIONS", "INVITE", "INVITE"):
        before = journal._room
        payload = message(f"{method} sip:bob@far.example SIP/2.0", cseq=f"1 {method}")
        journal.read([ends._replace(payload=payload)])
        took.append(before - journal._room)
    options, invite, again = took
    assert invite > options + 2000
    assert again < options
