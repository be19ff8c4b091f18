"""Numbers out of captures: every packet of every flow, in bounded memory."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from support.pcaps import FAR, NEAR, Address, Rtp, frames, voice, write_pcap
from support.readings import ignore

from voipprobe.capture.packet import Endpoint
from voipprobe.capture.reading import ReadingOptions, read_capture
from voipprobe.capture.sequences.book import Flow, SequenceBook
from voipprobe.capture.sequences.numbering import numbers_of
from voipprobe.quality.sequences import SequenceSet


def wire(numbers: Sequence[int]) -> np.ndarray[tuple[int], np.dtype[np.uint16]]:
    return np.array([number % 65536 for number in numbers], dtype=np.uint16)


@given(st.integers(0, 65535), st.lists(st.integers(0, 3), min_size=1, max_size=200))
def test_numbers_go_on_over_the_wrap(start: int, gaps: list[int]) -> None:
    """Gaps, copies and swaps, from any first number: the set is that of the packets sent."""
    first, *rest = [start + sum(gaps[:at]) for at in range(len(gaps))]
    swapped = [n for pair in zip(rest[1::2], rest[::2], strict=False) for n in pair]
    arrival = [first, *swapped, *rest]
    assert numbers_of(wire(arrival)) == SequenceSet.of(arrival)


def test_random_numbers_are_no_stream() -> None:
    """Numbers all over the place would span more than memory has bits: they are refused."""
    numbers = np.arange(1000, dtype=np.uint64) * 30_000 % 65536
    assert numbers_of(numbers.astype(np.uint16)) is None


def read(path: Path, book: SequenceBook) -> dict[tuple[Endpoint, Endpoint, int], Flow]:
    read_capture([path], on_datagrams=ignore, options=ReadingOptions(on_rtp=book.take))
    return {(flow.source, flow.destination, flow.ssrc): flow for flow in book.flows()}


def both_ways(folder: Path, near: Address = NEAR, far: Address = FAR) -> Path:
    """200 packets there and 100 of them back."""
    there = voice(200)
    timed = frames(there, near, far) + frames(there[:100], far, near)
    return write_pcap(folder / "both.pcap", sorted(timed))


def test_each_direction_has_its_own_numbers(tmp_path: Path) -> None:
    """The same SSRC both ways: two flows, told apart by their ends, in order of time."""
    flows = read(both_ways(tmp_path), SequenceBook())
    there = flows[Endpoint(*NEAR), Endpoint(*FAR), 0x1234ABCD]
    back = flows[Endpoint(*FAR), Endpoint(*NEAR), 0x1234ABCD]
    assert there.sequences.tolist() == list(range(1000, 1200))
    assert back.sequences.tolist() == list(range(1000, 1100))
    assert (np.diff(there.times_ns) == 20_000_000).all()


def test_a_time_is_cut_out_of_a_flow(tmp_path: Path) -> None:
    """Packets 10 to 19, both ends included; nothing where nothing was captured."""
    there = read(both_ways(tmp_path), SequenceBook())[Endpoint(*NEAR), Endpoint(*FAR), 0x1234ABCD]
    times = there.times_ns
    part = there.between(times[10], times[19])
    assert part is not None
    assert part.sequences.tolist() == list(range(1010, 1020))
    assert there.between(times[-1] + 1, times[-1] + 10) is None


def test_packets_of_others_take_no_room(tmp_path: Path) -> None:
    """Only what comes from or goes to the peer is kept, in both families."""
    v6 = ("2001:db8::1", 4000), ("2001:db8::2", 6000)
    stranger = ("10.0.0.77", 4000)
    packets = voice(50)
    timed = frames(packets) + frames(packets, stranger, FAR) + frames(packets, *v6)
    path = write_pcap(tmp_path / "mixed.pcap", sorted(timed))
    for peer, ends in ((NEAR[0], (NEAR, FAR)), ("2001:db8::1", v6)):
        flows = read(path, SequenceBook(peer=peer, most_packets=50))
        ((source, destination, _),) = flows
        assert (source, destination) == (Endpoint(*ends[0]), Endpoint(*ends[1]))


def test_what_finds_no_room_is_counted(tmp_path: Path) -> None:
    """Too many packets, or too many flows: the rest is left out, and known to be."""
    packets = SequenceBook(most_packets=250)
    read(both_ways(tmp_path), packets)
    assert packets.left_out == 50
    many = [Rtp(10**18 + n, n, 0, ssrc=n + 1) for n in range(20)]
    flows = SequenceBook(most_flows=15)
    assert len(read(write_pcap(tmp_path / "many.pcap", frames(many)), flows)) == 15
    assert flows.left_out == 5
