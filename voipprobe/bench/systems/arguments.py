"""Command lines and configurations of the systems that we bring. No process, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from voipprobe.traffic.scenarios import fill

FOLDER: Final = Path(__file__).parent
KAMAILIO_FILE: Final = FOLDER / "kamailio.cfg"
RTPENGINE_TEMPLATE: Final = FOLDER / "rtpengine.conf"
CONTROL_PORT: Final = 22222
"""Of rtpengine, on the system's loopback."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A Kamailio.

    Attributes:
        path: of the program. near, far: its addresses towards callers and callees.
        responder: "address:port" that calls to itself go to. callee: the only other address
            that calls may go to.
        relay_port: rtpengine's control port; None to leave media alone.
        max_calls: above which it refuses with 503; None for any number.
        workers: processes for each address, over UDP and over TCP.
    """

    path: str
    near: str
    far: str
    port: int
    responder: str
    callee: str
    relay_port: int | None = None
    max_calls: int | None = None
    workers: int = 2
    shared_mib: int = 64


def kamailio_arguments(proxy: Proxy, runtime: Path) -> list[str]:
    """The argv of a Kamailio in the foreground; `runtime` is a folder for its sockets."""
    both = proxy.near if proxy.near == proxy.far else f"({proxy.near}, {proxy.far})"
    return [
        proxy.path, "-DD", "-E", "-f", str(KAMAILIO_FILE), "-Y", str(runtime),
        "-m", str(proxy.shared_mib), "-M", "4", "-n", str(proxy.workers), "-N", "1",
        "-l", f"udp:{both}:{proxy.port}", "-l", f"tcp:{both}:{proxy.port}",
        *_substitutions({
            "RESPONDER": proxy.responder,
            "CALLEE": proxy.callee,
            "FAR_SIDE": f"{proxy.far}:{proxy.port}",
            "RELAY": None if proxy.relay_port is None else f"127.0.0.1:{proxy.relay_port}",
            "MOST_CALLS": None if proxy.max_calls is None else str(proxy.max_calls),
        }),
        *([] if proxy.relay_port is None else ["-A", "WITH_RELAY"]),
        *([] if proxy.max_calls is None else ["-A", "WITH_LIMIT"]),
    ]  # fmt: skip


def _substitutions(values: dict[str, str | None]) -> Sequence[str]:
    given = ((name, value) for name, value in values.items() if value is not None)
    return [f"--substdef=!{name}!{value}!g" for name, value in given]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """An rtpengine. `max_calls`: None for any number."""

    near: str
    far: str
    ports: range = range(20000, 60000)
    control_port: int = CONTROL_PORT
    threads: int = 2
    max_calls: int | None = None


def rtpengine_configuration(relay: Relay) -> str:
    """The text of its configuration file."""
    values = {
        "near": relay.near,
        "far": relay.far,
        "control_port": str(relay.control_port),
        "first_port": str(relay.ports.start),
        "last_port": str(relay.ports.stop - 1),
        "threads": str(relay.threads),
        "max_sessions": str(-1 if relay.max_calls is None else relay.max_calls),
    }
    return fill(RTPENGINE_TEMPLATE.read_text(), values)
