"""Whole captures: what `voipprobe analyze` gets, from files as they come."""

import io
import os
import struct
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.pcaps import (
    FAR,
    NEAR,
    TimedFrame,
    ethernet,
    frames,
    pcap_octets,
    tcp,
    udp,
    voice,
    write_pcap,
)
from support.readings import call_frames
from support.sip import EPOCH_NS, message, sdp

from voipprobe.capture.analysis import analyse, analyse_capture
from voipprobe.capture.ladders import CUT, MAX_TEXT_OCTETS
from voipprobe.capture.sip import journal
from voipprobe.model.analysis import Analysis
from voipprobe.model.errors import CaptureError, ToolError
from voipprobe.model.finding import Finding
from voipprobe.quality.rfc3550 import ntp_middle

OFFER = sdp(NEAR[1], address=NEAR[0])
ANSWER = sdp(FAR[1], address=FAR[0])
SPEEX = ["rtpmap:97 speex/16000"]


def _call(
    offer: bytes = OFFER, answer: bytes = ANSWER, *, payload_type: int = 0
) -> list[TimedFrame]:
    """A call of 10 s with voice both ways from 0.2 s on."""
    media = {"start_ns": EPOCH_NS + 200_000_000, "payload_type": payload_type}
    there = frames(voice(400, ssrc=1, **media))
    back = frames(voice(400, ssrc=2, **media), FAR, NEAR)
    return sorted(call_frames(offer, answer) + there + back)


def _codes(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in findings]


def _shape(analysis: Analysis) -> tuple[int, int, int]:
    return len(analysis.calls), len(analysis.streams), analysis.capture.packets


def test_calls_and_streams_belong_together(tmp_path: Path) -> None:
    """Without detail nothing is drawn; an ordinary call has no finding of its own."""
    path = write_pcap(tmp_path / "a.pcap", _call())
    analysis, detail = analyse_capture([path])
    assert detail is None
    (call,) = analysis.calls
    assert (call.streams, call.findings) == ((0, 1), ())
    assert {stream.call_id for stream in analysis.streams} == {"call-1"}
    assert _codes(analysis.findings) == ["dscp-not-ef"]
    assert analysis.findings[0].packets == (4, 5)


def test_detail_has_ladders_with_texts_and_series(tmp_path: Path) -> None:
    """The ladder names packet, ends and text of every message."""
    path = write_pcap(tmp_path / "a.pcap", _call())
    analysis, detail = analyse_capture([path], detail=True)
    assert detail is not None
    ladder = detail.ladders["call-1"]
    assert [one.summary for one in ladder] == [
        "INVITE sip:bob@far.example",
        "200 Whatever",
        "ACK sip:bob@far.example",
        "BYE sip:bob@far.example",
        "200 Whatever",
    ]
    assert (ladder[0].packet, ladder[0].source) == (1, "10.0.0.1:5060")
    assert ladder[1].text is not None
    assert ladder[1].text.endswith(ANSWER.decode())
    assert [sum(one.packets) for one in detail.series] == [400, 400]
    assert [one.stream for one in detail.series] == [0, 1]
    assert analysis == analyse_capture([path])[0]


def test_long_texts_are_cut(tmp_path: Path) -> None:
    """A page must not grow with what a hostile sender writes."""
    long = message("OPTIONS sip:a@b SIP/2.0", cseq="1 OPTIONS", body=b"x" * 20_000)
    path = write_pcap(tmp_path / "a.pcap", [(EPOCH_NS, ethernet(udp(long)))])
    detail = analyse_capture([path], detail=True)[1]
    assert detail is not None
    text = detail.ladders["call-1"][0].text
    assert text is not None
    assert len(text) == MAX_TEXT_OCTETS + len(CUT)


def test_several_files_are_one_capture(tmp_path: Path) -> None:
    """A call that lies in two files is one call, and packet numbers go on."""
    whole = _call()
    ordered = [
        write_pcap(tmp_path / "1.pcap", whole[:300]),
        write_pcap(tmp_path / "2.pcap", whole[300:]),
    ]
    one = analyse_capture([write_pcap(tmp_path / "whole.pcap", whole)])[0]
    two = analyse_capture(ordered)[0]
    assert _shape(one) == _shape(two)
    assert one.streams == two.streams
    assert two.capture.files == tuple(map(str, ordered))


def test_standard_input_and_pipes_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither can be read twice; no copy is left behind."""
    octets = pcap_octets(_call())
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(octets)))
    analysis = analyse_capture([Path("-")])[0]
    assert (_shape(analysis), analysis.capture.files) == ((1, 2, 805), ("standard input",))
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(octets,))
    writer.start()
    assert _shape(analyse_capture([pipe])[0]) == (1, 2, 805)
    writer.join()
    assert [one.name for one in tmp_path.iterdir()] == ["pipe"]


def test_standard_input_that_is_no_capture_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by the name of its copy."""
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"hello, world")))
    with pytest.raises(CaptureError, match=r"^standard input: neither pcap nor pcapng"):
        analyse_capture([Path("-")])


def test_a_damaged_capture_says_where(tmp_path: Path) -> None:
    """The finding names file, offset and last good packet; what came before is analysed."""
    path = tmp_path / "cut.pcap"
    path.write_bytes(pcap_octets(_call())[:-10])
    analysis = analyse_capture([path])[0]
    damage = next(one for one in analysis.findings if one.code == "capture-damaged")
    assert str(path) in damage.text
    assert (damage.packets, analysis.capture.truncated) == ((804,), True)


def test_progress_is_told_in_octets_of_the_files(tmp_path: Path) -> None:
    """It ends at the size of all files together."""
    paths = [write_pcap(tmp_path / f"{i}.pcap", _call()) for i in (1, 2)]
    told: list[int] = []
    analyse_capture(paths, on_octets=told.append)
    assert told == sorted(told)
    assert told[-1] == sum(path.stat().st_size for path in paths)


def test_an_adaptive_buffer_is_named_by_its_depth(tmp_path: Path) -> None:
    """The assumptions of all streams together carry the mean."""
    path = write_pcap(tmp_path / "a.pcap", _call())
    model = analyse_capture([path], buffer_ms="adaptive")[0].media.quality_model
    assert model is not None
    assert model.buffer_ms == pytest.approx(20, abs=0.1)


def _tcp_call(tmp_path: Path) -> Path:
    """A call with a dynamic codec, whose SDP came over TCP in two segments."""
    invite = message(
        "INVITE sip:b@x SIP/2.0",
        cseq="1 INVITE",
        body=sdp(NEAR[1], address=NEAR[0], attributes=SPEEX, formats="97"),
    )
    ok = message(
        "SIP/2.0 200 OK",
        cseq="1 INVITE",
        to_tag="far",
        body=sdp(FAR[1], address=FAR[0], attributes=SPEEX, formats="97"),
    )
    ends = ((NEAR[0], 5060), (FAR[0], 5060))
    signalling = [
        tcp(invite[:300], *ends),
        tcp(invite[300:], *ends, 301),
        tcp(ok, *reversed(ends)),  # type: ignore[arg-type]
    ]
    timed = [(EPOCH_NS + i * 10_000_000, ethernet(one)) for i, one in enumerate(signalling)]
    media = [one for one in _call(payload_type=97) if one[0] >= EPOCH_NS + 200_000_000]
    rtp = [one for one in media if len(one[1]) == 214]
    return write_pcap(tmp_path / "tcp.pcap", timed + rtp)


@pytest.mark.integration
def test_sdp_over_tcp_explains_the_rtp_that_follows(tmp_path: Path) -> None:
    """Its clock is known from the first packet: jitter and drift are those of 16 kHz."""
    path = _tcp_call(tmp_path)
    analysis, detail = analyse_capture([path], detail=True)
    assert detail is not None
    assert [stream.codec for stream in analysis.streams] == ["speex", "speex"]
    assert [stream.ptime_ms for stream in analysis.streams] == [10, 10]
    assert {stream.call_id for stream in analysis.streams} == {"call-1"}
    assert [one.packet for one in detail.ladders["call-1"]] == [2, 3]
    assert detail.ladders["call-1"][0].transport == "tcp"
    assert "sip-over-tcp-unread" not in _codes(analysis.findings)
    second = write_pcap(tmp_path / "0.pcap", frames(voice(10, ssrc=9)))
    shifted = analyse_capture([second, path], detail=True)[1]
    assert shifted is not None
    assert [one.packet for one in shifted.ladders["call-1"]] == [12, 13]


def test_sip_over_tcp_that_nobody_can_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without tshark: a finding and undecoded packets here, no measurement for a probe."""
    monkeypatch.setenv("PATH", str(tmp_path))
    path = _tcp_call(tmp_path)
    analysis = analyse_capture([path])[0]
    (unread,) = (one for one in analysis.findings if one.code == "sip-over-tcp-unread")
    assert "tshark is not installed" in unread.text
    assert (len(analysis.calls), len(analysis.streams)) == (0, 2)
    assert analysis.capture.undecoded_packets >= 2
    with pytest.raises(ToolError, match="tshark is not installed"):
        analyse([path])


def _reports() -> list[TimedFrame]:
    """A's sender report at 1 s, B's answer 300 ms later after holding it for 200 ms, and an XR."""
    stamp = ntp_middle(EPOCH_NS)
    report = struct.pack(
        ">BBHIIIIII", 0x80, 200, 6, 1, stamp >> 16, stamp << 16 & 2**32 - 1, 0, 0, 0
    )
    held = round(0.2 * 65536)
    answer = struct.pack(">BBHIIIIIII", 0x81, 201, 7, 2, 1, 0, 0, 0, stamp, held)
    answer += struct.pack(">BBHI", 0x80, 207, 1, 2)
    ends = ((NEAR[0], NEAR[1] + 1), (FAR[0], FAR[1] + 1))
    start_ns = EPOCH_NS + 1_000_000_000
    return [
        (start_ns, ethernet(udp(report, *ends))),
        (start_ns + 300_000_000, ethernet(udp(answer, ends[1], ends[0]))),
    ]


def test_rtcp_gives_the_delay_that_mos_is_computed_with(tmp_path: Path) -> None:
    """100 ms round trip: half of it beside buffer and packetisation, and MOS names its source."""
    path = write_pcap(tmp_path / "a.pcap", sorted(_call() + _reports()))
    analysis = analyse_capture([path])[0]
    assert analysis.media.rtcp_packets == {"RR": 1, "SR": 1, "XR": 1}
    stream = analysis.streams[0]
    assert stream.round_trip_ms is not None
    assert stream.round_trip_ms.mean == pytest.approx(100, abs=0.1)
    assert stream.quality_model is not None
    assert stream.quality_model.one_way_delay_ms == pytest.approx(130, abs=0.1)
    assert stream.quality_model.delay_source.startswith("half the measured round trip")
    assert stream.echoed is False
    assert stream.mos is not None
    without = analyse_capture([write_pcap(path, _call())])[0].streams[0]
    assert without.round_trip_ms is None
    assert without.mos is not None
    assert stream.mos < without.mos


def test_more_sip_than_is_kept_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was left out is undecoded, has no ladder, and RTP is measured all the same."""
    path = write_pcap(tmp_path / "a.pcap", _call())
    monkeypatch.setattr(journal, "MAX_OCTETS", 4200)
    analysis, detail = analyse_capture([path], detail=True)
    assert detail is not None
    assert analysis.signalling.messages == 2
    assert analysis.capture.undecoded_packets == 3
    finding = next(one for one in analysis.findings if one.code == "too-many-sip-messages")
    assert "3 packets with SIP left out" in finding.text
    assert [len(ladder) for ladder in detail.ladders.values()] == [2]
    assert [stream.packets for stream in analysis.streams] == [400, 400]
