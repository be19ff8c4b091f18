"""One trial: ramp, settle, plateau between two snapshots, drain; everything seen at the caller."""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from voipprobe.bench.evidence.collect import take_snapshot
from voipprobe.bench.evidence.counters import Snapshot
from voipprobe.bench.local.callers import ANSWER_TIMEOUT_S, Callers
from voipprobe.bench.local.calling import Calling
from voipprobe.bench.local.listener import Listener
from voipprobe.bench.local.place import Place
from voipprobe.bench.local.shards import Shard
from voipprobe.bench.plan.effective import TrialTimes
from voipprobe.bench.verdict.facts import Pool
from voipprobe.bench.wire import Plateau
from voipprobe.capture.assembly import CaptureAnalysis
from voipprobe.capture.packet import Near
from voipprobe.traffic.sipp.statistics import Statistics

CLOSING_S: Final = 5.0
"""What SIPp may take beside its calls."""
OPENING_S: Final = 0.5
"""In which SIPp has opened its sockets; no ramp is shorter."""
TAIL_S: Final = 0.3
"""Packets that are still on their way when SIPp has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is known after a trial.

    Attributes:
        evidence: two snapshots of each role, by its name, at the plateau's ends.
        statistics: all rows of each calling process.
        error: the first that any of them logged.
        overdue: they had to be ended.
        media_ports: of the system, at the plateau's end; None where that is not known.
    """

    plateau: Plateau
    found: CaptureAnalysis
    evidence: Mapping[str, tuple[Snapshot, Snapshot]]
    statistics: Sequence[Sequence[Statistics]]
    error: str | None
    overdue: bool
    media_ports: Pool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """Where the caller's packets are seen.

    Attributes:
        ports: ours, where the far end may have our address (loopback); empty for all.
    """

    interface: str
    address: str
    ports: frozenset[int] = frozenset()

    @property
    def near(self) -> Near:
        """Our end."""
        return Near(frozenset({self.address}), self.ports)


def run_trial(
    callers: Callers, shards: Sequence[Shard], uris: Sequence[str], times: TrialTimes,
    *, watched: Sequence[Place], wire: Wire, folder: Path, media_ports: Callable[[], Pool | None],
    begin_at: float | None = None,
) -> Seen:  # fmt: skip
    """Make a trial.

    Args:
        callers: what places the calls.
        shards: the share of each process.
        uris: whom they call.
        times: of its parts.
        watched: of whom evidence is taken.
        wire: where it is listened to.
        folder: a new one, for files.
        media_ports: counts those of the system that are in use.
        begin_at: epoch seconds of the first call, so that several hosts begin together; None
            for now.

    Raises:
        VoipprobeError: something could not be started or read.
    """
    with Listener(callers.place.host, wire.interface, wire.near) as listener:
        if begin_at is not None:
            time.sleep(max(0.0, begin_at - time.time()))
        with _calling(callers, shards, uris, folder) as calling:
            time.sleep(OPENING_S)
            calling.widen()
            time.sleep(times.ramp_s + times.settle_s - OPENING_S)
            before, begins_at = [take_snapshot(one.watch) for one in watched], time.time()
            time.sleep(times.plateau_s)
            after, ends_at = [take_snapshot(one.watch) for one in watched], time.time()
            ports = media_ports()
            ended = calling.wait(times.drain_s + 3 * ANSWER_TIMEOUT_S + CLOSING_S)
        time.sleep(TAIL_S)
        found = listener.stop()
    names = [one.name for one in watched]
    pairs = zip(before, after, strict=True)
    return Seen(
        plateau=Plateau(begins_at=begins_at, ends_at=ends_at),
        found=found,
        evidence=dict(zip(names, pairs, strict=True)),
        statistics=calling.statistics(),
        error=calling.error(),
        overdue=not ended,
        media_ports=ports,
    )


@contextlib.contextmanager
def _calling(
    callers: Callers, shards: Sequence[Shard], uris: Sequence[str], folder: Path
) -> Iterator[Calling]:
    calling = callers.start(shards, uris, folder)
    try:
        yield calling
    finally:
        calling.stop()
