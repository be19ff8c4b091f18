"""The far ends of the calls: answering SIPp processes, one for each calling one."""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from voipprobe.bench.local.network import PEERS, SIP_PORT
from voipprobe.bench.local.place import Place
from voipprobe.bench.local.ready import await_socket
from voipprobe.traffic.responder.allow import Network
from voipprobe.traffic.responder.guard import Guard
from voipprobe.traffic.responder.scenario import responder_scenario
from voipprobe.traffic.sipp.arguments import SippOptions, sipp_arguments
from voipprobe.traffic.sipp.version import SippVersion

FIRST_MEDIA_PORT: Final = 7000
FIRST_CONTROL_PORT: Final = 8700


@contextlib.contextmanager
def callees(
    place: Place, version: SippVersion, *, address: str, transport: str, number: int,
    peers: Sequence[Network] = PEERS,
) -> Iterator[list[str]]:  # fmt: skip
    """So many answering processes, which serve `peers` alone; their "address:port" in order.

    Raises:
        ToolError: one does not start.
    """
    with contextlib.ExitStack() as running:
        children = []
        for index in range(number):
            folder = place.folder / f"callee-{index}"
            folder.mkdir(exist_ok=True)
            options = _options(address, transport, index)
            _write_scenario(folder / options.scenario)
            argv = sipp_arguments(version, options)
            child = place.start(argv, "sipp", folder=folder)
            running.callback(child.stop)
            children.append((child, options.local_port, options.media_port))
        for child, port, media_port in children:
            await_socket(place.namespace, child, "udp" if transport == "udp" else "tcp", port)
            await_socket(place.namespace, child, "udp", media_port)
            Guard(child.pid, peers).cover()
        yield [f"{address}:{port}" for _, port, _ in children]


def _options(address: str, transport: str, index: int) -> SippOptions:
    return SippOptions(
        scenario="responder.xml",
        local_address=address,
        local_port=SIP_PORT + index,
        media_port=FIRST_MEDIA_PORT + 4 * index,
        control_port=FIRST_CONTROL_PORT + index,
        transport=transport,
        echo=True,
    )


def _write_scenario(path: Path) -> None:
    text = responder_scenario(username="voipprobe", password="voipprobe")  # noqa: S106 - unused
    path.write_text(text)
