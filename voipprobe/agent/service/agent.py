"""The agent: one loop that begins rounds, takes them in, and keeps everything else alive."""

import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import voipprobe
from voipprobe.agent.captures import KeptRounds
from voipprobe.agent.config.plan import Work
from voipprobe.agent.expose.http import HealthServer
from voipprobe.agent.expose.tally import Tally
from voipprobe.agent.log import Log
from voipprobe.agent.rounds.forks import Nursery
from voipprobe.agent.rounds.orders import Order
from voipprobe.agent.schedule import Schedule
from voipprobe.agent.service.far_side import FOLDER, RECORDING, RESOLVE_EVERY_S, FarSides
from voipprobe.agent.service.flights import HANG_UP_S, Flights, sweep
from voipprobe.agent.service.memory import Memory
from voipprobe.agent.service.periodic import Periodic, run_due
from voipprobe.agent.service.senders import Senders
from voipprobe.agent.service.settings import MIB, Settings
from voipprobe.agent.service.vital_signs import VitalSigns
from voipprobe.agent.service.wake import Wake
from voipprobe.agent.store.store import Store
from voipprobe.model.errors import ConfigError, VoipprobeError
from voipprobe.process.notify import notify, reloading, watchdog_s

PULSE_S: Final = 60.0
PRUNE_S: Final = 600.0
FLUSH_S: Final = 3.0
STALLED_S: Final = 30.0


class Agent:
    """Everything that runs while an agent runs."""

    def __init__(self, settings: Settings, reread: Callable[[], Settings], log: Log) -> None:
        """Start everything.

        Args:
            settings: of the fleet file.
            reread: reads the fleet file again.
            log: where lines go.

        Raises:
            VoipprobeError: something does not start; what had started is ended.
        """
        self._settings, self._reread, self._log = settings, reread, log
        self._store, complaint = Store.create(settings.state)
        if complaint is not None:
            log.warning("store-damaged", reason=complaint)
        self._tally = Tally()
        kept = KeptRounds(settings.state, settings.fleet.capture.budget_mib * MIB)
        self._senders = Senders(settings.state, complain=self._complain)
        self._memory = Memory(self._store, kept, self._tally, log, nudge=self._senders.nudge)
        self._kept = kept
        self._nursery = Nursery()
        schedule = Schedule(settings.fleet.agent.max_rounds)
        self._flights = Flights(settings.identity.name, self._nursery, schedule, self._order)
        self._vital_signs = VitalSigns(
            self._store, self._memory, kept, self._senders, schedule, log
        )
        self._far_sides = FarSides(self._nursery, log)
        self._http: HealthServer | None = None
        self._ticked_s = time.monotonic()
        try:
            sweep(settings.work_folder, older_than_s=0.0)
            self._nursery.start()
            self._follow(settings, None)
        except BaseException:
            self._end()
            raise

    def run(self) -> None:
        """Go on until SIGTERM or SIGINT, then end within 15 seconds."""
        wake = Wake()
        try:
            self._say_ready("started")
            self._loop(wake)
            notify("STOPPING=1")
            self._log.info("stopping", rounds_under_way=len(self._flights.flying))
            for over, fault in self._flights.hang_up(HANG_UP_S):
                self._memory.remember(over, fault)
        finally:
            self._end()
            wake.close()
            self._log.info("stopped")

    def _loop(self, wake: Wake) -> None:
        tasks = self._tasks()
        while not wake.stop_asked:
            if wake.reload_asked:
                wake.reload_asked = False
                self._reload()
            self._turn(wake, run_due(tasks, time.monotonic()))

    def _tasks(self) -> list[Periodic]:
        now_s = time.monotonic()
        tasks = [
            Periodic(PULSE_S, lambda: self._vital_signs.pulse(self._settings.identity.name)),
            Periodic(PRUNE_S, self._tidy, now_s + PRUNE_S),
            Periodic(RESOLVE_EVERY_S, self._follow_peers, now_s + RESOLVE_EVERY_S),
        ]
        beat_s = watchdog_s()
        if beat_s is not None:
            tasks.append(Periodic(beat_s, lambda: notify("WATCHDOG=1")))
        return tasks

    def _turn(self, wake: Wake, until_s: float) -> None:
        """Begin what is due, then wait for rounds, signals, or the time."""
        for found in self._flights.begin():
            self._memory.remember(found)
        self._ticked_s = time.monotonic()
        for over, fault in self._flights.take_in(wake, until_s):
            self._memory.remember(over, fault)

    def _tidy(self) -> None:
        self._vital_signs.prune(self._settings)
        sweep(self._settings.work_folder, spared=(FOLDER, RECORDING))

    def _follow_peers(self) -> None:
        try:
            self._far_sides.follow(self._settings)
        except VoipprobeError as error:
            self._log.warning("responder-down", reason=str(error))

    def _reload(self) -> None:
        """Parse fully, then swap; a bad file changes nothing but a metric."""
        reloading()
        refused: str | None = None
        try:
            fresh = self._reread()
            _require_same(self._settings, fresh)
            self._follow(fresh, self._settings)
        except VoipprobeError as error:
            refused = str(error)
            self._log.warning("config-refused", reason=refused)
        self._vital_signs.config_refused = refused
        self._say_ready("kept" if refused else "reloaded")

    def _follow(self, fresh: Settings, before: Settings | None) -> None:
        """Do as these settings say from now on; what may refuse comes first."""
        self._serve_http(fresh)
        self._far_sides.follow(fresh)
        if before is None or fresh.fleet.publish != before.fleet.publish:
            self._senders.replace(fresh, self._store)
        self._settings = fresh
        self._log.style = fresh.fleet.agent.log
        self._kept.set_budget(fresh.fleet.capture.budget_mib * MIB)
        self._flights.schedule.set_most_at_once(fresh.fleet.agent.max_rounds)
        self._flights.set_works(fresh.works)

    def _serve_http(self, fresh: Settings) -> None:
        tally = self._tally if fresh.fleet.publish.prometheus is not None else None
        listen = fresh.fleet.agent.listen
        if self._http is None or self._http.listen != listen:
            new = HealthServer(listen, tally, self._health)
            if self._http is not None:
                self._http.close()
            self._http = new
        self._http.show(tally)

    def _order(self, work: Work) -> Order:
        return self._settings.order(work)

    def _health(self) -> Mapping[str, Any]:
        """Live: the loop turns. Ready: calls are answered, and what is measured is stored.

        A deployment asks besides which version runs, from where, and which text of its file
        is in force.
        """
        return {
            "live": time.monotonic() - self._ticked_s < PULSE_S + STALLED_S,
            "ready": self._far_sides.is_good and self._memory.held == 0,
            "responder": self._far_sides.is_good,
            "held": self._memory.held,
            "version": voipprobe.__version__,
            "prefix": sys.prefix,
            "config_sha256": self._settings.digest,
            "config_refused": self._vital_signs.config_refused,
        }

    def _complain(self, publisher: str, complaint: str) -> None:
        self._log.warning("publish-failed", publisher=publisher, reason=complaint)

    def _say_ready(self, event: str) -> None:
        identity, paths = self._settings.identity, len(self._settings.works)
        notify("READY=1", f"STATUS={identity.name}: {paths} paths")
        file = str(self._settings.file)
        self._log.info(event, agent=identity.name, known_by=identity.how, paths=paths, file=file)

    def _end(self) -> None:
        self._far_sides.close()
        self._nursery.close()
        if self._http is not None:
            self._http.close()
        self._memory.flush()
        self._senders.finish(within_s=FLUSH_S)
        self._store.close()


def _require_same(before: Settings, fresh: Settings) -> None:
    if (fresh.state, fresh.identity.name) != (before.state, before.identity.name):
        raise ConfigError("[agent] state and our name cannot change while we run: restart")
