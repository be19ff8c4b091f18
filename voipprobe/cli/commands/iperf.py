"""`voipprobe iperf`: the network itself."""

import tempfile
from pathlib import Path

import click

from voipprobe.cli.main import GOOD, VOID
from voipprobe.cli.render.console import make_console, show
from voipprobe.cli.render.iperf import iperf_table
from voipprobe.model.iperf import IperfResult
from voipprobe.model.target import parse_target
from voipprobe.results.document import document_text
from voipprobe.traffic.address import check_local, resolve
from voipprobe.traffic.iperf.arguments import DEFAULT_PORT, IperfOptions
from voipprobe.traffic.iperf.runner import measure_network


@click.command("iperf", context_settings={"show_default": True})
@click.argument("target", metavar="HOST[:PORT]")
@click.option("--duration", type=click.IntRange(1, 3600), default=10, help="Seconds a direction.")
@click.option(
    "--streams",
    type=click.IntRange(1, 128),
    default=10,
    help="UDP flows of 50 voice packets a second each.",
)
@click.option("--local-address", metavar="IP", help="Send from this address of ours.")
@click.option("--no-tcp", is_flag=True, help="Leave out TCP throughput.")
@click.option(
    "--tcp-limit-bps",
    type=click.IntRange(1_000_000),
    metavar="BPS",
    help="TCP sends no more than this.  [default: what the network carries]",
)
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table")
def command(
    target: str,
    duration: int,
    streams: int,
    local_address: str | None,
    no_tcp: bool,
    tcp_limit_bps: int | None,
    style: str,
) -> int:
    """Measure the network to an iperf3 server (a `voipprobe responder` brings one).

    UDP at a voice packet rate in both directions: loss, jitter, reordering; then TCP throughput
    in both directions.
    """
    if local_address:
        check_local(local_address)
    has_port = target.rpartition(":")[2].isdigit() and not target.endswith("]")
    where = parse_target(target if has_port else f"{target}:{DEFAULT_PORT}")
    options = IperfOptions(
        server=resolve(where.host, local_address=local_address),
        port=where.port,
        direction="sent",
        protocol="udp",
        duration_s=duration,
        streams=streams,
        tcp_limit_bps=tcp_limit_bps,
        local_address=local_address,
    )
    with tempfile.TemporaryDirectory(prefix="voipprobe-iperf-") as folder:
        protocols = ("udp",) if no_tcp else ("udp", "tcp")
        result = measure_network(options, Path(folder), protocols=protocols)
    _print(result, style)
    return VOID if result.errors else GOOD


def _print(result: IperfResult, style: str) -> None:
    if style == "json":
        click.echo(document_text(result), nl=False)
        for error in result.errors:
            click.echo(f"voipprobe: {error}", err=True)
    else:
        show(make_console(), [iperf_table(result)])
