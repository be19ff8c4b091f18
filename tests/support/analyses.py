"""Analyses as a capture would give them: calls with ladders, streams with series."""

import math
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from support import samples
from support.samples import FAR, NEAR, STARTED_AT
from voipprobe.model.analysis import (
    ANALYSIS_SCHEMA,
    Analysis,
    AnalysisDetail,
    LadderMessage,
    StreamSeries,
)
from voipprobe.model.call import Call, Outcome
from voipprobe.model.capture import CaptureInfo
from voipprobe.model.finding import Finding
from voipprobe.model.stream import Stream
from voipprobe.model.summary import JitterSummary

A, B = f"{NEAR}:5060", f"{FAR}:5060"
ENDINGS = (
    (Outcome.ANSWERED, 200, "200 OK"),
    (Outcome.BUSY, 486, "486 Busy Here"),
    (Outcome.FAILED, 503, "503 Service Unavailable"),
    (Outcome.TIMEOUT, None, ""),
    (Outcome.CANCELLED, 487, "487 Request Terminated"),
)
SDP = "v=0\r\no=caller 1 1 IN IP4 10.77.0.1\r\ns=-\r\nc=IN IP4 10.77.0.1\r\nt=0 0\r\n"


def message(number: int, at_s: float, summary: str, **changes: Any) -> LadderMessage:
    """A message from near to far, or back where it is a response, with a text of its own."""
    response = summary[:3].isdigit()
    start = f"SIP/2.0 {summary}" if response else f"{summary} SIP/2.0"
    text = (
        f"{start}\r\nVia: SIP/2.0/UDP {A};branch=z9hG4bK-{number}\r\n"
        f"From: <sip:probe@{NEAR}>;tag=1\r\nTo: <sip:echo@{FAR}>\r\nCall-ID: 1@{NEAR}\r\n"
        f"CSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n"
    )
    usual = LadderMessage(
        packet=number,
        at_s=at_s,
        source=B if response else A,
        destination=A if response else B,
        transport="udp",
        summary=summary,
        retransmission=False,
        text=text,
    )
    return replace(usual, **changes)


def ladder(call: Call, first_packet: int) -> tuple[LadderMessage, ...]:
    """The messages that such a call exchanges; INVITE again where it was retransmitted."""
    invite = f"INVITE {call.to}"
    steps: list[tuple[float, str, bool]] = [(0.0, invite, False)]
    wait_s = 0.0
    for turn in range(call.retransmissions):
        wait_s += min(0.5 * 2**turn, 4.0)
        steps.append((wait_s, invite, True))
    if call.outcome is not Outcome.TIMEOUT:
        steps += [(wait_s + 0.002, "100 Trying", False)]
        steps += [(wait_s + 0.2, "180 Ringing", False)]
    steps += _ending(call, wait_s + 0.9)
    return tuple(
        message(
            first_packet + index,
            call.started_at + after_s,
            text,
            retransmission=again,
            **({"text": _with_sdp(text)} if text == invite else {}),
        )
        for index, (after_s, text, again) in enumerate(steps)
    )


def series(stream: int, seed: int, steps: int = 120) -> StreamSeries:
    """A stream of 10 s whose network was bad in the middle, and silent for a moment."""
    chance = random.Random(seed)  # noqa: S311 - the same page every time
    bad = [0.38 < step / steps < 0.52 for step in range(steps)]
    silent = [0.7 < step / steps < 0.74 for step in range(steps)]
    lost = [chance.choice((0, 1, 2)) if rough else 0 for rough in bad]
    late = [chance.choice((0, 0, 1)) if rough else 0 for rough in bad]
    jitter = [
        None if quiet else round((6.0 if rough else 0.4) + chance.random(), 3)
        for rough, quiet in zip(bad, silent, strict=True)
    ]
    delta = [None if one is None else round(20 + one * chance.uniform(1, 9), 3) for one in jitter]
    return StreamSeries(
        stream=stream,
        step_s=0.1,
        packets=tuple(5 - one for one in lost),
        lost=tuple(lost),
        discarded=tuple(late),
        delta_max_ms=tuple(delta),
        jitter_ms=tuple(jitter),
        delay_step_ms=2.0,
        delay_histogram=(*(int(400 * math.exp(-bin_ / 4)) for bin_ in range(40)), 3),
    )


def analysis(
    calls: Sequence[Call], streams: Sequence[Stream], *findings: Finding, **changes: Any
) -> Analysis:
    """An analysis of these calls and streams; its totals are those of the samples."""
    usual = Analysis(
        schema=ANALYSIS_SCHEMA,
        capture=CaptureInfo(
            files=("trunk-east.pcapng",),
            packets=1_219_012,
            bytes=264_070_000,
            first_packet_at=STARTED_AT,
            duration_s=1814.1,
            dropped_packets=None,
            undecoded_packets=2,
            truncated=False,
        ),
        signalling=samples.signalling(attempts=len(calls)),
        media=samples.media(streams=len(streams)),
        calls=tuple(calls),
        streams=tuple(streams),
        findings=findings,
    )
    return replace(usual, **changes)


def many(number: int, *, plotted: int | None = None) -> tuple[Analysis, AnalysisDetail]:
    """An analysis of so many calls, one in five of them failed, with everything to draw."""
    calls: list[Call] = []
    streams: list[Stream] = []
    ladders = {}
    for index in range(number):
        one = _call(index, first_stream=len(streams))
        streams += [_stream(one, index, way) for way in range(len(one.streams))]
        calls.append(one)
        ladders[one.call_id] = ladder(one, index * 1000 + 1)
    drawn = len(streams) if plotted is None else plotted
    detail = AnalysisDetail(
        ladders=ladders, series=tuple(series(index, index) for index in range(drawn))
    )
    capture = Finding(code="sender-pacing", text="packets of 3 streams left in bursts of 4")
    return analysis(calls, streams, capture), detail


def _call(index: int, first_stream: int) -> Call:
    outcome, status, _ = ENDINGS[0 if index % 5 else 1 + index // 5 % (len(ENDINGS) - 1)]
    usual = {
        "call_id": f"{index + 1}-4711@{NEAR}",
        "from_": f"sip:+1555010{index:04d}@{NEAR}",
        "to": f"sip:echo{index % 7}@{FAR}",
        "started_at": STARTED_AT + index * 0.37,
    }
    if outcome is Outcome.ANSWERED:
        return samples.call(
            **usual,
            srd_ms=2.0 + index % 13,
            retransmissions=int(index % 11 == 3),
            streams=(first_stream, first_stream + 1),
        )
    silence = () if status else (Finding(code="no-answer", text="7 INVITEs, no response at all"),)
    storm = Finding(code="retransmission-storm", text="6 retransmissions in one call: 6 x INVITE")
    return samples.failed_call(
        **usual,
        outcome=outcome,
        final_status=status,
        retransmissions=6 if status is None else 0,
        findings=(replace(storm, packets=(index * 1000 + 2, index * 1000 + 3)), *silence)
        if status is None
        else (),
    )


def _stream(call: Call, index: int, way: int) -> Stream:
    make = samples.stream if way else samples.sent_stream
    rough = index % 6 == 1
    return make(
        call_id=call.call_id,
        ssrc=f"0x{index * 2 + way:08x}",
        started_at=call.started_at + 0.01,
        jitter_ms=JitterSummary(mean=0.15 + index % 9, p95=2.4, max=9.21),
        findings=(samples.LATE,) if way and rough else (),
        **({"mos": 2.87 if rough else 4.12} if way else {}),
    )


def _ending(call: Call, at_s: float) -> list[tuple[float, str, bool]]:
    if call.outcome is Outcome.TIMEOUT:
        return []
    reason = next(text for outcome, _, text in ENDINGS if outcome is call.outcome)
    final = [(at_s, reason, False), (at_s + 0.001, f"ACK {call.to}", False)]
    if call.outcome is Outcome.CANCELLED:
        return [(at_s - 0.01, f"CANCEL {call.to}", False), *final]
    if call.outcome is not Outcome.ANSWERED:
        return final
    bye = (at_s + 10, f"BYE {call.to}", False)
    return [*final, bye, (at_s + 10.001, "200 OK", False)]


def _with_sdp(summary: str) -> str:
    return (
        f"{summary} SIP/2.0\r\nFrom: <sip:probe@{NEAR}>;tag=1\r\nContent-Type: application/sdp\r\n"
        f"Content-Length: {len(SDP)}\r\n\r\n{SDP}"
    )
