"""A voice platform on one machine: near - platform - far, and nothing forwards between them.

Kamailio relays the signalling and rtpengine the media; whatever crosses has passed through
them, because the two networks have no route to each other.
"""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from support.lab import VOIPPROBE, Outcome, responder, responder_arguments, run
from voipprobe.bench.local.ready import await_socket
from voipprobe.bench.systems.arguments import (
    Proxy,
    Relay,
    kamailio_arguments,
    rtpengine_configuration,
)
from voipprobe.process.child import Child
from voipprobe.process.tools import find_tool
from voipprobe.traffic.netns import Host, hosts, join

NEAR, PLATFORM_NEAR = "198.18.0.1", "198.18.0.2"
PLATFORM_FAR, FAR = "198.18.1.2", "198.18.1.1"
PORT = 5060
RELAY_PORT = 22222
"""rtpengine's control port, on the platform's loopback."""
RELAY_PORTS = range(30000, 31000)
CREDENTIALS = {"VOIPPROBE_USERNAME": "voipprobe", "VOIPPROBE_PASSWORD": "voipprobe"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """The three hosts, and what one does with them."""

    near: Host
    middle: Host
    far: Host
    folder: Path

    def probe(self, *arguments: str, user: str = "", port: int = PORT) -> Outcome:
        """A probe from the near host through the proxy, with its JSON document."""
        target = f"sip:{user}@{PLATFORM_NEAR}:{port}" if user else f"{PLATFORM_NEAR}:{port}"
        fixed = ("--format", "json", "--keep-capture", "always")
        output = ("--output", str(self.folder / "runs"))
        argv = self.near.inside([*VOIPPROBE, "probe", target, *fixed, *output, *arguments])
        return run(argv, timeout_s=50, environment=CREDENTIALS)

    @contextlib.contextmanager
    def proxy(self, *, port: int, relay_port: int = RELAY_PORT) -> Iterator[Child]:
        """Another Kamailio, on a port of its own, for a test that breaks it."""
        with proxy(self.middle, self.folder, port=port, relay_port=relay_port) as child:
            yield child


@contextlib.contextmanager
def platform(folder: Path) -> Iterator[Platform]:
    """The whole of it, with a responder on the far host that serves the platform alone."""
    with contextlib.ExitStack() as running:
        near, middle, far = running.enter_context(hosts("near", "platform", "far"))
        join(near, f"near0 {NEAR}/30", middle, f"near1 {PLATFORM_NEAR}/30")
        join(middle, f"far1 {PLATFORM_FAR}/30", far, f"far0 {FAR}/30")
        # a new namespace copies this from the machine's own
        middle.run("sh", "-c", "echo 0 > /proc/sys/net/ipv4/ip_forward")
        arguments = responder_arguments(FAR, f"{PLATFORM_FAR}/32")
        argv = far.inside([*VOIPPROBE, *arguments, "--port", str(PORT), "--no-iperf"])
        running.enter_context(responder(argv, folder))
        running.enter_context(relay(middle, folder))
        running.enter_context(proxy(middle, folder, port=PORT, relay_port=RELAY_PORT))
        yield Platform(near=near, middle=middle, far=far, folder=folder)


@contextlib.contextmanager
def relay(host: Host, folder: Path) -> Iterator[Child]:
    """A running rtpengine without its kernel module, with a leg in each network."""
    file = folder / "rtpengine.conf"
    options = Relay(
        near=PLATFORM_NEAR, far=PLATFORM_FAR, ports=RELAY_PORTS, control_port=RELAY_PORT
    )
    file.write_text(rtpengine_configuration(options))
    argv = host.inside([find_tool("rtpengine"), f"--config-file={file}"])
    with Child(argv, folder=folder, name="rtpengine") as child:
        await_socket(host, child, "udp", RELAY_PORT)
        yield child


@contextlib.contextmanager
def proxy(host: Host, folder: Path, *, port: int, relay_port: int) -> Iterator[Child]:
    """A running Kamailio that listens in both networks, over UDP and TCP."""
    runtime = folder / f"kamailio-{port}"
    runtime.mkdir()
    options = Proxy(
        path=find_tool("kamailio"), near=PLATFORM_NEAR, far=PLATFORM_FAR, port=port,
        responder=f"{FAR}:{PORT}", callee=FAR, relay_port=relay_port, shared_mib=32,
    )  # fmt: skip
    argv = host.inside(kamailio_arguments(options, runtime))
    with Child(argv, folder=folder, name=runtime.name) as child:
        await_socket(host, child, "tcp", port)  # opened after those for UDP
        yield child


def sent_packets(host: Host, interface: str) -> int:
    """How many packets have left by this interface since it is there."""
    for line in Path(f"/proc/{host.pid}/net/dev").read_text().splitlines():
        name, _, counters = line.strip().partition(":")
        if name == interface:
            return int(counters.split()[9])
    raise AssertionError(f"{host.name} has no interface {interface}")


def complaints(folder: Path) -> list[str]:
    """Warnings and errors that the platform's main Kamailio has logged."""
    log = (folder / f"kamailio-{PORT}.err").read_text()
    return [line for line in log.splitlines() if re.search(r" (WARNING|ERROR|CRITICAL): ", line)]
