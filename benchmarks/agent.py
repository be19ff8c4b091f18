"""What an agent takes between its rounds: processor time and memory, of each of its parts."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psutil

from benchmarks.rows import Row

IDLE_S: Final = 20.0
START_S: Final = 120.0
MOST_SHARE: Final = 0.01
MOST_MIB: Final = 200.0
FLEET: Final = """
[agent]
state = "{state}"
listen = "127.0.0.1:0"
[responder]
port = 26060
media_port = 28000
iperf_port = 26201
exchange_port = 26064
[[peer]]
name = "here"
address = "127.0.78.1"
[[peer]]
name = "there"
address = "127.0.78.2"
[[probe]]
name = "rare"
peers = true
interval_s = 86400.0
[publish.prometheus]
"""


def agent_rows(folder: Path) -> Iterator[Row]:
    """An agent with responder, far end and /metrics, that has nothing to do."""
    file, log = folder / "fleet.toml", folder / "agent.log"
    file.write_text(FLEET.format(state=folder / "state"))
    argv = [sys.executable, "-m", "voipprobe", "agent", "run", "--config", str(file),
            "--name", "here"]  # fmt: skip
    environment = {**os.environ, "AWS_EC2_METADATA_DISABLED": "true"}
    with log.open("wb") as written:
        process = subprocess.Popen(argv, stderr=written, stdout=written, env=environment)
    try:
        _await_start(process, log)
        yield from _rows(psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait(20)


def _await_start(process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_S
    while b"event=started" not in log.read_bytes():
        if process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"the agent did not start: {log.read_text()}")
        time.sleep(0.1)
    time.sleep(2.0)


def _rows(agent: psutil.Process) -> Iterator[Row]:
    family = {one: _spent(one) for one in [agent, *agent.children(recursive=True)]}
    time.sleep(IDLE_S)
    shares = {one: (_spent(one) - before) / IDLE_S for one, before in family.items()}
    own = {one: share for one, share in shares.items() if one.name() not in TOOLS}
    ours = sum(own.values())
    tools = ", ".join(
        f"{name} {sum(s for one, s in shares.items() if one.name() == name):.1%}" for name in TOOLS
    )
    yield Row("agent between rounds, its own processes: share of a core",
              f"{ours:.2%}", "under 1 %", ours < MOST_SHARE)  # fmt: skip
    yield Row("the tools that answer meanwhile", tools, "", None)
    resident = agent.memory_info().rss / (1 << 20)
    nursery = max(one.memory_info().rss for one in own if one is not agent) / (1 << 20)
    words = f"{resident:.0f} MB, and {nursery:.0f} MB of the process that rounds are forked from"
    met = max(resident, nursery) < MOST_MIB
    yield Row("agent between rounds: resident", words, "under 200 MB", met)


TOOLS: Final = ("sipp", "iperf3", "dumpcap")


def _spent(one: psutil.Process) -> float:
    times = one.cpu_times()
    return float(times.user + times.system)
