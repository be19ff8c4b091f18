"""What iperf3 is made to send, and what we read of it, against counters of the middle host."""

from typing import Any

import pytest
from support.lab import FAR, Lab, run

pytestmark = [pytest.mark.alone, pytest.mark.integration, pytest.mark.netns]

LIMIT_BPS = 4_000_000
VOICE = "udp length 180"
"""A voice packet of iperf3 and its UDP header; not the datagrams that begin and end a run."""


def iperf(lab: Lab, *arguments: str) -> Any:
    done = run(lab.voipprobe("iperf", FAR, "--duration", "2", "--format", "json", *arguments))
    assert done.code == 0, done.stderr
    return done.document


def test_lost_packets_are_those_that_were_dropped(lab: Lab) -> None:
    """In the direction of the drops, to the packet; the other one is clean."""
    there = f"ip daddr {FAR} udp dport 5201 {VOICE}"
    lab.rules(
        f"{there} counter name seen",
        f"{there} numgen random mod 100 < 10 counter name dropped drop",
    )
    sent, received = iperf(lab, "--no-tcp", "--streams", "4")["udp"]
    counted = lab.counters()
    assert received["lost"] == 0
    assert counted["dropped"] > 20
    # what is lost after the last packet that arrived is missed by nobody
    assert sent["lost"] == pytest.approx(counted["dropped"], abs=4)
    assert sent["packets"] == pytest.approx(counted["seen"], abs=4)
    assert sent["loss_ratio"] == pytest.approx(sent["lost"] / sent["packets"])


def test_tcp_keeps_to_its_limit_in_both_directions(lab: Lab) -> None:
    """Without one it sends what the network carries: here far more."""
    lab.rules()
    limited = iperf(lab, "--tcp-limit-bps", str(LIMIT_BPS))["tcp"]
    assert [one["direction"] for one in limited] == ["sent", "received"]
    for one in limited:
        assert one["throughput_bps"] == pytest.approx(LIMIT_BPS, rel=0.25)
    free = iperf(lab)["tcp"]
    assert min(one["throughput_bps"] for one in free) > 10 * LIMIT_BPS
