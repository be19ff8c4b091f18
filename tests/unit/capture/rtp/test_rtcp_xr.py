"""RTCP extended reports: what a receiver says of a stream, and round trips without a sender."""

import struct
from pathlib import Path

import pytest
from support.pcaps import FAR, NEAR, START_NS, ethernet, frames, udp, voice, write_pcap

from voipprobe.capture.analysis import analyse
from voipprobe.capture.packet import Datagram, Endpoint
from voipprobe.capture.rtp import rtcp_xr
from voipprobe.capture.rtp.rtcp import MAX_SOURCES, RtcpBook
from voipprobe.model.stream import PeerReport
from voipprobe.quality.rfc3550 import ntp_middle

A, B = Endpoint("10.0.0.1", 4001), Endpoint("10.0.0.9", 6001)
SSRC_A, SSRC_B = 0xAAAA, 0xBBBB
SAID = PeerReport(
    loss_ratio=0.25,
    discard_ratio=0.125,
    burst_density_ratio=0.5,
    gap_density_ratio=1 / 256,
    burst_ms_mean=300.0,
    gap_ms_mean=5000.0,
    round_trip_ms=80.0,
    end_system_delay_ms=65.0,
    r_factor=70.0,
    mos_listening=3.6,
    mos_conversational=3.4,
)


def _block(kind: int, content: bytes) -> bytes:
    return struct.pack(">BBH", kind, 0, len(content) // 4) + content


def _voip(
    ssrc: int, *, r: int = 70, mos: tuple[int, int] = (36, 34), round_trip: int = 80
) -> bytes:
    rates = (64, 32, 128, 1)
    times = (300, 5000, round_trip, 65)
    rest = (-20, -70, 127, 16, r, 127, *mos, 0, 0, 40, 60, 100)
    return _block(7, struct.pack(">I4B4H2b2B4BBBHHH", ssrc, *rates, *times, *rest))


def _reference(epoch_ns: int) -> bytes:
    middle = ntp_middle(epoch_ns)
    return _block(4, struct.pack(">II", middle >> 16, (middle & 0xFFFF) << 16))


def _answer(ssrc: int, epoch_ns: int, held_ms: float) -> bytes:
    return _block(5, struct.pack(">III", ssrc, ntp_middle(epoch_ns), round(held_ms * 65.536)))


def _packet(ssrc: int, *blocks: bytes) -> bytes:
    content = struct.pack(">I", ssrc) + b"".join(blocks)
    return struct.pack(">BBH", 0x80, 207, len(content) // 4) + content


def _take(book: RtcpBook, at_ms: float, source: Endpoint, target: Endpoint, octets: bytes) -> None:
    book.take(Datagram(1, START_NS + round(at_ms * 1e6), source, target, "udp", octets))


def test_a_receiver_says_how_it_heard_a_stream() -> None:
    """The last report counts; other blocks before it are stepped over; nobody else is meant."""
    book = RtcpBook()
    _take(book, 0, B, A, _packet(SSRC_B, _voip(SSRC_A, r=10)))
    _take(book, 5000, B, A, _packet(SSRC_B, _block(6, b"\0" * 36), _voip(SSRC_A)))
    assert book.peer_report(A.address, B.address, SSRC_A) == SAID
    assert book.peer_report(B.address, A.address, SSRC_A) is None
    assert book.peer_report(A.address, B.address, SSRC_B) is None


def test_what_a_receiver_does_not_know_is_none() -> None:
    """127 stands for an unknown R or MOS, the two largest times for unknown ones."""
    report = rtcp_xr.read(_packet(SSRC_B, _voip(SSRC_A, r=127, mos=(127, 127), round_trip=0xFFFF)))
    said = report.voip[SSRC_A]
    assert (said.r_factor, said.mos_listening, said.mos_conversational) == (None, None, None)
    assert (said.round_trip_ms, said.loss_ratio) == (None, 0.25)


def test_a_receiver_that_sends_nothing_measures_its_round_trip() -> None:
    """B tells its time, A answers after 200 ms: 40 ms remain between capture point and A."""
    book = RtcpBook()
    clock_ns = START_NS - 3600 * 10**9
    _take(book, 0, B, A, _packet(SSRC_B, _reference(clock_ns)))
    _take(book, 240, A, B, _packet(SSRC_A, _answer(SSRC_B, clock_ns, 200)))
    found = book.round_trip_ms(A.address, B.address, SSRC_A)
    assert found is not None
    assert found.n == 1
    assert found.mean == pytest.approx(40, abs=0.05)


@pytest.mark.parametrize("cut", range(0, 100, 3))
def test_reports_cut_off_anywhere_do_no_harm(cut: int) -> None:
    """Only whole blocks are believed."""
    packet = _packet(SSRC_B, _reference(START_NS), _answer(SSRC_A, START_NS, 1), _voip(SSRC_A))
    report = rtcp_xr.read(packet[:cut])
    assert (report.voip == {SSRC_A: SAID}) == (cut >= len(packet))
    assert (report.reference_time is not None) == (cut >= 20)
    assert len(report.last_received) == int(cut >= 36)


def test_bogus_reports_stay_bounded() -> None:
    """A hostile capture fills a table and no more."""
    book = RtcpBook()
    for ssrc in range(0, MAX_SOURCES + 1000, 40):
        _take(book, 0, B, A, _packet(SSRC_B, *(_voip(ssrc + i) for i in range(40))))
    assert book.peer_report(A.address, B.address, MAX_SOURCES - 1) == SAID
    assert book.peer_report(A.address, B.address, MAX_SOURCES) is None


def test_the_report_stands_with_its_stream(tmp_path: Path) -> None:
    """From a whole capture; the stream that nobody reported has none."""
    report = _packet(SSRC_B, _voip(SSRC_A))
    back = (FAR[0], FAR[1] + 1), (NEAR[0], NEAR[1] + 1)
    timed = [
        *frames(voice(50, ssrc=SSRC_A)),
        *frames(voice(50, ssrc=SSRC_B), FAR, NEAR),
        (START_NS + 10**8, ethernet(udp(report, *back))),
    ]
    found = analyse([write_pcap(tmp_path / "xr.pcap", sorted(timed))])
    assert [one.peer_report for one in found.streams] == [SAID, None]
    assert found.media.rtcp_packets == {"XR": 1}
