"""The iperf3 client process, one direction after the other."""

from dataclasses import replace
from pathlib import Path

from voipprobe.model.errors import ToolError
from voipprobe.model.iperf import IperfResult, IperfTcp, IperfUdp
from voipprobe.process.child import Child
from voipprobe.process.tools import find_tool
from voipprobe.traffic.iperf.arguments import IperfOptions, client_arguments
from voipprobe.traffic.iperf.parser import parse_end, tcp_result, udp_result

DIRECTIONS = ("sent", "received")
PATIENCE_S = 10.0
"""How much longer than asked for a run may take before it is ended."""


def measure_network(
    options: IperfOptions, folder: Path, *, protocols: tuple[str, ...] = ("udp", "tcp")
) -> IperfResult:
    """Both directions of each protocol; what fails is an entry in `errors`, the rest goes on.

    Raises:
        ToolError: iperf3 is missing.
    """
    path = find_tool("iperf3")
    udp: list[IperfUdp] = []
    tcp: list[IperfTcp] = []
    errors: list[str] = []
    for protocol in protocols:
        for direction in DIRECTIONS:
            run = replace(options, protocol=protocol, direction=direction)
            try:
                end = parse_end(_output(path, run, folder))
            except ToolError as error:
                errors.append(f"{protocol} {direction}: {error}")
                continue
            if protocol == "udp":
                udp.append(udp_result(end, direction))
            else:
                tcp.append(tcp_result(end, direction))
    server = f"{options.server}:{options.port}"
    return IperfResult(server=server, udp=tuple(udp), tcp=tuple(tcp), errors=tuple(errors))


def _output(path: str, options: IperfOptions, folder: Path) -> str:
    name = f"iperf3-{options.protocol}-{options.direction}"
    with Child(client_arguments(path, options), folder=folder, name=name) as child:
        if child.wait(options.duration_s + PATIENCE_S) is None:
            raise ToolError(f"iperf3 did not end {PATIENCE_S:g} s after it should have")
        return child.stdout.read_text(errors="replace")
