"""What iperf3 measured of the network itself."""

from rich.console import Group, RenderableType
from rich.text import Text

from voipprobe.cli.render.layout import bullets, clean, figures_table, heading
from voipprobe.cli.render.numbers import bits_per_second, count, milliseconds, percent
from voipprobe.model.iperf import IperfResult, IperfTcp, IperfUdp

UDP = ["", "streams", "throughput", "packets", "loss", "reordered", "jitter"]
TCP = ["", "throughput", "retransmits"]


def iperf_table(result: IperfResult) -> RenderableType:
    """UDP and TCP by direction, and what iperf3 said where a direction failed."""
    server = clean(result.server)
    parts: list[RenderableType] = []
    if result.udp:
        udp = figures_table(UDP, map(_udp_row, result.udp))
        parts += [heading(f"Network, UDP (iperf3 to {server})"), udp, Text()]
    if result.tcp:
        tcp = figures_table(TCP, map(_tcp_row, result.tcp))
        parts += [heading(f"Network, TCP (iperf3 to {server})"), tcp, Text()]
    if result.errors:
        parts += [bullets((f"iperf3: {error}" for error in result.errors), "red"), Text()]
    return Group(*parts[:-1])


def _udp_row(run: IperfUdp) -> list[str]:
    return [
        clean(run.direction),
        count(run.streams),
        bits_per_second(run.throughput_bps),
        count(run.packets),
        percent(run.loss_ratio),
        count(run.out_of_order),
        milliseconds(run.jitter_ms),
    ]


def _tcp_row(run: IperfTcp) -> list[str]:
    return [clean(run.direction), bits_per_second(run.throughput_bps), count(run.retransmits)]
