"""RTCP: round trips by sender and receiver reports, and what is counted."""

import struct

import pytest

from voipprobe.capture.packet import Datagram, Endpoint
from voipprobe.capture.rtp.rtcp import MAX_SOURCES, RtcpBook
from voipprobe.quality.rfc3550 import ntp_middle

A, B = Endpoint("10.0.0.1", 4001), Endpoint("10.0.0.9", 6001)
EPOCH_NS = 1_700_000_000_000_000_000
SSRC_A, SSRC_B = 0xAAAA, 0xBBBB


def _block(ssrc: int, last_sr: int, held_ms: float) -> bytes:
    return struct.pack(">IIIIII", ssrc, 0, 0, 0, last_sr, round(held_ms * 65.536))


def _sr(ssrc: int, ntp_ns: int, *blocks: bytes) -> bytes:
    """A sender report whose NTP time is that of another clock than ours."""
    middle = ntp_middle(ntp_ns)
    body = struct.pack(">IIIIII", ssrc, middle >> 16, (middle & 0xFFFF) << 16, 0, 0, 0)
    return _packet(200, body, *blocks)


def _rr(ssrc: int, *blocks: bytes) -> bytes:
    return _packet(201, struct.pack(">I", ssrc), *blocks)


def _packet(kind: int, body: bytes, *blocks: bytes) -> bytes:
    content = body + b"".join(blocks)
    return struct.pack(">BBH", 0x80 | len(blocks), kind, len(content) // 4) + content


def _take(book: RtcpBook, at_ms: float, source: Endpoint, target: Endpoint, octets: bytes) -> None:
    time_ns = EPOCH_NS + round(at_ms * 1e6)
    book.take(Datagram(1, time_ns, source, target, "udp", octets))


def test_a_report_that_is_answered_gives_a_round_trip() -> None:
    """A's clock is an hour off ours, B held the report for 500 ms: 80 ms remain."""
    book = RtcpBook()
    stamped_ns = EPOCH_NS - 3600 * 10**9
    _take(book, 0, A, B, _sr(SSRC_A, stamped_ns))
    _take(book, 580, B, A, _rr(SSRC_B, _block(SSRC_A, ntp_middle(stamped_ns), 500)))
    found = book.round_trip_ms(A.address, B.address, SSRC_A)
    assert found is not None
    assert found.n == 1
    assert found.mean == pytest.approx(80, abs=0.05)


def test_both_halves_make_the_whole() -> None:
    """In the middle of the path: 30 ms to B and back, 50 ms to A and back."""
    book = RtcpBook()
    _take(book, 0, A, B, _sr(SSRC_A, EPOCH_NS))
    _take(book, 0, B, A, _sr(SSRC_B, EPOCH_NS + 7))
    _take(book, 130, B, A, _rr(SSRC_B, _block(SSRC_A, ntp_middle(EPOCH_NS), 100)))
    _take(book, 150, A, B, _rr(SSRC_A, _block(SSRC_B, ntp_middle(EPOCH_NS + 7), 100)))
    for ends, ssrc in (((A, B), SSRC_A), ((B, A), SSRC_B)):
        found = book.round_trip_ms(ends[0].address, ends[1].address, ssrc)
        assert found is not None
        assert found.p95 == pytest.approx(80, abs=0.1)


def test_an_answer_to_a_report_that_was_not_seen_tells_nothing() -> None:
    """No LSR, another LSR, another SSRC, another path."""
    book = RtcpBook()
    last = ntp_middle(EPOCH_NS)
    _take(book, 0, A, B, _sr(SSRC_A, EPOCH_NS))
    _take(book, 9, B, A, _rr(SSRC_B, _block(SSRC_A, 0, 0), _block(SSRC_A, last + 1, 0)))
    _take(book, 9, B, A, _rr(SSRC_B, _block(SSRC_A + 1, last, 0)))
    _take(book, 9, A, B, _rr(SSRC_B, _block(SSRC_A, last, 0)))
    assert book.round_trip_ms(A.address, B.address, SSRC_A) is None


def test_every_packet_of_a_compound_is_counted() -> None:
    """Also extended reports, feedback, and kinds that nobody knows."""
    book = RtcpBook()
    kinds = [_sr(1, EPOCH_NS), *(_packet(kind, b"\0" * 4) for kind in (202, 207, 207, 205, 210))]
    _take(book, 0, A, B, b"".join(kinds))
    assert book.counts == {"SR": 1, "SDES": 1, "XR": 2, "RTPFB": 1, "other": 1}


@pytest.mark.parametrize("cut", range(0, 60, 3))
def test_reports_cut_off_anywhere_do_no_harm(cut: int) -> None:
    """A length that lies, a block that is not whole."""
    book = RtcpBook()
    octets = _sr(SSRC_A, EPOCH_NS, _block(SSRC_B, 1, 0), _block(SSRC_B, 2, 0))
    _take(book, 0, A, B, octets[:cut])
    assert book.counts.total() <= 1


def test_bogus_sources_stay_bounded() -> None:
    """A hostile capture can only push out what it brought itself."""
    book = RtcpBook()
    for ssrc in range(MAX_SOURCES + 100):
        _take(book, 0, A, B, _sr(ssrc, EPOCH_NS))
    assert len(book._reports) == MAX_SOURCES
