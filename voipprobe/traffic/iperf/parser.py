"""iperf3's JSON to our types. Text in, values out."""

import json
from typing import Any

from voipprobe.model.errors import ToolError
from voipprobe.model.iperf import IperfTcp, IperfUdp


def parse_end(text: str) -> dict[str, Any]:
    """The `end` object of a run that succeeded.

    iperf3 3.12 exits 0 with -J also when it was refused, so only the `error` key counts.

    Raises:
        ToolError: iperf3 reported an error, or printed no JSON.
    """
    try:
        document = json.loads(text)
    except ValueError:
        raise ToolError("iperf3 printed no JSON: it crashed or was ended") from None
    if "error" in document:
        raise ToolError(f"iperf3: {document['error']}")
    end: dict[str, Any] = document.get("end", {})
    if not end.get("streams"):
        raise ToolError("iperf3 reported no streams: it was ended before its run was over")
    return end


def udp_result(end: dict[str, Any], direction: str) -> IperfUdp:
    """One direction over UDP as the receiver counted it.

    `end.sum` under -R is the sender's view, and out_of_order is only in the streams.
    """
    received = end.get("sum_received") or end["sum"]
    streams = [stream["udp"] for stream in end["streams"]]
    orders = [stream["out_of_order"] for stream in streams if "out_of_order" in stream]
    packets, lost = received["packets"], received["lost_packets"]
    if not packets:
        # the receiver counts up to the last packet that it saw: of a dead path it says 0 of 0
        packets = lost = end.get("sum_sent", {}).get("packets", 0)
    return IperfUdp(
        direction=direction,
        streams=len(streams),
        duration_s=received["seconds"],
        throughput_bps=received["bits_per_second"],
        packets=packets,
        lost=lost,
        loss_ratio=lost / packets if packets else None,
        out_of_order=sum(orders) if orders else None,
        jitter_ms=received["jitter_ms"] if packets > lost else None,
    )


def tcp_result(end: dict[str, Any], direction: str) -> IperfTcp:
    """One direction over TCP; throughput is the receiver's."""
    return IperfTcp(
        direction=direction,
        duration_s=end["sum_received"]["seconds"],
        throughput_bps=end["sum_received"]["bits_per_second"],
        retransmits=end["sum_sent"].get("retransmits"),
    )
