"""What is over goes into the store, the tally and the log; a full disk costs captures first."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from voipprobe.agent.captures import KeptRounds
from voipprobe.agent.expose.tally import Tally
from voipprobe.agent.log import Log
from voipprobe.agent.rounds.grading import Remembered
from voipprobe.agent.store.database import is_busy
from voipprobe.agent.store.records import Round
from voipprobe.agent.store.store import Store
from voipprobe.model.errors import StoreError
from voipprobe.model.measurement import Measurement

MOST_HELD: Final = 10_000
"""Entries that wait in memory for a disk with room: more than a day of a round every 10 s."""


class Memory:
    """The one writer of the store."""

    def __init__(
        self, store: Store, kept: KeptRounds, tally: Tally, log: Log, *, nudge: Callable[[], None]
    ) -> None:
        """Know where things go.

        Args:
            store: the store.
            kept: the folders of rounds that went wrong.
            tally: what /metrics shows.
            log: one line a round.
            nudge: called when there is something to publish.
        """
        self._store = store
        self._kept = kept
        self._tally = tally
        self._log = log
        self._nudge = nudge
        self._held: deque[tuple[Sequence[Measurement], float, Round | None]] = deque(
            maxlen=MOST_HELD
        )
        self.lost = 0  # measurements that there was no place for, on the disk or in memory

    @property
    def held(self) -> int:
        """Entries that could not be written yet."""
        return len(self._held)

    def remember(self, found: Remembered, fault: str | None = None) -> None:
        """A round is over; `fault` is what went wrong on our side, if anything did."""
        round_, measurements = found
        if round_.folder is not None:
            round_ = replace(round_, folder=self._keep(Path(round_.folder)))
        self._write(measurements, round_.at, round_)
        self._say(round_, fault)

    def add(self, measurements: Sequence[Measurement], at: float) -> None:
        """Measurements of the agent itself."""
        self._write(measurements, at, None)

    def flush(self) -> bool:
        """Write what is held; False where it still cannot be written."""
        while self._held:
            try:
                self._store.add(*self._held[0])
            except StoreError as error:
                self._make_room(error)
                return False
            self._held.popleft()
        return True

    def _write(self, measurements: Sequence[Measurement], at: float, found: Round | None) -> None:
        self._tally.add(measurements)
        if len(self._held) == self._held.maxlen:
            self.lost += len(self._held[0][0])
        self._held.append((measurements, at, found))
        if self.flush():
            self._nudge()

    def _keep(self, folder: Path) -> str | None:
        try:
            return str(self._kept.keep(folder))
        except StoreError as error:
            self._log.warning("capture-dropped", reason=str(error))
            return None

    def _make_room(self, error: StoreError) -> None:
        """Probing goes on whatever happens: captures are what can be spared."""
        gone = 0 if is_busy(error) else self._kept.shrink(0)
        self._log.warning("store-refused", reason=str(error), held=self.held, captures_removed=gone)

    def _say(self, found: Round, fault: str | None) -> None:
        figures = found.figures
        say = self._log.warning if fault is not None else self._log.info
        say(
            "round",
            work=found.work,
            grade=found.grade.value,
            duration_s=round(found.duration_s, 3),
            calls=figures.get("calls"),
            success_ratio=figures.get("success_ratio"),
            loss_ratio=figures.get("loss_ratio"),
            forward_loss_ratio=figures.get("forward_loss_ratio"),
            backward_loss_ratio=figures.get("backward_loss_ratio"),
            jitter_ms=figures.get("jitter_ms.mean"),
            mos=figures.get("mos.mean"),
            reason="; ".join(found.reasons) or None,
            far_end=found.note,
            folder=found.folder,
            fault=fault,
        )
