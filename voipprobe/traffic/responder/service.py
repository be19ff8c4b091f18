"""The responder as a service: its children are guarded, watched, restarted and ended."""

import secrets
import select
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from voipprobe.model.errors import ToolError
from voipprobe.process.child import Child
from voipprobe.process.tools import find_tool
from voipprobe.traffic.address import check_local, free_ports
from voipprobe.traffic.iperf.arguments import server_arguments
from voipprobe.traffic.responder.allow import Network, filter_program
from voipprobe.traffic.responder.guard import Guard
from voipprobe.traffic.scenarios import fill, scenario_folder
from voipprobe.traffic.sipp.arguments import SippOptions, sipp_arguments
from voipprobe.traffic.sipp.version import SippVersion, installed_sipp

LOOK_S = 0.05
"""How often new sockets of iperf3 are looked for: it opens one for each test."""
LOOK_AT_ALL_S = 1.0
"""How often those of SIPp are: it opens none once it runs, and what it accepts is filtered."""
SETTLED_S = 5.0
"""A child that lived this long is restarted at once; a younger one after a pause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponderOptions:
    """Where and whom the responder serves.

    Attributes:
        transports: SIP over these; each is a SIPp process of its own.
        iperf_port: None for no iperf3 server.
        answer_ms: how long user `slow` lets ring. early_ms: early media of user `early`.
        username, password: what user `auth` must present.
    """

    address: str
    port: int
    media_port: int
    iperf_port: int | None
    networks: Sequence[Network]
    transports: tuple[str, ...] = ("udp", "tcp")
    answer_ms: int = 3000
    early_ms: int = 1000
    longest_call_ms: int = 3_600_000
    username: str
    password: str = field(repr=False)
    realm: str = "voipprobe"


@dataclass(slots=True)
class Service:
    """One child that must always run."""

    name: str
    argv: list[str]
    child: Child
    guard: Guard
    started_s: float
    restarts: int = 0

    @property
    def opens_sockets(self) -> bool:
        """Whether it opens listening sockets while it runs."""
        return self.name == "iperf3"


class Responder:
    """All children of one responder."""

    def __init__(
        self, options: ResponderOptions, folder: Path, *, say: Callable[[str], None]
    ) -> None:
        """Start everything.

        Args:
            options: where and whom to serve.
            folder: for the children's files; one sub-folder each.
            say: told of restarts, in one line each.

        Raises:
            ToolError: a tool is missing or does not start (a port in use).
            ConfigError: the address is not ours.
        """
        check_local(options.address)
        self._options = options
        self._folder = folder
        self._say = say
        self._services: list[Service] = []
        self._allowed_next: Sequence[Network] | None = None
        try:
            for name, argv in _commands(options, installed_sipp(), folder):
                self._services.append(self._start(name, argv))
            self._settle()
        except BaseException:
            self.stop()
            raise

    def serve(self, *, until: Callable[[], bool]) -> None:
        """Guard and restart the children until `until()` says that it is enough.

        Raises:
            ToolError: the allow-list cannot be enforced.
        """
        look_at_all_s = time.monotonic()
        while not until():
            self._change_allowed()
            now_s = time.monotonic()
            every = now_s >= look_at_all_s
            if every:
                look_at_all_s = now_s + LOOK_AT_ALL_S
            for service in self._services:
                if every or service.opens_sockets:
                    service.guard.cover()
            self._restart_ended()

    def _restart_ended(self) -> None:
        """Sleep a little; start again what ends meanwhile or has ended."""
        children = {service.child: service for service in self._services}
        ended, _, _ = select.select(list(children), [], [], LOOK_S)
        for child in ended:
            status = child.poll()
            if status is not None:
                self._restart(children[child], status)

    def _change_allowed(self) -> None:
        networks, self._allowed_next = self._allowed_next, None
        if networks is not None:
            self._options = replace(self._options, networks=networks)
            for service in self._services:
                service.guard.allow(networks)
                service.guard.cover()

    def allow(self, networks: Sequence[Network]) -> None:
        """Serve these from now on, and nobody else; any thread may say so.

        Raises:
            ConfigError: too many networks.
        """
        filter_program(networks)
        self._allowed_next = networks

    def stop(self) -> None:
        """End every child."""
        for service in self._services:
            service.child.stop()

    def _start(self, name: str, argv: list[str]) -> Service:
        folder = self._folder / name
        folder.mkdir(exist_ok=True)
        child = Child(argv, folder=folder, name=name, stop=((signal.SIGTERM, 1.0),))
        guard = Guard(child.pid, self._options.networks)
        return Service(name, argv, child, guard, time.monotonic())

    def _settle(self) -> None:
        """Wait until every child has opened its sockets, all behind the filter."""
        deadline = time.monotonic() + 5.0
        waiting = list(self._services)
        while waiting and time.monotonic() < deadline:
            for service in list(waiting):
                if service.child.poll() is not None:
                    raise ToolError(_why_not(service, self._options))
                if service.guard.cover():
                    waiting.remove(service)
            time.sleep(0.01)
        time.sleep(0.2)  # SIPp opens its media sockets a moment after the first
        for service in self._services:
            service.guard.cover()
            if service.child.poll() is not None:
                raise ToolError(_why_not(service, self._options))

    def _restart(self, service: Service, status: int) -> None:
        if time.monotonic() - service.started_s < SETTLED_S:
            time.sleep(1.0)  # something is wrong with it for good: do not spin
        self._say(f"{service.name} ended with status {status}: started again")
        fresh = self._start(service.name, service.argv)
        service.child, service.guard = fresh.child, fresh.guard
        service.started_s, service.restarts = fresh.started_s, service.restarts + 1


def _why_not(service: Service, options: ResponderOptions) -> str:
    text = service.child.stderr.read_text(errors="replace") + service.child.stdout.read_text(
        errors="replace"
    )
    if "in use" in text.lower():
        return f"{service.name}: a port of {options.address} is in use: choose another with --port"
    return f"{service.name} does not start: {service.child.complaint() or 'it says nothing'}"


def _commands(
    options: ResponderOptions, version: SippVersion, folder: Path
) -> list[tuple[str, list[str]]]:
    scenario = folder / "responder.xml"
    scenario.touch(mode=0o600)
    scenario.write_text(_scenario(options))
    commands = []
    for index, transport in enumerate(options.transports):
        sipp = SippOptions(
            scenario=str(scenario),
            local_address=options.address,
            local_port=options.port,
            # one echo for all transports would do; each process brings its own
            media_port=options.media_port + 4 * index,
            control_port=free_ports("127.0.0.1", 1)[0],
            transport=transport,
            echo=True,
        )
        commands.append((f"sipp-{transport}", sipp_arguments(version, sipp)))
    if options.iperf_port is not None:
        iperf = server_arguments(
            find_tool("iperf3"), address=options.address, port=options.iperf_port
        )
        commands.append(("iperf3", iperf))
    return commands


def _scenario(options: ResponderOptions) -> str:
    template = scenario_folder() / "responder" / "responder.xml"
    values = {
        "answer_ms": str(options.answer_ms),
        "early_ms": str(options.early_ms),
        "longest_call_ms": str(options.longest_call_ms),
        "contact_user": "responder",
        "realm": options.realm,
        "username": options.username,
        "password": options.password,
        "nonce": secrets.token_hex(16),
    }
    return fill(template.read_text(), values)
