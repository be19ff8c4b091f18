"""An analysis with nobody in it."""

from dataclasses import replace

import pytest
from support import analyses, samples

from voipprobe.model.analysis import Analysis, AnalysisDetail
from voipprobe.model.finding import Finding
from voipprobe.results.document import document_text
from voipprobe.results.redact import redacted

CALLER, CALLEE = "sip:+15550100123@pbx.example", "sip:alice.jones@10.77.0.2"
INVITE = (
    "INVITE sip:alice.jones@10.77.0.2 SIP/2.0\r\n"
    'From: "Bob Brown" <sip:+15550100123@pbx.example>;tag=77\r\n'
    "To: <sip:alice.jones@10.77.0.2>\r\nCall-ID: 15550100123-9@pbx\r\n"
    'Proxy-Authorization: Digest username="bob", realm="pbx", response="0badc0de"\r\n'
    "X-Customer: 4711 Bob Brown\r\nContent-Length: 0\r\n\r\n"
)
SECRETS = ("5550100123", "alice", "jones", "Bob", "Brown", "bob", "0badc0de", "4711 ")


def analysed() -> tuple[Analysis, AnalysisDetail]:
    """Two calls of one caller; the first has a ladder, findings name the people."""
    told = Finding(code="no-answer", text=f"INVITE to {CALLEE} by 15550100123 got no response")
    calls = (
        samples.call(call_id="15550100123-9@pbx", from_=CALLER, to=CALLEE, findings=(told,)),
        samples.call(call_id="b2", from_=CALLER.replace("+1", "+1-"), to="sip:x@h", streams=()),
    )
    streams = [samples.stream(call_id="15550100123-9@pbx", findings=(told,)) for _ in range(2)]
    message = analyses.message(1, 1.0, "INVITE sip:alice.jones@10.77.0.2", text=INVITE)
    detail = AnalysisDetail(ladders={"15550100123-9@pbx": (message,)}, series=())
    return analyses.analysis(calls, streams, told), detail


def test_nobody_is_left_anywhere() -> None:
    """Not in calls, streams, findings, Call-IDs, start lines nor in whole messages."""
    text = "".join(document_text(part) for part in redacted(*analysed()))
    assert [secret for secret in SECRETS if secret in text] == []


def test_calls_of_one_caller_can_still_be_told() -> None:
    """However the number was written; and the ladder still belongs to its call."""
    analysis, detail = redacted(*analysed())
    first, second = analysis.calls
    assert first.from_ == second.from_ == "sip:+number1@pbx.example"
    assert (first.to, second.to) == ("sip:user1@10.77.0.2", "sip:user2@h")
    assert list(detail.ladders) == [first.call_id] == ["number1-9@pbx"]
    assert analysis.streams[0].call_id == first.call_id
    assert first.findings[0].text == "INVITE to sip:user1@10.77.0.2 by number1 got no response"


def test_what_was_measured_stays() -> None:
    """Only words change."""
    analysis, _ = analysed()
    masked, _ = redacted(*analysed())
    same = replace(masked, capture=analysis.capture, calls=analysis.calls, streams=analysis.streams)
    assert replace(same, findings=analysis.findings) == analysis
    assert masked.calls[0].srd_ms == analysis.calls[0].srd_ms


def test_two_call_ids_never_become_one() -> None:
    """A hostile Call-ID may look like a stand-in."""
    calls = [
        samples.call(call_id=call_id, from_=CALLER, streams=())
        for call_id in ("15550100123", "number1")
    ]
    masked, _ = redacted(analyses.analysis(calls, ()), AnalysisDetail(ladders={}, series=()))
    assert len({call.call_id for call in masked.calls}) == 2


@pytest.mark.parametrize("call_id", [None, "of-no-call"])
def test_a_stream_without_its_call(call_id: str | None) -> None:
    """Its Call-ID may be none, or that of a call which was not listed."""
    stream = samples.stream(call_id=call_id, findings=())
    masked, _ = redacted(analyses.analysis((), (stream,)), AnalysisDetail(ladders={}, series=()))
    assert masked.streams[0].call_id == call_id


def test_the_name_of_a_capture_tells_nothing() -> None:
    """Who names it after a customer, or keeps it at home; a finding names it by its stand-in."""
    files = ("/home/alice/a", "/home/alice/a.pcap")
    damage = Finding(code="capture-damaged", text=f"{files[1]} ends at byte 70: half a record")
    analysis = analyses.analysis((), (), damage)
    analysis = replace(analysis, capture=replace(analysis.capture, files=files))
    masked, _ = redacted(analysis, AnalysisDetail(ladders={}, series=()))
    assert masked.capture.files == ("capture1", "capture2")
    assert masked.findings[0].text == "capture2 ends at byte 70: half a record"


def test_a_call_id_does_not_name_whom_its_messages_name() -> None:
    """Some phones build it from user or display name; a word within a random one stays."""
    call = samples.call(call_id="alice.77-xbrown3@pbx", from_=CALLER, to=CALLEE, streams=())
    message = analyses.message(1, 1.0, "INVITE sip:alice.jones@10.77.0.2", text=INVITE)
    detail = AnalysisDetail(ladders={call.call_id: (message,)}, series=())
    masked, _ = redacted(analyses.analysis((call,), ()), detail)
    assert masked.calls[0].call_id == "user1.77-xbrown3@pbx"
