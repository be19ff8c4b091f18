"""Real packets between namespaces: what was injected, what the relay counted, what came."""

import contextlib
import itertools
import math
import select
import statistics
import time
from collections.abc import Iterator

import pytest
from support.mesh import Receiver, counted, exchange, rtp, sip

from mesh_demo.fate import Fates
from mesh_demo.flood import flood
from mesh_demo.impairment import Impairment
from mesh_demo.network import Mesh, mesh
from mesh_demo.regions import US_REGIONS, usual

pytestmark = [pytest.mark.alone, pytest.mark.netns, pytest.mark.timeout(60)]

LOSSY = Impairment(loss_ratio=0.05)
EAST, WEST = "us-east-1", "us-west-2"


@pytest.fixture
def net() -> Iterator[Mesh]:
    """The four Regions as far apart as they are, nothing counted yet."""
    with mesh(seed=7) as made:
        yield made


def test_loss_injected_is_loss_received_exactly(net: Mesh) -> None:
    """Not a ratio but the very packets: decided by the seed, missing at the receiver, counted."""
    net.impair(EAST, WEST, LOSSY)
    source = net.regions[EAST].address
    with counted(net.regions[WEST].host, from_address=source) as seen:
        payloads = (sip(n) if n % 5 == 0 else rtp(n) for n in range(3000))
        came = [arrival.payload for arrival in exchange(net, EAST, WEST, payloads, 1e-4)]
        seen_by_nft = seen()
    fates = Fates(7, EAST, WEST)
    kept = [n for n in range(3000) if not fates.following(LOSSY).lost]
    truth = net.truth().path(EAST, WEST)
    came_rtp = [int.from_bytes(one[2:4], "big") for one in came if one[0] == 0x80]
    assert came_rtp == [n for n in kept if n % 5]
    assert [one for one in came if one[0] != 0x80] == [sip(n) for n in kept if not n % 5]
    assert truth.rtp.received - truth.rtp.lost == truth.rtp.forwarded == len(came_rtp)
    assert truth.sip.received - truth.sip.lost == truth.sip.forwarded == len(came) - len(came_rtp)
    assert truth.packets.forwarded == seen_by_nft == len(kept)
    assert abs(3000 - len(kept) - 150) < 4 * math.sqrt(3000 * 0.05 * 0.95)


def test_the_round_trip_is_both_delays(net: Mesh) -> None:
    """Never less; more only by what the machine is late, which the median does not show."""
    net.impair(EAST, WEST, Impairment(delay_ms=40))
    net.impair(WEST, EAST, Impairment(delay_ms=25))
    with net.regions[EAST].udp_socket() as near, net.regions[WEST].udp_socket() as far:
        near.settimeout(5)
        far.settimeout(5)
        round_trips_ms = []
        for _ in range(11):
            began_s = time.monotonic()
            near.sendto(b"there and back", far.getsockname())
            far.sendto(*far.recvfrom(100))
            near.recv(100)
            round_trips_ms.append((time.monotonic() - began_s) * 1e3)
    assert min(round_trips_ms) >= 65
    assert statistics.median(round_trips_ms) < 65 + 20
    there, back = net.truth().path(EAST, WEST), net.truth().path(WEST, EAST)
    assert 40 <= (there.delay_ms.p50 or 0) < 50
    assert 25 <= (back.delay_ms.p50 or 0) < 35
    assert there.lateness_ms.max == pytest.approx((there.delay_ms.max or 0) - 40, abs=1e-6)


def test_degrading_one_path_changes_no_other(net: Mesh) -> None:
    """80 ms and loss on one of twelve, while it runs; its way back stays as it was."""
    before = transits_ms(net)
    net.impair(EAST, WEST, net.impairment(EAST, WEST).worse(delay_ms=80, loss_ratio=0.3))
    after = transits_ms(net)
    assert len(after) == 12
    for path, transit_ms in after.items():
        extra_ms = 80 if path == (EAST, WEST) else 0
        assert before[path] >= usual(*path).delay_ms
        assert transit_ms >= usual(*path).delay_ms + extra_ms
        assert abs(transit_ms - before[path] - extra_ms) < 15
    truth = net.truth()
    assert [(p.source, p.destination) for p in truth.paths if p.packets.lost] == [(EAST, WEST)]
    assert net.impairment(WEST, EAST) == usual(WEST, EAST)


def transits_ms(net: Mesh) -> dict[tuple[str, str], float]:
    """The quickest of 25 packets on every directed path, all paths at the same time."""
    found: dict[tuple[str, str], float] = {}
    with contextlib.ExitStack() as held:
        lines, receivers = [], {}
        for source, destination in itertools.permutations(US_REGIONS, 2):
            receiver = held.enter_context(contextlib.closing(Receiver(net.regions[destination])))
            receivers[receiver] = (source, destination)
            lines.append(held.enter_context(net.regions[source].udp_socket()))
            lines[-1].connect(receiver.address)
        for number in range(26):
            patience_s = 0.3 if number == 25 else 0.005  # until nothing comes any more
            for line in lines if number < 25 else ():
                line.send(rtp(number))
            while ready := select.select(receivers, [], [], patience_s)[0]:
                for receiver in ready:
                    path, transit_ms = receivers[receiver], receiver.receive().transit_ms
                    assert transit_ms is not None
                    found[path] = min(transit_ms, found.get(path, transit_ms))
    return found


def test_order_is_kept_under_jitter(net: Mesh) -> None:
    """Jitter twenty times the spacing, and not one packet behind another."""
    net.impair(EAST, WEST, Impairment(jitter_ms=20))
    came = exchange(net, EAST, WEST, map(rtp, range(300)), 0.001)
    assert [one.sequence for one in came] == list(range(300))
    assert net.truth().path(EAST, WEST).rtp.reordered == 0


def test_reordering_is_what_the_receiver_finds(net: Mesh) -> None:
    """First arrivals behind the highest number seen; all of them arrive."""
    net.impair(EAST, WEST, Impairment(delay_ms=10, reorder_ratio=0.1))
    numbers = [one.sequence for one in exchange(net, EAST, WEST, map(rtp, range(200)), 0.004)]
    behind = sum(number < max(numbers[:at]) for at, number in enumerate(numbers) if at)
    assert sorted(numbers) == list(range(200))
    assert net.truth().path(EAST, WEST).rtp.reordered == behind
    assert behind > 10


def test_five_thousand_packets_a_second_without_overrun(net: Mesh) -> None:
    """For three seconds on all paths; the namespaces' own counters say the same."""
    with contextlib.ExitStack() as held:
        counters = [
            held.enter_context(counted(region.host, from_address="198.18.0.0/16"))
            for region in net.regions.values()
        ]
        sent = flood(net, 5000, 3.0)
        arrived = sum(counter() for counter in counters)
    truth = net.truth()
    assert sent > 10_000
    assert truth.overruns == 0
    assert sum(path.rtp.forwarded for path in truth.paths) == sent == arrived
    assert {path.rtp.forwarded for path in truth.paths} == {sent // 12}
