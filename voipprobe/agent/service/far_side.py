"""The responder of an agent, and whom it serves: supervised for as long as the agent runs."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from voipprobe.agent.config.identity import Identity
from voipprobe.agent.config.sections import FleetFile
from voipprobe.agent.log import Log
from voipprobe.agent.rounds.forks import Nursery
from voipprobe.agent.service.listening import Listening
from voipprobe.agent.service.settings import Settings
from voipprobe.model.errors import ToolError, VoipprobeError
from voipprobe.traffic.address import resolve
from voipprobe.traffic.responder.allow import Network, parse_networks
from voipprobe.traffic.responder.service import Responder, ResponderOptions

AGAIN_S: Final = 5.0
FOLDER: Final = "responder"
RECORDING: Final = "far-end"
RESOLVE_EVERY_S: Final = 60.0
LOOPBACK: Final = ["127.0.0.0/8", "::1/128"]


class FarSide:
    """Runs the responder in a thread of its own."""

    def __init__(self, options: ResponderOptions, folder: Path, log: Log) -> None:
        """Start it.

        Args:
            options: where it serves.
            folder: for its files.
            log: told of restarts.

        Raises:
            ToolError, ConfigError: it does not start.
        """
        self.options = options
        self._folder = folder
        self._log = log
        self._enough = threading.Event()
        self._responder: Responder | None = self._make()
        self._thread = threading.Thread(target=self._run, name="responder", daemon=True)
        self._thread.start()

    @property
    def is_up(self) -> bool:
        """Whether calls are answered."""
        return self._responder is not None

    def allow(self, networks: Sequence[Network]) -> None:
        """Serve these from now on."""
        responder = self._responder
        if responder is not None:
            responder.allow(networks)

    def serves(self, options: ResponderOptions) -> bool:
        """Whether it serves where these options say, whomever it serves."""
        return replace(options, networks=self.options.networks) == self.options

    def close(self) -> None:
        """End it with its children."""
        self._enough.set()
        self._thread.join()

    def _make(self) -> Responder:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Responder(
            self.options, self._folder, say=lambda text: self._log.warning("responder", text=text)
        )

    def _run(self) -> None:
        while not self._enough.is_set():
            try:
                self._responder = self._responder or self._make()
                self._responder.serve(until=self._enough.is_set)
            except (VoipprobeError, OSError) as error:  # a file of its folder may be gone
                self._log.warning("responder-down", reason=str(error), again_in_s=AGAIN_S)
            finally:
                if self._responder is not None:
                    self._responder.stop()
                    self._responder = None
            self._enough.wait(AGAIN_S)


def responder_options(
    fleet: FleetFile, identity: Identity, networks: Sequence[Network]
) -> ResponderOptions | None:
    """How our responder serves; None where it does not.

    Raises:
        ToolError: our own name does not resolve.
    """
    section, peer = fleet.responder, identity.peer
    if not section.enabled or peer is None:
        return None
    return ResponderOptions(
        address=resolve(peer.bind or peer.address),
        port=section.port,
        media_port=section.media_port,
        iperf_port=section.iperf_port or None,
        networks=networks,
        transports=section.transports,
        username="voipprobe",
        password="voipprobe",  # noqa: S106 - public, see docs/responder.md
    )


def served_networks(fleet: FleetFile) -> tuple[tuple[Network, ...], list[str]]:
    """The peers' addresses of now, with what is allowed beside; and names that do not resolve."""
    found, unknown = [], []
    for peer in fleet.peer:
        try:
            found.append(resolve(peer.address))
        except ToolError:
            unknown.append(peer.address)
    allowed = [*found, *fleet.responder.allow]
    # nobody must not become everybody: an empty list means the default ranges
    return parse_networks(allowed or (LOOPBACK if fleet.peer else [])), unknown


class FarSides:
    """The one far side that the settings of the moment ask for, if they do."""

    def __init__(self, nursery: Nursery, log: Log) -> None:
        self._log = log
        self._listening = Listening(nursery, log)
        self._current: FarSide | None = None

    @property
    def is_good(self) -> bool:
        """Whether calls are answered, or nobody wants that."""
        return self._current is None or self._current.is_up

    def follow(self, settings: Settings) -> None:
        """Serve as these settings say; calls go on where only the peers have changed.

        Raises:
            ToolError, ConfigError: it does not start.
        """
        networks, unknown = served_networks(settings.fleet)
        if unknown:
            self._log.warning("peers-unknown", names=" ".join(unknown))
        options = responder_options(settings.fleet, settings.identity, networks)
        if self._current is not None and options is not None and self._current.serves(options):
            self._current.allow(networks)
        else:
            self.close()
            if options is not None:
                self._current = FarSide(options, settings.work_folder / FOLDER, self._log)
        port = settings.fleet.responder.exchange_port
        self._listening.follow(options, port, settings.work_folder / RECORDING)

    def close(self) -> None:
        """Serve nobody any more."""
        self._listening.close()
        if self._current is not None:
            self._current.close()
            self._current = None
