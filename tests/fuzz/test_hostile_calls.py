"""Calls that announce, send or ask far too much: nothing grows with the square of it."""

import time
from collections.abc import Sequence
from pathlib import Path

from support.bogus import write_bogus
from support.pcaps import FAR, NEAR, ethernet, pcap_octets, udp
from support.readings import call_frames
from support.sip import Wire, sdp

from voipprobe.capture.analysis import analyse_capture
from voipprobe.model.analysis import Analysis

MANY = 4000
LONGEST_S = 10.0
"""Of CPU; compared each with each, they took half a minute and more."""


def _analysed(paths: Sequence[Path]) -> Analysis:
    analyse_capture(paths[:0])  # compiled kernels are loaded
    started = time.process_time()
    analysis, _ = analyse_capture(paths)
    assert time.process_time() - started < LONGEST_S
    return analysis


def _written(path: Path, wire: Wire) -> Path:
    path.write_bytes(
        pcap_octets(
            (one.time_ns, ethernet(udp(one.payload, one.source, one.destination)))
            for one in wire.datagrams
        )
    )
    return path


def test_thousands_of_streams_in_one_call(tmp_path: Path) -> None:
    """All to the announced port, from as many others: each is named as one-way audio."""
    call = tmp_path / "call.pcap"
    offer, answer = sdp(9, address=NEAR[0]), sdp(FAR[1], address=FAR[0])
    call.write_bytes(pcap_octets(call_frames(offer, answer)))
    streams = write_bogus(tmp_path / "a.pcap", MANY, packets_each=2, source_ports=MANY)
    analysis = _analysed([call, streams])
    assert len(analysis.calls[0].streams) == MANY
    assert [one.code for one in analysis.calls[0].findings] == ["one-way-audio"] * MANY


def test_thousands_of_calls_at_one_port(tmp_path: Path) -> None:
    """Each stream finds a call of its own among them."""
    wire = Wire()
    for number in range(MANY):
        body = sdp(FAR[1], address=FAR[0])
        wire.request(number * 0.01, "INVITE", call_id=f"call-{number}", body=body)
    calls = _written(tmp_path / "calls.pcap", wire)
    streams = write_bogus(tmp_path / "a.pcap", MANY, packets_each=2, source_ports=MANY)
    analysis = _analysed([calls, streams])
    assert all(stream.call_id is not None for stream in analysis.streams)


def test_a_phone_that_keeps_its_call_id_for_years(tmp_path: Path) -> None:
    """Each REGISTER is an attempt, found without a look at all those before."""
    wire = Wire()
    for number in range(5 * MANY):
        wire.request(number, "REGISTER", number + 1, call_id="forever")
    assert len(_analysed([_written(tmp_path / "a.pcap", wire)]).calls) == 5 * MANY


def test_a_call_that_announces_thousands_of_ports(tmp_path: Path) -> None:
    """What is said of its streams does not name them all."""
    wire, here = Wire(), "v=0\r\nc=IN IP4 10.0.0.1\r\n"
    wire.request(0, "INVITE", body=sdp())
    wire.response(1, 200, body=sdp())
    for number in range(MANY // 50):
        lines = (f"m=audio {10_000 + number * 50 + line} RTP/AVP 0\r\n" for line in range(50))
        body = (here + "".join(lines)).encode()
        wire.request(2 + number, "INVITE", 2 + number, to_tag="far", body=body)
    call = _written(tmp_path / "call.pcap", wire)
    streams = write_bogus(tmp_path / "a.pcap", MANY, packets_each=2, source_ports=MANY)
    analysis = _analysed([call, streams])
    texts = [one.text for stream in analysis.streams for one in stream.findings]
    assert len(texts) >= MANY
    assert max(map(len, texts)) < 400
