"""Real agents on loopback: two ends of a path, each with an address of its own."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from voipprobe.agent.store.history import History
from voipprobe.agent.store.records import Round
from voipprobe.model.measurement import Measurement

NET = os.getpid() % 200 + 20
EAST, WEST = f"127.{NET}.77.1", f"127.{NET}.77.2"
"""Others may test on this machine too."""
SIP, MEDIA, IPERF, EXCHANGE = 25060, 27000, 25201, 25064
AGENT = (sys.executable, "-m", "voipprobe", "agent")
START_S = 90.0
"""A first start compiles."""

FLEET = """
[agent]
state = "{state}"
listen = "127.0.0.1:0"
max_rounds = 4

[responder]
transports = ["udp"]
port = {sip}
media_port = {media}
iperf_port = {iperf}
exchange_port = {exchange}

[[peer]]
name = "east"
region = "us-east-1"
address = "{east}"

[[peer]]
name = "west"
region = "us-west-2"
address = "{west}"

[publish.prometheus]
[publish.jsonlines]
file = "{lines}"
"""
PROBE = """
[[probe]]
name = "{name}"
peers = true
interval_s = {interval_s}
calls = {calls}
rate_cps = {calls}.0
hold_s = {hold_s}
answer_timeout_s = 2.0
"""


def probe_text(
    name: str = "call", *, interval_s: float = 3.0, calls: int = 2, hold_s: float = 1.0
) -> str:
    """A [[probe]] to all peers."""
    return PROBE.format(name=name, interval_s=interval_s, calls=calls, hold_s=hold_s)


@dataclass
class Running:
    """One agent process of a test."""

    name: str
    folder: Path
    process: "subprocess.Popen[bytes]" = field(repr=False)

    @property
    def state(self) -> Path:
        return self.folder / self.name

    @property
    def fleet(self) -> Path:
        return self.folder / f"{self.name}.toml"

    def log(self) -> list[dict[str, str]]:
        """Every line that it logged, as its fields."""
        return [fields(line) for line in self.log_text().splitlines() if line.startswith("at=")]

    def log_text(self) -> str:
        return (self.folder / f"{self.name}.log").read_text()

    def events(self, event: str) -> list[dict[str, str]]:
        return [line for line in self.log() if line["event"] == event]

    def rounds(self) -> list[Round]:
        with closing(History(self.state)) as history:
            return list(history.rounds(0.0))

    def measurements(self) -> list[Measurement]:
        with closing(History(self.state)) as history:
            return list(history.measurements(0.0))

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of an HTTP request to it."""
        (port,) = listening_ports(self.process.pid)
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def family(self) -> list[psutil.Process]:
        """It and everything that it has started."""
        one = psutil.Process(self.process.pid)
        return [one, *one.children(recursive=True)]

    def stop(self, within_s: float = 15.0) -> int:
        """SIGTERM, and its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(within_s)


def fields(line: str) -> dict[str, str]:
    """A logfmt line as its fields."""
    pairs = re.findall(r'(\w+)=("(?:[^"\\]|\\.)*"|\S+)', line)
    return {key: json.loads(value) if value[0] == '"' else value for key, value in pairs}


def listening_ports(pid: int) -> list[int]:
    """TCP ports that a process itself listens on at 127.0.0.1."""
    connections = psutil.Process(pid).net_connections("tcp")
    return [
        one.laddr.port for one in connections
        if one.status == psutil.CONN_LISTEN and one.laddr.ip == "127.0.0.1"
    ]  # fmt: skip


def write_fleet(folder: Path, name: str, *sections: str, **changes: str) -> Path:
    """The fleet file of one agent: the usual head, and these sections."""
    text = FLEET.format(
        **{"state": folder / name, "lines": folder / f"{name}.jsonl", "sip": SIP,
           "media": MEDIA, "iperf": IPERF, "exchange": EXCHANGE, "east": EAST, "west": WEST}
        | changes
    )  # fmt: skip
    file = folder / f"{name}.toml"
    file.write_text(text + "\n".join(sections))
    return file


@contextlib.contextmanager
def agent(
    folder: Path,
    name: str,
    *sections: str,
    environment: Mapping[str, str] | None = None,
    before: tuple[str, ...] = (),
    wait: bool = True,
    **changes: str,
) -> Iterator[Running]:
    """A running agent with these sections in its file; killed at the end if it still runs.

    Args:
        folder: for its file, state and log.
        name: which peer it is.
        sections: of its file.
        environment: on top of ours.
        before: what runs it, e.g. `prlimit`.
        wait: whether to wait until it has started.
        changes: of the usual head of its file, as `write_fleet` takes them.
    """
    file = write_fleet(folder, name, *sections, **changes)
    with (folder / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            [*before, *AGENT, "run", "--config", str(file), "--name", name],
            stderr=log, stdout=log, stdin=subprocess.DEVNULL,
            env={**os.environ, "AWS_EC2_METADATA_DISABLED": "true", **(environment or {})},
        )  # fmt: skip
    running = Running(name, folder, process)
    starts = len(running.events("started")) + 1
    family: list[psutil.Process] = []
    try:
        if wait:
            wait_for(
                lambda: len(running.events("started")) == starts or process.poll() is not None,
                START_S,
            )
            assert process.poll() is None, running.log_text()
        yield running
    finally:
        with contextlib.suppress(psutil.NoSuchProcess):
            family = running.family()
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(15)
        process.kill()
        process.wait()
        assert_gone(family)


def assert_gone(family: list[psutil.Process], within_s: float = 10.0) -> None:
    """None of these processes is left."""
    _, alive = psutil.wait_procs(family, within_s)
    assert not alive, [one.cmdline() for one in alive if one.is_running()]


def wait_for(condition: Callable[[], Any], within_s: float = 60.0) -> Any:
    """What a condition says once it holds.

    Raises:
        AssertionError: it did not hold in that time.
    """
    deadline = time.monotonic() + within_s
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < deadline, f"not within {within_s:g} s"
        time.sleep(0.1)
