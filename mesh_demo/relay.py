"""`python -m mesh_demo.relay`: the one process that all packets between the Regions pass.

Started by `mesh_demo.network` with its order as JSON. Single-threaded: it waits for packets,
for the next due time and for requests, with one select().
"""

import contextlib
import ctypes
import gc
import json
import os
import select
import socket
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from mesh_demo.control import Server
from mesh_demo.impairment import Impairment
from mesh_demo.router import DirectedPath, Router
from mesh_demo.truth import RegionTruth, Truth
from mesh_demo.tun import dropped_before_us, entered, open_tun
from voipprobe.model.errors import ConfigError, VoipprobeError

SCHEMA: Final = "voipprobe.mesh-truth/1"
INTERFACE: Final = "wan0"
MTU: Final = 1500
QUEUE_PACKETS: Final = 10_000
"""What an interface keeps while we are not reading: half a second of 20,000 a second."""
READ_OCTETS: Final = 2048
"""More than the MTU: a packet is never cut."""
BATCH: Final = 64
"""Packets read from one Region, and written, before others have their turn."""
NICENESS: Final = -10
"""Ahead of what it carries: on two processors, late packets would be ours and not the path's."""
PR_SET_TIMERSLACK: Final = 29


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """A Region as the relay sees it: the holder of its namespace, and our end of its TUN."""

    name: str
    pid: int
    tun: int


class Relay:
    """The loop between the TUNs and the router."""

    def __init__(self, order: dict[str, Any]) -> None:
        """Open every TUN, then answer; the order's `regions` have `name`, `address`, `pid`."""
        regions = order["regions"]
        addresses = {one["name"]: socket.inet_aton(one["address"]) for one in regions}
        self._router = Router(int(order["seed"]), addresses)
        self._ends = [
            End(name=one["name"], pid=one["pid"], tun=_tun_of(one["pid"])) for one in regions
        ]
        self._starts = {end.tun: number for number, end in enumerate(self._ends)}
        self._began_s = time.monotonic()
        self._longest_turn_s = 0.0
        for request in order["impairments"]:
            self._impair(request)
        self._control = Server(Path(order["control"]), self._handle)

    def run(self) -> None:
        """Relay for ever; the keeper ends us."""
        control = self._control.fileno()
        readers = [control, *self._starts]
        while True:
            ready, _, _ = select.select(readers, [], [], self._patience_s())
            woken_s = time.monotonic()
            for descriptor in ready:
                if descriptor != control:
                    self._read(descriptor, BATCH)
            self._write()
            if control in ready:
                self._serve()
            self._longest_turn_s = max(self._longest_turn_s, time.monotonic() - woken_s)

    def _patience_s(self) -> float | None:
        due_s = self._router.due_s
        return None if due_s is None else max(0.0, due_s - time.monotonic())

    def _serve(self) -> None:
        """Answer; the answer knows of every packet that was sent before it was asked for."""
        for tun in self._starts:
            self._read(tun, QUEUE_PACKETS)
        self._control.serve()

    def _read(self, tun: int, at_most: int) -> None:
        start, take, clock = self._starts[tun], self._router.take, time.monotonic
        with contextlib.suppress(BlockingIOError):
            for _ in range(at_most):
                take(start, os.read(tun, READ_OCTETS), clock())

    def _write(self) -> None:
        router, ends, clock = self._router, self._ends, time.monotonic
        for _ in range(BATCH * len(ends)):
            entry = router.next_due(clock())
            if entry is None:
                return
            now_s = clock()
            try:
                os.write(ends[entry.path.end].tun, entry.packet)
            except OSError:  # the interface is down
                router.left(entry, now_s, taken=False)
            else:
                router.left(entry, now_s, taken=True)

    def _handle(self, request: dict[str, Any]) -> Any:
        if request["ask"] == "truth":
            return asdict(self._truth())
        if request["ask"] == "impair":
            return self._impair(request)
        raise ConfigError(f"unknown request: {request['ask']}")

    def _impair(self, request: dict[str, Any]) -> None:
        path = self._path(request["source"], request["destination"])
        path.impairment = Impairment(**request["impairment"])

    def _path(self, source: str, destination: str) -> DirectedPath:
        for path in self._router.paths:
            if (path.source, path.destination) == (source, destination):
                return path
        raise ConfigError(f"no path {source} -> {destination} in this mesh")

    def _truth(self) -> Truth:
        return Truth(
            schema=SCHEMA,
            seed=self._router.seed,
            elapsed_s=time.monotonic() - self._began_s,
            cpu_s=time.process_time(),
            longest_turn_ms=self._longest_turn_s * 1e3,
            waiting_max=self._router.waiting_max,
            regions=tuple(
                RegionTruth(
                    region=end.name, overruns=dropped_before_us(end.pid, INTERFACE), strays=strays
                )
                for end, strays in zip(self._ends, self._router.strays, strict=True)
            ),
            paths=tuple(path.truth() for path in self._router.paths),
        )


def _tun_of(pid: int) -> int:
    with entered(pid):
        return open_tun(INTERFACE)


def main() -> int:
    """Relay until ended; 3 when it cannot start."""
    try:
        relay = Relay(json.loads(sys.argv[1]))
    except (VoipprobeError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 3
    _be_punctual()
    relay.run()
    return 0


def _be_punctual() -> None:
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
    ctypes.CDLL(None).prctl(PR_SET_TIMERSLACK, 1)  # or each wait is up to 0.05 ms longer
    gc.disable()  # nothing here makes cycles, and a collection would be lateness


if __name__ == "__main__":
    sys.exit(main())
