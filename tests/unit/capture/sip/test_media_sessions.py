"""Where media should go, and when."""

from support.sip import EPOCH_NS, FAR, NEAR, PROXY, Wire, sdp

from voipprobe.capture.packet import Endpoint
from voipprobe.capture.sip.journal import SipJournal
from voipprobe.capture.sip.media_sessions import MediaSession, Party, media_sessions
from voipprobe.capture.sip.sdp import PayloadFormat


def sessions(wire: Wire) -> list[MediaSession]:
    return media_sessions(wire.traces())


def ms(time_ns: int | None) -> float | None:
    return None if time_ns is None else (time_ns - EPOCH_NS) / 1e6


def spans(wire: Wire) -> list[tuple[str, int, float | None, float | None]]:
    return [
        (one.party, one.media.port, ms(one.from_ns), ms(one.until_ns)) for one in sessions(wire)
    ]


def test_offer_and_answer_hold_until_the_bye() -> None:
    """Each side from the message that said so, until the call ends."""
    wire = Wire()
    wire.answered_call()
    assert spans(wire) == [("caller", 4000, 0.0, 5000.0), ("callee", 6000, 100.0, 5000.0)]
    offer = sessions(wire)[0]
    assert (offer.endpoint, offer.packet) == (Endpoint("10.0.0.1", 4000), 1)
    assert offer.call_id == "call-1"


def test_early_media_starts_at_the_183() -> None:
    """The same SDP in the 200 changes nothing; another one takes over."""
    wire = Wire()
    wire.request(0, "INVITE", body=sdp(4000))
    wire.response(50, 183, body=sdp(6000, address="10.0.0.9"))
    wire.response(200, 200, body=sdp(6000, address="10.0.0.9"))
    assert spans(wire)[1] == ("callee", 6000, 50.0, None)
    wire.response(300, 200, to_tag="far", body=sdp(6002, address="10.0.0.9"))
    assert spans(wire)[:2] == [("callee", 6000, 50.0, 300.0), ("caller", 4000, 0.0, None)]


def test_hold_and_resume() -> None:
    """A re-INVITE ends the session before it; on hold its sender receives nothing."""
    wire = Wire()
    wire.answered_call()
    wire.datagrams = wire.datagrams[:5]
    wire.request(1000, "INVITE", 2, to_tag="far", body=sdp(4000, attributes=["sendonly"]))
    wire.request(2000, "INVITE", 3, to_tag="far", body=sdp(4000))
    caller = [one for one in sessions(wire) if one.party is Party.CALLER]
    assert [(ms(one.from_ns), ms(one.until_ns), one.media.receives) for one in caller] == [
        (0.0, 1000.0, True),
        (1000.0, 2000.0, False),
        (2000.0, None, True),
    ]


def test_refused_change_changes_nothing() -> None:
    """The SDP of a 488 is a hint, not an answer."""
    wire = Wire()
    wire.answered_call()
    wire.datagrams = wire.datagrams[:5]
    wire.response(1010, 488, cseq=2, body=sdp(9998, address="10.0.0.9"))
    assert 9998 not in [one.media.port for one in sessions(wire)]


def test_failed_call_ends_with_its_last_message() -> None:
    """A busy line leaves no endpoint open for the calls after it."""
    wire = Wire()
    wire.request(0, "INVITE", body=sdp(4000))
    wire.response(30, 486)
    assert spans(wire) == [("caller", 4000, 0.0, 30.0)]


def test_relaying_proxy_has_endpoints_on_each_hop() -> None:
    """Rewritten SDP does not replace the original: both are the call's."""
    wire = Wire()
    wire.request(0, "INVITE", hop=(NEAR, PROXY), branch="z9hG4bK-a", body=sdp(4000))
    forwarded = sdp(30000, address="10.0.0.5")
    wire.request(1, "INVITE", hop=(PROXY, FAR), branch="z9hG4bK-b", body=forwarded)
    assert spans(wire) == [("caller", 4000, 0.0, None), ("caller", 30000, 1.0, None)]


def test_sdp_of_options_is_no_medium() -> None:
    """An OPTIONS answer lists what could be."""
    wire = Wire()
    wire.request(0, "OPTIONS")
    wire.response(1, 200, "OPTIONS", body=sdp(4000))
    assert sessions(wire) == []


def test_payload_formats_are_known_while_reading() -> None:
    """What datagrams announce comes back at once; what comes last counts, a refusal does not."""
    wire = Wire()
    wire.request(0, "INVITE", body=sdp(4000, formats="96", attributes=["rtpmap:96 opus/48000/2"]))
    wire.request(9, "INVITE", 2, body=sdp(4000, formats="96", attributes=["rtpmap:96 AMR/8000"]))
    wire.request(10, "INVITE", 3, body=sdp(0))
    journal = SipJournal()
    first, *others = wire.datagrams
    assert journal.read([first]) == {("10.0.0.1", 4000, 96): PayloadFormat("opus", 48000)}
    assert journal.read(others) == {("10.0.0.1", 4000, 96): PayloadFormat("AMR", 8000)}
