"""`voipprobe responder`: the far end."""

import os
import signal
import tempfile
import threading
from pathlib import Path

import click

from voipprobe.process.notify import notify
from voipprobe.traffic.credentials import Credentials, read_credentials
from voipprobe.traffic.responder.allow import parse_networks
from voipprobe.traffic.responder.service import Responder, ResponderOptions


@click.command("responder", context_settings={"show_default": True})
@click.option("--address", metavar="IP", help="Address to serve.  [default: 127.0.0.1]")
@click.option("--announce", metavar="IP", help="Address that callers know it by, behind a NAT.")
@click.option("--port", type=click.IntRange(1, 65535), default=5060, help="SIP over UDP and TCP.")
@click.option(
    "--media-port",
    type=click.IntRange(1024, 65000),
    default=7000,
    help="First of the ports that echo RTP.",
)
@click.option("--iperf-port", type=click.IntRange(1, 65535), default=5201)
@click.option("--no-iperf", is_flag=True, help="Do without the iperf3 server.")
@click.option(
    "--allow",
    "networks",
    multiple=True,
    metavar="CIDR",
    help="Serve only these peers (repeatable).  [default: private and loopback ranges]",
)
@click.option(
    "--answer-after",
    type=click.FloatRange(0, 3600),
    default=3.0,
    help="Seconds that user `slow` takes to answer.",
)
@click.option(
    "--credentials",
    type=click.Path(path_type=Path),
    help="TOML file with the username and password that user `auth` must present.",
)
def command(
    address: str | None,
    announce: str | None,
    port: int,
    media_port: int,
    iperf_port: int,
    no_iperf: bool,
    networks: tuple[str, ...],
    answer_after: float,
    credentials: Path | None,
) -> int:
    """Answer calls, echo their media, and serve iperf3, until interrupted.

    The user part of the request URI chooses what happens: echo, early (183 with media, then
    200), busy (486), unavailable (503), ring (180 until cancelled), slow (answers after a
    while), auth (407 digest). OPTIONS and REGISTER are answered too (user auth: 401 digest).
    """
    defaults = Credentials(username="voipprobe", password="voipprobe")  # noqa: S106 - public
    known = read_credentials(credentials, os.environ) or defaults
    options = ResponderOptions(
        address=address or "127.0.0.1",
        announced=announce,
        port=port,
        media_port=media_port,
        iperf_port=None if no_iperf else iperf_port,
        networks=parse_networks(networks),
        answer_ms=round(answer_after * 1000),
        username=known.username,
        password=known.password,
    )
    if not networks:
        click.echo("serving private and loopback ranges only: name others with --allow", err=True)
    _serve(options)
    return 0


def _serve(options: ResponderOptions) -> None:
    enough = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: enough.set())
    with tempfile.TemporaryDirectory(prefix="voipprobe-responder-") as folder:
        responder = Responder(options, Path(folder), say=lambda text: click.echo(text, err=True))
        try:
            click.echo(_greeting(options))
            notify("READY=1")
            responder.serve(until=enough.is_set)
        finally:
            notify("STOPPING=1")
            responder.stop()


def _greeting(options: ResponderOptions) -> str:
    host = f"[{options.address}]" if ":" in options.address else options.address
    iperf = f", iperf3 on port {options.iperf_port}" if options.iperf_port else ""
    return f"ready: sip:echo@{host}:{options.port} over UDP and TCP{iperf}; Ctrl-C ends it"
