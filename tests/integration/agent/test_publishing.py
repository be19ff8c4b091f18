"""An agent and a CloudWatch that fails: probing goes on, and every datum arrives, once."""

import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from support import faulty_proxy as faults
from support.agents import Running, agent, probe_text, wait_for
from support.faulty_proxy import FaultyProxy, faulty_proxy
from support.moto import Kept, Moto, environment, moto_server

from voipprobe.agent.store.database import FILE_NAME
from voipprobe.agent.store.history import History
from voipprobe.agent.store.packing import pack, unpack
from voipprobe.metrics.catalogue import CATALOGUE

pytestmark = [pytest.mark.agents, pytest.mark.integration, pytest.mark.netns]

CLOUDWATCH = """
[publish.cloudwatch]
namespace = "voipprobe/test"
region = "us-east-1"
interval_s = 1.0
"""
SECTIONS = (probe_text(interval_s=1.0, calls=1, hold_s=0.2), CLOUDWATCH)


@pytest.fixture
def cloud() -> Iterator[tuple[Moto, FaultyProxy]]:
    with moto_server() as moto, faulty_proxy(moto.url) as proxy:
        yield moto, proxy


def wanted(running: Running) -> dict[Kept, Counter[float]]:
    """What CloudWatch must have of everything that an agent has measured."""
    found: dict[Kept, Counter[float]] = {}
    for one in running.measurements():
        minute = one.at // 60 * 60
        unit = CATALOGUE[one.metric].unit.value
        key = Kept("voipprobe/test", one.metric, one.dimensions, minute, unit)
        counter = found.setdefault(key, Counter())
        for value, times in one.samples:
            counter[value] += times
    return found


def test_every_datum_arrives_once_with_its_own_time(
    cloud: tuple[Moto, FaultyProxy], tmp_path: Path
) -> None:
    """Throttled, broken, denied, expired, reset and slow: what CloudWatch has in the end is exactly
    what was measured, and no round waited for it."""
    moto, proxy = cloud
    moto.reset()
    proxy.plan(faults.THROTTLED, faults.BROKEN, faults.DENIED, faults.EXPIRED,
               faults.RESET_BEFORE, faults.slow(2.0))  # fmt: skip
    with agent(tmp_path, "east", *SECTIONS, environment=environment(proxy.url)) as east:
        wait_for(lambda: "slow" in proxy.faults(), 120)
        assert east.events("publish-failed")
        starts = [one.at for one in east.rounds()]
        assert max(after - before for before, after in pairwise(starts)) < 10
        assert east.stop() == 0
        assert moto.kept() == wanted(east)


def test_an_hour_without_cloudwatch(cloud: tuple[Moto, FaultyProxy], tmp_path: Path) -> None:
    """What could not be sent is sent later, also by the agent's next life, with its own time."""
    moto, _ = cloud
    moto.reset()
    nowhere = environment("http://127.0.0.1:9")
    with agent(tmp_path, "east", *SECTIONS, environment=nowhere) as east:
        wait_for(lambda: len(east.rounds()) >= 3)
        wait_for(lambda: east.events("publish-failed"))
        east.process.kill()
    hour_ago(tmp_path / "east")
    with agent(tmp_path, "east", CLOUDWATCH, environment=environment(moto.url)) as east:
        wait_for(lambda: not depth(east))
        assert east.stop() == 0
        assert moto.kept() == wanted(east)
    ages = {time.time() - one.at for one in wanted(east)}
    assert max(ages) > 3600


def depth(running: Running) -> int:
    with closing(History(running.state)) as history:
        return next(one.depth for one in history.spooled() if one.publisher == "cloudwatch")


def hour_ago(state: Path) -> None:
    """Make everything in a store an hour older."""
    database = sqlite3.connect(state / FILE_NAME)
    for number, blob in database.execute("SELECT number, measurements FROM entry").fetchall():
        older = pack(replace(one, at=one.at - 3600) for one in unpack(blob))
        database.execute("UPDATE entry SET measurements = ?, at = at - 3600 WHERE number = ?",
                         (older, number))  # fmt: skip
    database.commit()
    database.close()
