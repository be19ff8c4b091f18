"""The relay without I/O: order, overtaking, counting, and that nothing vanishes uncounted."""

import socket
from collections.abc import Iterator

import pytest
from support.mesh import ip_packet, rtp, sequence_of, udp

from mesh_demo.fate import HOLD_S, Fates
from mesh_demo.flows import MANY
from mesh_demo.impairment import Impairment
from mesh_demo.router import DirectedPath, Router

NAMES = ("a", "b", "c")
ADDRESSES = {name: f"198.18.{number}.1" for number, name in enumerate(NAMES, start=1)}
SPACING_S = 0.02


def router(max_waiting: int = 1000) -> Router:
    """Three Regions."""
    octets = {name: socket.inet_aton(address) for name, address in ADDRESSES.items()}
    return Router(1, octets, max_waiting)


def path(made: Router, source: str, destination: str) -> DirectedPath:
    return next(p for p in made.paths if (p.source, p.destination) == (source, destination))


def packet(sequence: int, *, to: str = "b", port: int = 4000) -> bytes:
    return ip_packet(udp(rtp(sequence), source_port=port), destination=ADDRESSES[to])


def leaving(made: Router, now_s: float) -> Iterator[int]:
    """Sequence numbers of what leaves until a moment, each exactly when it is due."""
    while (entry := made.next_due(now_s)) is not None:
        made.left(entry, entry.due_s, taken=True)
        yield sequence_of(entry.packet)


def sent(made: Router, count: int, spacing_s: float = SPACING_S) -> list[int]:
    """What comes out, in order, of a stream from a to b."""
    out: list[int] = []
    for number in range(count):
        now_s = number * spacing_s
        out += leaving(made, now_s)
        made.take(0, packet(number), now_s)
    return out + list(leaving(made, 1e9))


def test_a_packet_leaves_when_it_is_due_and_not_before() -> None:
    made = router()
    path(made, "a", "b").impairment = Impairment(delay_ms=34)
    made.take(0, packet(1), 10.0)
    assert made.due_s == pytest.approx(10.034)
    assert made.next_due(10.0339) is None
    assert list(leaving(made, 10.0341)) == [1]
    assert made.due_s is None
    truth = path(made, "a", "b").truth()
    assert truth.delay_ms.max == pytest.approx(34)
    assert truth.lateness_ms.max == 0


def test_order_is_kept_although_jitter_is_larger_than_the_spacing() -> None:
    made = router()
    path(made, "a", "b").impairment = Impairment(jitter_ms=100)
    assert sent(made, 500) == list(range(500))
    assert path(made, "a", "b").truth().rtp.reordered == 0


def test_order_is_kept_when_the_delay_shrinks() -> None:
    """The packet before is still on its way by the old rule."""
    made = router()
    path(made, "a", "b").impairment = Impairment(delay_ms=100)
    made.take(0, packet(1), 0.0)
    path(made, "a", "b").impairment = Impairment()
    made.take(0, packet(2), 0.01)
    assert list(leaving(made, 1.0)) == [1, 2]


def test_flows_do_not_hold_each_other_back() -> None:
    made = router()
    path(made, "a", "b").impairment = Impairment(delay_ms=100)
    made.take(0, packet(1, port=4000), 0.0)
    path(made, "a", "b").impairment = Impairment()
    made.take(0, packet(2, port=4002), 0.01)
    assert list(leaving(made, 0.02)) == [2]


def test_reordered_is_what_a_receiver_counts() -> None:
    """First arrivals behind the highest number seen so far; and every packet arrives."""
    made = router()
    path(made, "a", "b").impairment = Impairment(delay_ms=5, reorder_ratio=0.1)
    out = sent(made, 1000)
    behind = sum(number < max(out[:at]) for at, number in enumerate(out) if at)
    assert path(made, "a", "b").truth().rtp.reordered == behind
    assert 50 < behind < 150
    assert sorted(out) == list(range(1000))


def test_a_held_packet_is_overtaken_by_just_the_next() -> None:
    """At 20 ms of spacing, so that jitter buffers see single swaps and not chaos."""
    assert SPACING_S < HOLD_S < 2 * SPACING_S
    made = router()
    path(made, "a", "b").impairment = Impairment(reorder_ratio=0.1)
    out = sent(made, 300)
    assert all(abs(place - number) <= 1 for place, number in enumerate(out))


def test_losses_are_those_that_were_decided() -> None:
    made = router()
    rule = path(made, "a", "b").impairment = Impairment(loss_ratio=0.2)
    fates = Fates(1, "a", "b")
    kept = [number for number in range(300) if not fates.following(rule).lost]
    assert sent(made, 300) == kept
    assert path(made, "a", "b").truth().rtp.lost == 300 - len(kept)


def test_another_path_is_untouched() -> None:
    """The impairment of one path neither costs the others packets nor changes their chance."""
    made = router()
    path(made, "a", "b").impairment = Impairment(loss_ratio=1)
    for number in range(10):
        made.take(0, packet(number, to="c"), 0.0)
        made.take(1, packet(number, to="a"), 0.0)
        made.take(0, packet(number, to="b"), 0.0)
    assert len(list(leaving(made, 1.0))) == 20
    assert [p.truth().packets.lost for p in made.paths if p.truth().packets.received] == [10, 0, 0]


def test_too_many_waiting_is_an_overrun() -> None:
    made = router(max_waiting=5)
    path(made, "a", "b").impairment = Impairment(delay_ms=100)
    assert sent(made, 8, spacing_s=0.001) == [0, 1, 2, 3, 4]
    assert path(made, "a", "b").truth().rtp.overruns == 3
    assert made.waiting_max == 5


def test_every_packet_is_in_exactly_one_count() -> None:
    """Lost, refused, overrun, waiting or forwarded: they add up to what was received."""
    made = router(max_waiting=20)
    path(made, "a", "b").impairment = Impairment(delay_ms=5, loss_ratio=0.3, reorder_ratio=0.3)
    for number in range(60):
        made.take(0, packet(number), number * 1e-4)
    for taken in (True, False, True):
        entry = made.next_due(0.0051 + 1e-3)
        assert entry is not None
        made.left(entry, entry.due_s, taken=taken)
    truth = path(made, "a", "b").truth()
    rtp_counts = truth.rtp
    assert (rtp_counts.received, rtp_counts.forwarded, rtp_counts.refused) == (60, 2, 1)
    assert rtp_counts.lost > 0
    assert rtp_counts.overruns > 0
    others = rtp_counts.forwarded + rtp_counts.lost + rtp_counts.overruns + rtp_counts.refused
    assert rtp_counts.received == others + truth.waiting
    assert rtp_counts.octets == 2 * len(packet(0))


@pytest.mark.parametrize("stray", [packet(1, to="a"), b"\x60" + bytes(60), b"\x45"])
def test_what_goes_to_nobody_is_a_stray(stray: bytes) -> None:
    """Also what a Region sends to itself, or to an address that nobody has."""
    made = router()
    made.take(0, stray, 0.0)
    assert made.strays == [1, 0, 0]
    assert made.due_s is None


def test_quiet_flows_are_forgotten_and_busy_ones_keep_their_order() -> None:
    """A month of calls is millions of flows."""
    made = router()
    slow = path(made, "a", "b")
    slow.impairment = Impairment(delay_ms=10_000)
    made.take(0, packet(1, port=50_000), 0.0)
    slow.impairment = Impairment()
    for number in range(MANY * 2):
        list(leaving(made, number * 1e-3))
        made.take(0, packet(0, port=number), number * 1e-3)
    assert len(slow.flows) <= MANY
    made.take(0, packet(2, port=50_000), 9.0)
    assert list(leaving(made, 9.9)) == [0]
    assert list(leaving(made, 11.0)) == [1, 2]
