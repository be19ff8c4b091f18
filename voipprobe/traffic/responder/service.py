"""The responder as a service: its children are guarded, watched, restarted and ended."""

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
from voipprobe.traffic.responder.scenario import responder_scenario
from voipprobe.traffic.sipp.arguments import SippOptions, sipp_arguments
from voipprobe.traffic.sipp.version import SippVersion, installed_sipp

LOOK_S = 0.05
"""How often new sockets of iperf3 are looked for: it opens one for each test."""
NO_TCP_FILTER = (
    "this kernel filters TCP for CAP_NET_ADMIN only: a connection of a stranger is shut once it is "
    "seen, within some 50 ms; UDP is filtered as ever"
)
LOOK_AT_ALL_S = 1.0
"""How often those of SIPp are: those that it opens once it has settled are filtered."""
RESTART_S = 1.0
SETTLED_S = 5.0
"""A child that lived this long is restarted at once; a younger one after a pause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponderOptions:
    """Where and whom the responder serves.

    Attributes:
        announced: where callers are told to send, if not to `address`: behind a NAT.
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
    announced: str | None = None
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
    status: int | None = None
    restart_s: float = 0.0

    @property
    def is_over(self) -> bool:
        """Whether it has ended with `status`, and is started again at `restart_s`."""
        return self.status is not None

    @property
    def opens_sockets(self) -> bool:
        """Whether it opens sockets that must be looked for while it runs."""
        return self.name == "iperf3" or self.guard.is_tcp_unfiltered


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
        self._allowed = options.networks
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
                often = service.opens_sockets or now_s - service.started_s < SETTLED_S
                if not service.is_over and (every or often):
                    service.guard.cover()
            self._take_in_ended()
            self._restart_ended()

    def _take_in_ended(self) -> None:
        """Sleep a little; note what ends meanwhile or has ended."""
        children = {one.child: one for one in self._services if not one.is_over}
        ended, _, _ = select.select(list(children), [], [], LOOK_S)
        for child in ended:
            service = children[child]
            service.status = child.poll()
            now_s = time.monotonic()
            # something is wrong with a young one for good: do not spin
            is_young = now_s - service.started_s < SETTLED_S
            service.restart_s = now_s + (RESTART_S if is_young else 0.0)

    def _restart_ended(self) -> None:
        """Start again what is due; the others are guarded while it waits."""
        for service in self._services:
            if service.is_over and time.monotonic() >= service.restart_s:
                self._restart(service)

    def _change_allowed(self) -> None:
        networks = self._allowed
        if networks is not self._options.networks:
            self._options = replace(self._options, networks=networks)
            for service in self._services:
                service.guard.allow(networks)
                if not service.is_over:
                    service.guard.cover()

    def allow(self, networks: Sequence[Network]) -> None:
        """Serve these from now on, and nobody else; any thread may say so.

        Raises:
            ConfigError: too many networks.
        """
        filter_program(networks)
        self._allowed = networks

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
        if any(service.guard.is_tcp_unfiltered for service in self._services):
            self._say(NO_TCP_FILTER)

    def _restart(self, service: Service) -> None:
        self._say(f"{service.name} ended with status {service.status}: started again")
        fresh = self._start(service.name, service.argv)
        service.child, service.guard, service.status = fresh.child, fresh.guard, None
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
    scenario.write_text(
        responder_scenario(
            announced=options.announced,
            username=options.username,
            password=options.password,
            realm=options.realm,
            answer_ms=options.answer_ms,
            early_ms=options.early_ms,
            longest_call_ms=options.longest_call_ms,
        )
    )
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
