"""Four agents for minutes: nothing grows, nothing is lost. SOAK_MINUTES=30 is `make soak-agent`."""

import json
import os
import statistics
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest

from mesh_demo import cloud
from mesh_demo.agents import Fleet, Load, fleet
from mesh_demo.network import mesh
from voipprobe.agent.store.history import History

MINUTES = float(os.environ.get("SOAK_MINUTES", "2"))
WARM_S = 300.0 if MINUTES > 10 else 60.0
"""What grows until then is caches and pools."""
MOST_GROWTH, MORE_DESCRIPTORS = (1.05, 0) if MINUTES > 10 else (1.15, 3)
"""On a busy machine caches are still being filled after a minute; a descriptor, a child or half a
megabyte that leaks in each of the thirty rounds of the next minute shows all the same. Less than
that is for the half hour to find."""

pytestmark = [
    pytest.mark.agents,
    pytest.mark.integration,
    pytest.mark.netns,
    pytest.mark.timeout(MINUTES * 60 + 300),
]


class Size(NamedTuple):
    """What an agent and its nursery take; `descriptors` less the two of each round under way."""

    agent_mib: float
    nursery_mib: float
    descriptors: int
    children: int


def sizes(running: Fleet) -> Mapping[str, Size]:
    """Of every agent; of descriptors and children the median of many looks: rounds come and go."""
    looks = []
    for _ in range(80):
        looks.append({name: _size(child.pid) for name, child in running.agents.items()})
        time.sleep(0.25)
    return {
        name: Size(
            looks[-1][name].agent_mib,
            looks[-1][name].nursery_mib,
            statistics.median_low(look[name].descriptors for look in looks),
            statistics.median_low(look[name].children for look in looks),
        )
        for name in running.agents
    }


def _size(pid: int) -> Size:
    agent = psutil.Process(pid)
    children = agent.children()
    nursery = next(one for one in children if "nursery" in " ".join(one.cmdline()))
    mib = 1 << 20
    return Size(
        agent.memory_info().rss / mib,
        nursery.memory_info().rss / mib,
        agent.num_fds() - 2 * len(nursery.children()),
        len(children),
    )


def test_nothing_grows_and_no_round_is_lost(tmp_path: Path) -> None:
    """A round every 2 s in each agent: memory, descriptors, children stay; each round is kept."""
    load = Load(interval_s=6.0, calls=1, hold_s=0.5)
    with mesh(seed=3) as net, cloud.cloud(net, tmp_path):
        with fleet(net, tmp_path, load, cloud.environment(net)) as running:
            time.sleep(WARM_S)
            before = sizes(running)
            time.sleep(max(MINUTES * 60 - WARM_S, 0))
            after = sizes(running)
            running.require_alive()
        logs = {name: child.stderr_text() for name, child in running.agents.items()}
        for name in net.regions:
            print(name, before[name], after[name])
            assert after[name].agent_mib <= before[name].agent_mib * MOST_GROWTH
            assert after[name].nursery_mib <= before[name].nursery_mib * MOST_GROWTH
            assert after[name].descriptors <= before[name].descriptors + MORE_DESCRIPTORS
            assert after[name].children == before[name].children
            with closing(History(running.states[name])) as history:
                kept = list(history.rounds(0.0))
                status = json.loads(history.facts()["status"])
            assert len(kept) == logs[name].count("event=round")
            begun = sum(turn["rounds"] for turn in status["turns"].values())
            assert len(kept) >= begun
            print(name, len(kept), "rounds,", sum(one.grade == "void" for one in kept), "void")
