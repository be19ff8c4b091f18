"""Findings on calls: said where it is so, silent where it is not."""

from support.sip import EPOCH_NS, Wire

from voipprobe.capture.findings.signalling import call_findings
from voipprobe.model.finding import Finding


def findings(
    wire: Wire, *, end_ms: float = 60_000, media_ms: float | None = None
) -> dict[str, Finding]:
    (trace,) = wire.traces(end_ms=end_ms)
    end_ns = EPOCH_NS + round(end_ms * 1e6)
    media_ns = None if media_ms is None else EPOCH_NS + round(media_ms * 1e6)
    found = call_findings(trace, end_ns=end_ns, last_media_ns=media_ns)
    return {finding.code: finding for finding in found}


def test_good_call_has_none() -> None:
    """Nothing odd, nothing said."""
    wire = Wire()
    wire.answered_call()
    assert findings(wire, media_ms=4990) == {}


def test_no_answer_names_every_invite() -> None:
    """How often, for how long, and whether anything came back."""
    wire = Wire()
    for at_ms in (0, 500, 1500, 3500):
        wire.request(at_ms, "INVITE")
    finding = findings(wire)["no-answer"]
    assert "sent 4 times" in finding.text
    assert "no response at all in 60.0 s" in finding.text
    assert finding.packets == (1, 2, 3, 4)


def test_retransmission_storm_starts_at_five() -> None:
    """One lost packet is no storm; five are, and the finding says of what."""
    wire = Wire()
    for at_ms in (0, 500, 1500, 3500, 7500):
        wire.request(at_ms, "INVITE")
    assert "retransmission-storm" not in findings(wire)
    wire.request(15_500, "INVITE")
    finding = findings(wire)["retransmission-storm"]
    assert "5 x INVITE" in finding.text
    assert finding.packets == (2, 3, 4, 5, 6)


def test_long_post_dial_delay_starts_above_three_seconds() -> None:
    """At the limit nothing is said."""
    for at_ms, said in ((3000, False), (3001, True)):
        wire = Wire()
        wire.request(0, "INVITE")
        wire.response(at_ms, 180)
        assert ("long-post-dial-delay" in findings(wire)) is said


def test_bye_without_answer_and_with_refusal() -> None:
    """No response, and a wrong one, are two findings."""
    wire = Wire()
    wire.answered_call()
    wire.datagrams.pop()
    assert findings(wire)["bye-unanswered"].packets == (6,)
    wire.response(5010, 404, "BYE", 2)
    finding = findings(wire)["bye-rejected"]
    assert "404" in finding.text
    assert finding.packets == (6, 7)


def test_missing_bye_needs_media_that_stopped() -> None:
    """A call that goes on, or whose media nobody saw, misses nothing."""
    wire = Wire()
    wire.answered_call()
    del wire.datagrams[5:]
    assert findings(wire, media_ms=59_000) == {}
    assert findings(wire) == {}
    assert "50.0 s" in findings(wire, media_ms=10_000)["missing-bye"].text
