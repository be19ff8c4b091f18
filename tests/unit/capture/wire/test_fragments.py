"""IP fragments: packets are put together again, in bounded memory."""

import itertools
import random
from pathlib import Path

import pytest
from support.pcaps import FAR, NEAR, START_NS, ethernet, fragments, gre, pcap_octets, udp

from voipprobe.capture.packet import Datagram, Endpoint
from voipprobe.capture.reading import Reading, read_capture
from voipprobe.capture.wire.fragments import LONGEST_WAIT_NS, MAX_DATAGRAMS, Reassembler

SIP = b"INVITE sip:a@b SIP/2.0\r\nCall-ID: 1\r\n" + b"X: " + b"y" * 2000 + b"\r\n\r\n"
NEAR6, FAR6 = ("2001:db8::1", 10000), ("2001:db8::2", 20000)
SIZES = (1000, 504, 16)


def _read(tmp_path: Path, packets: list[bytes]) -> tuple[Reading, list[Datagram]]:
    path = tmp_path / "a.pcap"
    timed = ((START_NS + i, ethernet(packet)) for i, packet in enumerate(packets))
    path.write_bytes(pcap_octets(timed))
    found: list[Datagram] = []
    return read_capture([path], on_datagrams=found.extend), found


@pytest.mark.parametrize(("source", "target"), [(NEAR, FAR), (NEAR6, FAR6)])
@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::5])
def test_sip_in_pieces_is_whole_again(
    tmp_path: Path,
    source: tuple[str, int],
    target: tuple[str, int],
    order: tuple[int, ...],
) -> None:
    """In any order; number and time are those of the piece that completed it."""
    pieces = fragments(udp(SIP, source, target), SIZES)
    reading, found = _read(tmp_path, [pieces[i] for i in order])
    assert found == [Datagram(4, START_NS + 3, Endpoint(*source), Endpoint(*target), "udp", SIP)]
    assert (reading.fragments, reading.lost_fragments) == (4, 0)
    assert reading.info.undecoded_packets == 0


def test_two_datagrams_interleaved_and_one_doubled_piece(tmp_path: Path) -> None:
    """The identification keeps them apart; order among whole datagrams stays."""
    one, two = (fragments(udp(SIP + mark), [1600], i) for i, mark in enumerate((b"1", b"2"), 7))
    between = udp(SIP + b"3")
    _, found = _read(tmp_path, [one[0], two[0], two[0], between, two[1], one[1]])
    assert [(d.number, d.payload[-1:]) for d in found] == [(4, b"3"), (5, b"2"), (6, b"1")]


def test_a_missing_piece_leaves_the_others_undecoded(tmp_path: Path) -> None:
    """Counted, never silently dropped."""
    pieces = fragments(udp(SIP), SIZES)
    reading, found = _read(tmp_path, pieces[:2] + pieces[3:])
    assert (found, reading.lost_fragments, reading.info.undecoded_packets) == ([], 3, 3)


def test_overlapping_pieces_are_not_believed(tmp_path: Path) -> None:
    """RFC 5722: an overlap is an attack or an error."""
    first, _, last = fragments(udp(SIP), [1600, 400])
    overlapping = fragments(udp(SIP), [1200, 400])[1]  # as long as the piece that is missing
    _, found = _read(tmp_path, [first, overlapping, last])
    assert found == []


def test_what_is_no_sip_is_left_out(tmp_path: Path) -> None:
    """Fragmented video, NFS, DNS: no message, and counted."""
    reading, found = _read(tmp_path, fragments(udp(b"\0" * 3000), [1600]))
    assert (found, reading.lost_fragments) == ([], 2)


def test_pieces_that_never_complete_stay_bounded() -> None:
    """Hostile captures: first pieces without end, and one datagram in endless pieces."""
    reassembler = Reassembler()
    for number in range(MAX_DATAGRAMS * 2):
        reassembler.take(fragments(udp(SIP), [1600], number)[0], 0)
    assert len(reassembler._open) == MAX_DATAGRAMS
    large = fragments(udp(b"\0" * 65_000), [65_000], 8888)[0]
    for at in range(9):  # the same octets at nine places
        moved = large[:6] + (0x2000 | at).to_bytes(2, "big") + large[8:]
        reassembler.take(moved, 0)
        assert sum(one.octets for one in reassembler._open.values()) < 4 << 20
    tiny = fragments(udp(b"\0" * 8000), [8] * 999, 9999)
    random.Random(1).shuffle(tiny)  # noqa: S311 - any order will do
    for piece in tiny:
        assert reassembler.take(piece, 0) is None


def test_a_piece_does_not_wait_for_ever() -> None:
    """The identification comes back after 65,536 packets: an old piece must not meet a new one."""
    reassembler = Reassembler()
    first, last = fragments(udp(SIP), [1600])
    reassembler.take(first, 0)
    assert reassembler.take(last, LONGEST_WAIT_NS + 1) is None
    assert reassembler.take(first, LONGEST_WAIT_NS + 2) is not None


def test_a_packet_longer_than_a_packet_can_be_is_not_believed() -> None:
    """The "ping of death": pieces that end behind octet 65,535."""
    reassembler = Reassembler()
    packet = udp(b"\0" * 65_000)
    first, last = fragments(packet[:20] + packet[20:] + b"\0" * 520, [65_000])
    assert reassembler.take(first, 0) is None
    assert reassembler.take(last, 0) is None
    assert reassembler._open == {}


def test_fragments_of_other_protocols_with_one_identification_stay_apart() -> None:
    """RFC 791 3.2: the protocol belongs to what tells packets apart."""
    reassembler = Reassembler()
    first = fragments(udp(SIP), [1600])[0]
    last = fragments(gre(udp(SIP)[20:]), [1600])[1]
    last = last[:12] + first[12:20] + last[20:]
    assert reassembler.take(first, 0) is None
    assert reassembler.take(last, 0) is None
