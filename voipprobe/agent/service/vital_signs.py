"""What an agent says of itself, and how it keeps its store small."""

import json
import os
import time
from typing import Any

from voipprobe.agent.captures import KeptRounds
from voipprobe.agent.log import Log
from voipprobe.agent.schedule import Schedule
from voipprobe.agent.service.memory import Memory
from voipprobe.agent.service.pulse import Counters, pulse
from voipprobe.agent.service.senders import Senders
from voipprobe.agent.service.settings import MIB, Settings
from voipprobe.agent.store.pruning import Pruner
from voipprobe.agent.store.store import Store
from voipprobe.model.errors import StoreError


class VitalSigns:
    """Counts, once a minute, and prunes, now and then."""

    def __init__(
        self,
        store: Store,
        memory: Memory,
        kept: KeptRounds,
        senders: Senders,
        schedule: Schedule,
        log: Log,
    ) -> None:
        self._store, self._memory, self._kept = store, memory, kept
        self._senders, self._schedule, self._log = senders, schedule, log
        self._before = Counters()
        self._spool_dropped = 0
        self.config_refused: str | None = None

    def pulse(self, agent: str) -> None:
        """Measure the last minute of the agent, and note how it stands."""
        at = time.time()
        try:
            now = self._counters()
            self._memory.add(pulse(agent, at, now, self._before), at)
            self._before = now
            self._store.put_fact("status", json.dumps(self._status(at)))
        except StoreError as error:
            self._log.warning("store-refused", reason=str(error))

    def prune(self, settings: Settings) -> None:
        """Take out what is too old or too much."""
        history = settings.fleet.history
        try:
            dropped = Pruner.run(
                settings.state,
                keep_s=history.keep_days * 86400.0,
                max_octets=history.max_mib * MIB,
                now=time.time(),
            )
        except StoreError as error:
            self._log.warning("store-refused", reason=str(error))
            return
        if dropped:
            self._spool_dropped += dropped
            self._log.warning("spool-dropped", measurements=dropped)

    def _counters(self) -> Counters:
        turns = self._schedule.turns.values()
        return Counters(
            late=self._schedule.late_before + sum(turn.late for turn in turns),
            skipped=self._schedule.skipped_before + sum(turn.skipped for turn in turns),
            publish_failures=self._senders.failures,
            spool_dropped=self._spool_dropped + self._memory.lost,
            captures_dropped=self._kept.dropped,
            spool_depth=sum(one.depth for one in self._store.spooled()) + self._memory.held,
            config_refused=self.config_refused is not None,
        )

    def _status(self, at: float) -> dict[str, Any]:
        return {
            "at": at,
            "pid": os.getpid(),
            "config_refused": self.config_refused,
            "publishers": self._senders.states(),
            "turns": {
                name: {"rounds": one.rounds, "late": one.late, "skipped": one.skipped}
                for name, one in self._schedule.turns.items()
            },
        }
