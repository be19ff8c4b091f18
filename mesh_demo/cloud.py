"""A moto server in the services namespace: CloudWatch's wire, and what has arrived there."""

import contextlib
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from mesh_demo.network import Mesh
from mesh_demo.tun import entered
from voipprobe.aws.metrics.read import Series, read_series
from voipprobe.model.errors import ToolError
from voipprobe.process.child import Child

PORT: Final = 5000
REGION: Final = "us-east-1"
READY_WITHIN_S: Final = 30.0

Ends = tuple[str, str]
"""Source and destination of a path."""


def environment(net: Mesh) -> dict[str, str]:
    """What makes an AWS client speak to it: no credentials of anybody."""
    return {
        "AWS_ENDPOINT_URL": f"http://{net.services.address}:{PORT}",
        "AWS_ACCESS_KEY_ID": "mesh-demo",
        "AWS_SECRET_ACCESS_KEY": "mesh-demo",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


@contextlib.contextmanager
def cloud(net: Mesh, folder: Path) -> Iterator[None]:
    """The server, answering; ended with the block.

    Raises:
        ToolError: it does not start.
    """
    argv = [sys.executable, "-m", "moto.server", "-H", net.services.address, "-p", str(PORT)]
    with Child(net.services.host.inside(argv), folder=folder, name="moto") as server:
        deadline = time.monotonic() + READY_WITHIN_S
        while "Running on" not in server.stderr_text() + server.stdout.read_text():
            if server.wait(0.1) is not None or time.monotonic() > deadline:
                raise ToolError(f"moto did not start: {server.complaint()}")
        yield


def averages(
    net: Mesh, namespace: str, metric: str, paths: Iterable[Ends], start: float, end: float
) -> Mapping[Ends, float]:
    """The mean of a metric of each path over whole minutes, as CloudWatch tells it.

    Every agent publishes to its own Region, whose name is the source's.

    Args:
        net: where the server is.
        namespace: of the metric.
        metric: its name.
        paths: (source, destination); one without data is left out of the answer.
        start: epoch seconds, a whole minute.
        end: likewise.
    """
    found: dict[Ends, float] = {}
    with _as_client(net), entered(net.services.host.pid):
        for source, destination in paths:
            dimensions = (
                ("Source", source), ("Destination", destination), ("Scenario", "call"),
            )  # fmt: skip
            asked = Series(metric, dimensions, "Average")
            points = read_series(
                namespace, [asked], start=start, end=end, period_s=int(end - start), region=source
            )[asked]
            if points:
                found[source, destination] = points[0][1]
    return found


@contextlib.contextmanager
def _as_client(net: Mesh) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(environment(net))
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
