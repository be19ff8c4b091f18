"""The figures of a capture as a whole."""

from support.sip import FAR, NEAR, Wire

from voipprobe.capture.packet import Datagram, Near
from voipprobe.capture.sip.journal import SipJournal
from voipprobe.capture.sip.signalling import signalling
from voipprobe.model.signalling import Signalling


def of(wire: Wire, near: str = "") -> Signalling:
    near_end = Near(frozenset({near} if near else ()))
    return signalling(wire.journal().sightings, wire.calls(), near=near_end)


def test_messages_are_counted_by_method_and_status() -> None:
    """Every message counts, and the ratios are those of the calls."""
    wire = Wire()
    wire.answered_call(0, call_id="a")
    wire.request(0, "INVITE", call_id="b")
    wire.response(30, 503, call_id="b")
    result = of(wire)
    assert result.messages == 9
    assert result.requests == {"ACK": 1, "BYE": 1, "INVITE": 2}
    assert result.responses == {100: 1, 180: 1, 200: 2, 503: 1}
    assert (result.attempts, result.ser, result.isa, result.scr) == (2, 0.5, 0.5, 0.5)
    assert (result.srd_ms.n, result.srd_ms.mean, result.srd_failed_ms.mean) == (1, 20.0, 30.0)


def test_retransmissions_by_kind_method_and_direction() -> None:
    """Sent and received as seen from the near end; a response counts by what it answers."""
    wire = Wire()
    for at_ms in (0, 500, 1500):
        wire.request(at_ms, "INVITE")
    wire.response(1600, 200)
    wire.response(2100, 200)
    wire.request(2200, "BYE", 2, hop=(FAR, NEAR), from_tag="far", to_tag="near")
    wire.request(2700, "BYE", 2, hop=(FAR, NEAR), from_tag="far", to_tag="near")
    repeated = of(wire, near="10.0.0.1").retransmissions
    assert (repeated.requests, repeated.responses) == (3, 1)
    assert (repeated.sent, repeated.received) == (2, 2)
    assert repeated.by_method == {"BYE": 1, "INVITE": 3}
    assert of(wire).retransmission_ratio == 4 / 7


def test_no_near_end_no_direction() -> None:
    """A capture from elsewhere knows no sent and received."""
    wire = Wire()
    wire.answered_call()
    assert of(wire).retransmissions.sent is None
    assert of(wire).retransmissions.received is None


def test_nothing_is_undefined_not_zero() -> None:
    """Without messages there are no ratios."""
    result = signalling([], [])
    assert (result.messages, result.attempts) == (0, 0)
    assert (result.ser, result.retransmission_ratio, result.srd_ms.mean) == (None, None, None)


def test_undecoded_datagrams_are_counted_with_their_reason() -> None:
    """What looked like SIP and was not is never silently dropped; a keep-alive is no loss."""
    journal = SipJournal()
    payloads = (b"\r\n\r\n", b"INVITE sip:b@x SIP/2.0\r\nVia: x\r\n\r\n", b"\x80\x00abc")
    journal.read(Datagram(1, 0, NEAR, FAR, "udp", payload) for payload in payloads)
    assert journal.undecoded == 2
    assert len(journal.problems) == 2
    assert journal.sightings == []
