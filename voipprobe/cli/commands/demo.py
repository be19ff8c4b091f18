"""`voipprobe demo`: the whole of it on this machine alone."""

import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from voipprobe.cli.main import VOID
from voipprobe.model.errors import ToolError
from voipprobe.process.child import Child
from voipprobe.traffic.netns import Host, hosts, join, namespaces_allowed

PORT = 15060
"""Not 5060: a demo must not be in the way of a real service on loopback."""
MEDIA_PORT = 17000
IPERF_PORT = 15201
NEAR, FAR = "198.18.0.1", "198.18.0.2"
"""Of the range that RFC 2544 keeps for benchmarks."""
READY_WITHIN_S = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where the two ends of the demo run; no hosts means loopback."""

    address: str
    near: Host | None = None
    far: Host | None = None


@click.command("demo", context_settings={"show_default": True})
@click.option("--calls", type=click.IntRange(1, 500), default=20)
@click.option("--hold", type=click.FloatRange(1, 600), default=5.0)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    default=Path("runs"),
    help="Folder for run folders.",
)
def command(calls: int, hold: float, output: Path) -> int:
    """Place real calls on this machine alone and show what is measured.

    A responder and a probe run in two network namespaces of their own; on loopback where
    namespaces are not allowed.
    """
    with _stage() as stage, _responder(stage):
        arguments = ["probe", f"sip:echo@{stage.address}:{PORT}", "--calls", str(calls)]
        arguments += ["--rate", "5", "--hold", f"{hold:g}", "--output", str(output.absolute())]
        arguments += ["--iperf", "5", "--iperf-port", str(IPERF_PORT)]
        arguments += ["--expect", "ser>=0.99", "--expect", "mos.p5>=4.0"]
        click.echo(f"$ voipprobe {' '.join(arguments)}", err=True)
        code = subprocess.run(_in(stage.near, arguments), check=False).returncode
        return code if code >= 0 else VOID


@contextlib.contextmanager
def _stage() -> Iterator[Stage]:
    if not namespaces_allowed():
        click.echo("no network namespaces here (not root?): the demo runs on loopback", err=True)
        yield Stage(address="127.0.0.1")
        return
    with hosts("near", "far") as (near, far):
        join(near, f"near0 {NEAR}/30", far, f"far0 {FAR}/30")
        yield Stage(address=FAR, near=near, far=far)


@contextlib.contextmanager
def _responder(stage: Stage) -> Iterator[None]:
    arguments = ["responder", "--address", stage.address, "--port", str(PORT)]
    arguments += ["--media-port", str(MEDIA_PORT), "--iperf-port", str(IPERF_PORT)]
    arguments += ["--allow", f"{NEAR}/32", "--allow", "127.0.0.0/8"]
    with tempfile.TemporaryDirectory(prefix="voipprobe-demo-") as folder:
        child = Child(_in(stage.far, arguments), folder=Path(folder), name="responder")
        with child:
            _await_ready(child)
            yield


def _await_ready(child: Child) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while b"ready:" not in child.stdout.read_bytes():
        if child.wait(0.05) is not None or time.monotonic() > deadline:
            raise ToolError(f"the responder did not start: {child.complaint()}")


def _in(host: Host | None, arguments: Sequence[str]) -> list[str]:
    argv = [sys.executable, "-m", "voipprobe", *arguments]
    return host.inside(argv) if host else argv
