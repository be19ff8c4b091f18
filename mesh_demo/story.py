"""What happens in the demo: good minutes, one path made worse, minutes with it."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from mesh_demo import cloud
from mesh_demo.agents import NAMESPACE, Fleet
from mesh_demo.comparing import Comparison, Ends, compare
from mesh_demo.network import Mesh
from mesh_demo.truth import Truth
from voipprobe.agent.store.history import History
from voipprobe.agent.store.records import Grade, Round
from voipprobe.metrics.matrix import mesh_cells
from voipprobe.model.measurement import Measurement
from voipprobe.model.mesh import MESH_SCHEMA
from voipprobe.model.mesh import Mesh as Matrix

DEGRADED: Final[Ends] = ("us-east-1", "us-west-2")
MINUTE_S: Final = 60.0
PUBLISHED_WITHIN_S: Final = 15.0
"""Until a round that began in the last second is over, stored and published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """What was measured in a stretch of time, and what was true."""

    matrix: Matrix
    rows: tuple[Comparison, ...]
    truth: Truth


def chapter(
    net: Mesh, fleet: Fleet, *, length_s: float, on_tick: Callable[[float], None]
) -> Chapter:
    """Let the agents work for a while, then put their figures beside the truth.

    It lasts from a whole minute to a whole minute, because CloudWatch knows minutes only, and
    rounds that began outside of it do not count.

    Args:
        net: the network.
        fleet: the agents.
        length_s: at least so long.
        on_tick: told how many seconds are left, now and then.

    Raises:
        ToolError: an agent or the relay has ended.
    """
    _wait_until(_next_minute(time.time()), fleet, on_tick)
    since, before = time.time(), net.truth()
    until = _next_minute(since + max(length_s - MINUTE_S, 0.0))
    _wait_until(until, fleet, on_tick)
    after = net.settled()
    _wait_until(until + PUBLISHED_WITHIN_S, fleet, on_tick)
    paths = [(path.source, path.destination) for path in after.paths]
    first = round(since / MINUTE_S) * MINUTE_S
    published = cloud.averages(net, NAMESPACE, "ForwardLoss", paths, first, until)
    cells = mesh_cells(one for one in measured(fleet, since) if one.at < until)
    failed = Counter(
        (one.path.source, one.path.destination)
        for one in rounds(fleet, since)
        if one.at < until and one.grade is Grade.FAIL
    )
    return Chapter(
        matrix=Matrix(schema=MESH_SCHEMA, since_at=since, until_at=until, cells=cells),
        rows=compare(before, after, cells, published, failed),
        truth=after,
    )


def measured(fleet: Fleet, since: float) -> Iterator[Measurement]:
    """Everything that the agents have in their histories."""
    for state in fleet.states.values():
        with closing(History(state)) as history:
            yield from history.measurements(since)


def rounds(fleet: Fleet, since: float) -> Iterator[Round]:
    """All rounds of all agents."""
    for state in fleet.states.values():
        with closing(History(state)) as history:
            yield from history.rounds(since)


def _next_minute(at: float) -> float:
    return (at // MINUTE_S + 1) * MINUTE_S


def _wait_until(at: float, fleet: Fleet, on_tick: Callable[[float], None]) -> None:
    while (left_s := at - time.time()) > 0:
        fleet.require_alive()
        on_tick(left_s)
        time.sleep(min(left_s, 1.0))
