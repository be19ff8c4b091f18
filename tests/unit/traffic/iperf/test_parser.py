"""iperf3's JSON: real runs, and what iperf3 says when there was none."""

import json

import pytest
from support.recordings import recorded

from voipprobe.model.errors import ToolError
from voipprobe.model.iperf import IperfUdp
from voipprobe.traffic.iperf.parser import parse_end, tcp_result, udp_result


def udp(name: str, direction: str) -> IperfUdp:
    return udp_result(parse_end(recorded("iperf3", name)), direction)


@pytest.mark.parametrize("direction", ["sent", "received"])
def test_udp_at_a_voice_packet_rate(direction: str) -> None:
    """Two streams of 50 packets in one second."""
    result = udp(f"udp-{direction}.json", direction)
    assert (result.direction, result.streams, result.packets, result.lost) == (direction, 2, 100, 0)
    assert result.loss_ratio == 0.0
    assert result.out_of_order == 0
    assert result.throughput_bps == pytest.approx(2 * 68_800, rel=0.01)
    assert result.duration_s == pytest.approx(1.0, rel=0.01)
    assert result.jitter_ms is not None
    assert 0 < result.jitter_ms < 1


def test_loss_is_what_the_rule_dropped() -> None:
    """The counter of the nftables rule said 10 of 200 packets."""
    result = udp("udp-sent-lossy.json", "sent")
    assert (result.packets, result.lost, result.loss_ratio) == (200, 10, 0.05)


def test_throughput_is_the_receivers() -> None:
    """What the sender sent is 5 % more than what arrived."""
    document = json.loads(recorded("iperf3", "udp-sent-lossy.json"))
    sent_bps = document["end"]["sum_sent"]["bits_per_second"]
    assert udp("udp-sent-lossy.json", "sent").throughput_bps == pytest.approx(
        0.95 * sent_bps, rel=1e-3
    )


def test_a_dead_path_loses_everything() -> None:
    """The server saw no packet and says 0 lost of 0: every one of the 200 sent is lost."""
    result = udp("udp-sent-all-lost.json", "sent")
    assert (result.packets, result.lost, result.loss_ratio) == (200, 200, 1.0)
    assert result.jitter_ms is None


def test_nothing_sent_is_no_loss() -> None:
    """Unknown, and not 0."""
    end = parse_end(recorded("iperf3", "udp-sent-all-lost.json"))
    end["sum_sent"]["packets"] = 0
    result = udp_result(end, "sent")
    assert result.loss_ratio is None
    assert result.jitter_ms is None


@pytest.mark.parametrize("direction", ["sent", "received"])
def test_tcp_throughput_is_the_receivers(direction: str) -> None:
    text = recorded("iperf3", f"tcp-{direction}.json")
    result = tcp_result(parse_end(text), direction)
    received = json.loads(text)["end"]["sum_received"]
    assert result.throughput_bps == received["bits_per_second"]
    assert result.duration_s == pytest.approx(1.0, rel=0.01)
    assert result.retransmits == json.loads(text)["end"]["sum_sent"]["retransmits"]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("busy.json", "iperf3: the server is busy running a test"),
        ("refused.json", "iperf3: unable to connect to server: Connection refused"),
    ],
)
def test_refusals(name: str, problem: str) -> None:
    """iperf3 3.12 exits 0 on both."""
    with pytest.raises(ToolError, match=problem):
        parse_end(recorded("iperf3", name))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_json_that_is_cut_off(share: float) -> None:
    text = recorded("iperf3", "udp-sent.json")
    with pytest.raises(ToolError, match="printed no JSON"):
        parse_end(text[: int(share * len(text))])


@pytest.mark.parametrize("text", ['{"start": {}}', '{"end": {}}', '{"end": {"streams": []}}'])
def test_a_run_without_streams(text: str) -> None:
    with pytest.raises(ToolError, match="no streams"):
        parse_end(text)
