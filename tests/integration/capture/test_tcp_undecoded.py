"""SIP over TCP in whole captures: packet numbers, and what cannot be read is counted and told."""

import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from support.calls_capture import write_calls
from support.loopback import websocket
from support.pcaps import (
    TimedFrame,
    ethernet,
    fragments,
    frames,
    pcap_octets,
    tcp,
    voice,
    vxlan,
    write_pcap,
)
from support.sip import EPOCH_NS, message, sdp
from support.tcp_capture import conversation

from voipprobe.capture.analysis import analyse_capture
from voipprobe.model.analysis import Analysis, AnalysisDetail
from voipprobe.model.finding import Finding

pytestmark = pytest.mark.integration

ODD_PORT = ("10.0.0.9", 25_060)
SIP_PORT = ("10.0.0.9", 5060)
INVITE = message("INVITE sip:b@x SIP/2.0", cseq="1 INVITE", body=sdp())
OK = message("SIP/2.0 200 OK", cseq="1 INVITE", to_tag="far", body=sdp(6000))
ACK = message("ACK sip:b@x SIP/2.0", cseq="1 ACK", branch="z9hG4bK-2", to_tag="far")
BYE = message("BYE sip:b@x SIP/2.0", cseq="2 BYE", branch="z9hG4bK-3", to_tag="far")
BYE_OK = message("SIP/2.0 200 OK", cseq="2 BYE", branch="z9hG4bK-3", to_tag="far")
CALL = [(True, INVITE), (False, OK), (True, ACK), (True, BYE), (False, BYE_OK)]


def framed(packets: Iterable[tuple[int, bytes]]) -> list[TimedFrame]:
    return [(time_ns, ethernet(packet)) for time_ns, packet in packets]


def analysed(*paths: Path) -> tuple[Analysis, AnalysisDetail]:
    analysis, detail = analyse_capture(paths, detail=True)
    assert detail is not None
    return analysis, detail


def unread(analysis: Analysis) -> Finding | None:
    return next((one for one in analysis.findings if one.code == "sip-over-tcp-unread"), None)


def numbers(detail: AnalysisDetail, call_id: str = "call-1") -> list[int]:
    return [one.packet for one in detail.ladders[call_id]]


def test_packet_numbers_are_those_of_the_capture(tmp_path: Path) -> None:
    """Among RTP, SIP over UDP and a download: as tshark numbers the whole file."""
    write_calls(tmp_path / "udp.pcap")
    page = conversation(
        [(False, b"HTTP/1.1 200 OK\r\n\r\n" + INVITE), *[(False, b"page" * 300)] * 50],
        server=("10.0.0.8", 80),
        start_ns=EPOCH_NS + 90_000_000,
    )
    call = conversation(CALL, start_ns=EPOCH_NS + 100_000_000, step_ns=500_000_000)
    tcp_frames = write_pcap(tmp_path / "tcp.pcap", sorted(framed([*page, *call])))
    merged = tmp_path / "all.pcap"
    parts = [tmp_path / "udp.pcap", tcp_frames]
    subprocess.run(["mergecap", "-F", "nsecpcap", "-w", merged, *parts], check=True)
    argv = ["tshark", "-r", str(merged), "-Y", "sip && tcp.port == 5060"]
    listed = subprocess.check_output([*argv, "-T", "fields", "-e", "frame.number"], text=True)
    analysis, detail = analysed(merged)
    assert numbers(detail) == list(map(int, listed.split()))
    assert sorted(call.call_id for call in analysis.calls) == ["alpha-1", "beta-2", "call-1"]
    assert unread(analysis) is None


def test_a_connection_goes_on_in_the_next_file(tmp_path: Path) -> None:
    """A ring of files cuts messages in two; numbers run on over the files."""
    halves = [(True, INVITE[:200]), (True, INVITE[200:]), *CALL[1:]]
    timed = framed(conversation(halves))
    paths = [write_pcap(tmp_path / "1.pcap", timed[:1]), write_pcap(tmp_path / "2.pcap", timed[1:])]
    analysis, detail = analysed(*paths)
    assert [call.outcome.value for call in analysis.calls] == ["answered"]
    assert numbers(detail) == [2, 3, 4, 5, 6]
    assert analysis.capture.undecoded_packets == 0


def test_several_link_types_and_tunnels(tmp_path: Path) -> None:
    """Raw IP in one file, VXLAN in Ethernet in the other, one connection."""
    packets = conversation(CALL)
    (tmp_path / "1.pcap").write_bytes(pcap_octets(packets[:2], link=101))
    write_pcap(tmp_path / "2.pcap", framed((t, vxlan(ethernet(p))) for t, p in packets[2:]))
    analysis, detail = analysed(tmp_path / "1.pcap", tmp_path / "2.pcap")
    assert [call.completed for call in analysis.calls] == [True]
    assert {one.source for one in detail.ladders["call-1"]} == {"10.0.0.1:40000", "10.0.0.9:5060"}


def test_retransmitted_segments_and_keep_alives_are_no_riddle(tmp_path: Path) -> None:
    """Each message once, nothing undecoded."""
    timed = conversation([*CALL[:2], (True, b"\r\n\r\n"), (False, b"\r\n"), *CALL[2:]])
    again = [(time_ns + 400_000, packet) for time_ns, packet in timed]
    analysis, detail = analysed(write_pcap(tmp_path / "a.pcap", sorted(framed([*timed, *again]))))
    assert len(detail.ladders["call-1"]) == len(CALL)
    assert (analysis.capture.undecoded_packets, analysis.findings) == (0, ())


GARBAGE = b"\x01\x02\x03" * 60


@pytest.mark.parametrize("server", [SIP_PORT, ODD_PORT])
@pytest.mark.parametrize(
    ("talk", "at"),
    [
        pytest.param([*CALL, (True, GARBAGE), (False, GARBAGE)], [6, 7], id="garbage"),
        pytest.param([(False, OK[150:]), *CALL], [1], id="missing-beginning"),
        pytest.param([*CALL, (True, INVITE[:-30])], [6], id="missing-end"),
    ],
)
def test_segments_that_become_no_message_are_counted(
    tmp_path: Path, talk: Sequence[tuple[bool, bytes]], at: list[int], server: tuple[str, int]
) -> None:
    """Whatever tshark says of them; the call beside them is whole."""
    path = write_pcap(tmp_path / "a.pcap", framed(conversation(talk, server=server)))
    analysis, _ = analysed(path)
    assert [call.completed for call in analysis.calls] == [True]
    assert analysis.capture.undecoded_packets == len(at)


def test_a_hole_in_a_connection_is_counted(tmp_path: Path) -> None:
    """The capture lost the middle of a message."""
    talk = [(True, INVITE[:100]), (True, INVITE[100:200]), (True, INVITE[200:])]
    timed = framed(conversation(talk))
    analysis, _ = analysed(write_pcap(tmp_path / "a.pcap", [timed[0], timed[2]]))
    assert analysis.calls == ()
    assert analysis.capture.undecoded_packets == 2


def test_frames_cut_at_the_snap_length_are_counted(tmp_path: Path) -> None:
    """They hold half a message each; tshark must not take them for whole."""
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap_octets(framed(conversation(CALL)), snaplen=150))
    analysis, _ = analysed(path)
    assert analysis.capture.undecoded_packets == len(CALL)


def test_a_websocket_without_its_upgrade_is_counted(tmp_path: Path) -> None:
    """What the server says is text, and nobody knows how it is framed."""
    talk = websocket(CALL)[2:]
    path = write_pcap(tmp_path / "a.pcap", framed(conversation(talk, server=ODD_PORT)))
    analysis, _ = analysed(path)
    assert analysis.calls == ()
    assert analysis.capture.undecoded_packets == len(CALL)


def test_what_a_websocket_for_sip_carries_beside_is_counted(tmp_path: Path) -> None:
    """A message that is no SIP; keep-alives are none."""
    talk = websocket([*CALL[:2], (True, b"\r\n\r\n"), (False, b"hello there"), *CALL[2:]])
    path = write_pcap(tmp_path / "a.pcap", framed(conversation(talk, server=ODD_PORT)))
    analysis, _ = analysed(path)
    finding = unread(analysis)
    assert [call.completed for call in analysis.calls] == [True]
    assert (analysis.capture.undecoded_packets, finding and finding.packets) == (1, (6,))


def test_fragments_of_tcp_are_counted(tmp_path: Path) -> None:
    """Nobody sends them; who does is told."""
    pieces = fragments(tcp(INVITE, ("10.0.0.1", 40000), SIP_PORT), [104])
    timed = [(10**18 + n, ethernet(piece)) for n, piece in enumerate(pieces)]
    analysis, _ = analysed(write_pcap(tmp_path / "a.pcap", [*timed, *frames(voice(20))]))
    codes = [finding.code for finding in analysis.findings]
    assert analysis.capture.undecoded_packets == 2
    assert "fragments-unread" in codes


def test_bulk_that_quotes_sip_is_told_and_not_read(tmp_path: Path) -> None:
    """Of hundreds of segments, the one that looks like SIP."""
    text = [(False, b"chapter one " * 100)] * 200
    talk = [*text[:100], (False, INVITE), *text]
    analysis, _ = analysed(write_pcap(tmp_path / "a.pcap", framed(conversation(talk))))
    finding = unread(analysis)
    assert analysis.calls == ()
    assert analysis.capture.undecoded_packets == 1
    assert finding is not None
    assert "(1 segments)" in finding.text
