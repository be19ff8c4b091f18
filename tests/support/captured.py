"""A small analysis for tests that need a whole one: what stands in every corner of it."""

from dataclasses import replace
from typing import Any

from support import samples
from voipprobe.model.analysis import ANALYSIS_SCHEMA, Analysis
from voipprobe.model.finding import Finding
from voipprobe.model.signalling import Retransmissions
from voipprobe.model.stream import Stream
from voipprobe.model.summary import DelaySummary, JitterSummary

CUT_OFF = Finding(code="capture-damaged", text="a.pcap: cut off at byte 4,070,000")


def stream(**changes: Any) -> Stream:
    """A stream without direction: nobody knows which end is ours."""
    return samples.stream(**{"direction": None, "echoed": False, "round_trip_ms": None, **changes})


def analysis(**changes: Any) -> Analysis:
    """Three calls, one of them failed, and a stream that no SDP announced."""
    capture = samples.probe_result().capture
    assert capture is not None
    usual = Analysis(
        schema=ANALYSIS_SCHEMA,
        capture=replace(capture, files=("a.pcap",), truncated=True, dropped_packets=None),
        signalling=samples.signalling(
            retransmissions=Retransmissions(requests=6, by_method={"INVITE": 6})
        ),
        media=samples.media(
            streams=3,
            sent_streams=0,
            sent_packets=0,
            sent_loss_ratio=None,
            sent_jitter_ms=JitterSummary(),
            round_trip_ms=DelaySummary(n=0),
        ),
        calls=(
            samples.call(),
            samples.failed_call(),
            samples.call(call_id=f"3-4711@{samples.NEAR}", streams=(), findings=()),
        ),
        streams=(
            stream(mos=4.41, findings=(), loss_ratio=0.0, lost=0),
            stream(mos=3.12),
            stream(call_id=None, ssrc="0x00000001", source="[2001:db8::1]:6000", findings=()),
        ),
        findings=(CUT_OFF,),
    )
    return replace(usual, **changes)
