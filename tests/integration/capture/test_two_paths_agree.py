"""One capture of SIP over UDP, read by the fast path and by tshark: the same calls and streams.

Where they differ on purpose a test says why.
"""

import subprocess
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from support.by_tshark import Key, TsharkStream, calls_of, streams_of
from support.lab import VOIPPROBE
from support.rich_capture import RichCapture, junk_before, rich_capture

from voipprobe.capture.analysis import analyse_capture
from voipprobe.capture.sip.calls import Trace
from voipprobe.model.analysis import Analysis, AnalysisDetail
from voipprobe.model.call import Call
from voipprobe.model.stream import Stream

pytestmark = pytest.mark.integration


class Both(NamedTuple):
    """One capture, read twice."""

    fast: Analysis
    detail: AnalysisDetail
    traces: list[Trace]
    streams: dict[Key, TsharkStream]


def read_both(path: Path) -> Both:
    fast, detail = analyse_capture([path], detail=True)
    assert detail is not None
    return Both(fast, detail, calls_of(path), streams_of(path))


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Both:
    return read_both(rich_capture(tmp_path_factory.mktemp("rich") / "rich.pcap"))


def alone(call: Call) -> Call:
    """A call without what the media side knows of it."""
    return replace(call, streams=(), findings=())


def key(stream: Stream) -> Key:
    return stream.source, stream.destination, stream.ssrc


def by_call_id(calls: list[Call]) -> list[Call]:
    return sorted(calls, key=lambda call: call.call_id)


def assert_same_calls(both: Both) -> None:
    """Every figure of every call, and the packets that show it."""
    fast = by_call_id([alone(call) for call in both.fast.calls])
    assert fast == by_call_id([alone(trace.call) for trace in both.traces])
    packets: defaultdict[str, list[int]] = defaultdict(list)
    for trace in both.traces:
        packets[trace.call.call_id] += [one.number for one in trace.sightings]
    shown = {name: [one.packet for one in all_] for name, all_ in both.detail.ladders.items()}
    assert shown == packets


def assert_same_streams(both: Both, *, one_media_port: bool = False) -> None:
    """Packets, loss, jitter, payload types, and the call that the SDP belongs to.

    Where all calls share one media port, tshark gives each packet to the last SDP that named it,
    and so each stream to many calls: ours has to be one of them.
    """
    call_of_frame = {
        one.number: trace.call.call_id for trace in both.traces for one in trace.sightings
    }
    assert {key(stream) for stream in both.fast.streams} == both.streams.keys()
    for stream in both.fast.streams:
        judged = both.streams[key(stream)]
        assert (stream.packets, stream.lost) == (len(judged.numbers), judged.lost)
        assert stream.jitter_ms.mean == pytest.approx(judged.jitter_mean_ms, abs=0.001)
        assert stream.jitter_ms.max == pytest.approx(judged.jitter_max_ms, abs=0.001)
        assert stream.payload_type in judged.payload_types
        setups = {call_of_frame[number] for number in judged.setup_frames}
        assert {stream.call_id} <= setups if one_media_port else {stream.call_id} == setups


def test_calls_are_the_same(rich: Both) -> None:
    """Retransmissions, fragments, tunnels, IPv6, compact forms, re-INVITE, refusals, silence."""
    assert len(rich.fast.calls) == 15
    assert sum(call.retransmissions for call in rich.fast.calls) == 8 * 2 + 6
    assert_same_calls(rich)


def test_streams_are_the_same(rich: Both) -> None:
    """Also those that a re-INVITE moved and those before an answer."""
    assert len(rich.streams) == 8 * 2 + 1 + 2
    assert sum(stream.lost for stream in rich.fast.streams) == 4
    assert_same_streams(rich)


def test_calls_of_real_sipp_are_the_same(tmp_path: Path, loopback_responder: str) -> None:
    """Placed by a probe, with media, as dumpcap wrote them."""
    argv = [*VOIPPROBE, "probe", f"sip:echo@{loopback_responder}", "--calls", "5", "--hold", "2"]
    argv += [
        "--rate",
        "10",
        "--keep-capture",
        "always",
        "--output",
        str(tmp_path),
        "--format",
        "json",
    ]
    subprocess.run(argv, check=False, stdout=subprocess.DEVNULL)
    (capture,) = tmp_path.glob("*/capture.pcapng*")
    both = read_both(capture)
    assert (len(both.fast.calls), len(both.streams)) == (5, 10)
    assert_same_calls(both)
    assert_same_streams(both, one_media_port=True)  # as SIPp 3.6 does


def test_tshark_reads_one_message_of_a_datagram(tmp_path: Path) -> None:
    """RFC 3261 18.3 lets a datagram hold more; we read all, and so see the second answer."""
    made = RichCapture()
    made.registered(0, "registered", in_one_datagram=True)
    both = read_both(made.write(tmp_path / "a.pcap"))
    assert [call.final_status for call in both.fast.calls] == [401, 200]
    assert [trace.call.final_status for trace in both.traces] == [401, None]


def test_tshark_reads_nothing_behind_a_keep_alive(tmp_path: Path) -> None:
    """RFC 3261 7.5: line ends before a start line are to be ignored."""
    made = RichCapture()
    made.call(0, "junk", edit=junk_before)
    both = read_both(made.write(tmp_path / "a.pcap"))
    assert [call.outcome.value for call in both.fast.calls] == ["answered"]
    assert both.traces == []
