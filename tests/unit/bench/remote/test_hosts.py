"""Work with several hosts at once, the jobs of generators, and a session that serves."""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import voipprobe
from voipprobe.bench.local.shards import Shard
from voipprobe.bench.remote.at_once import at_once
from voipprobe.bench.remote.messages import Hello, decode
from voipprobe.bench.remote.service import ena_interfaces
from voipprobe.bench.remote.session import Session
from voipprobe.bench.remote.shares import deal
from voipprobe.bench.remote.ssh import Route
from voipprobe.model.errors import ToolError

HOST = (sys.executable, "-m", "voipprobe", "bench", "host")


def shard(load: int) -> Shard:
    return Shard(load=load, rate_cps=1.0, calls=1, hold_ms=1, delay_s=0.0)


def test_jobs_are_dealt_in_turn() -> None:
    """Each process with the far end of its number; who has no job is left out."""
    parts = [shard(1), shard(2), shard(3)]
    dealt = deal(("a", "b"), parts, ["x", "y", "z"])
    assert dealt == {"a": ((parts[0], "x"), (parts[2], "z")), "b": ((parts[1], "y"),)}
    assert deal(("a", "b"), parts[:1], ["x"]) == {"a": ((parts[0], "x"),)}
    assert deal(("a",), parts, ["x"])["a"][2] == (parts[2], "x")


def test_one_failure_ends_the_wait_for_all() -> None:
    """The second fails at once; the first would have waited for a minute."""
    over = threading.Event()

    def work(number: int) -> int:
        if number:
            raise ToolError("no")
        over.wait(60)
        return number

    begin = time.monotonic()
    with pytest.raises(ToolError, match="no"):
        at_once([0, 1], work, over.set)
    assert time.monotonic() - begin < 30
    assert at_once([3, 4], lambda number: number + 1, over.set) == [4, 5]


def test_a_host_says_who_it_is_and_that_it_has_no_part_yet() -> None:
    """Two requests to a real process; it ends when its input does."""
    asked = [{"do": "hello"}, {"do": "answer", "number": 1}]
    with subprocess.Popen(HOST, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as host:
        assert host.stdin is not None
        assert host.stdout is not None
        host.stdin.write("".join(json.dumps(one) + "\n" for one in asked))
        host.stdin.flush()
        hello, refused = (json.loads(host.stdout.readline()) for _ in asked)
        host.stdin.close()
        assert host.wait(60) == 0
    found = decode(Hello, hello["ok"], "host")
    assert found.version == voipprobe.__version__
    assert found.boot_id == Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    assert found.cores >= 1
    assert "has not been told its part" in refused["error"]
    assert refused["wrong_use"] is False


def test_a_host_that_is_not_reached_is_named_with_the_reason(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("Host *\n  ProxyCommand sh -c 'echo no such door >&2; exit 1'\n")
    route = Route(
        address="host", alias="i-1", user="root", key_file=tmp_path / "key",
        known_hosts=tmp_path / "known", config=config,
    )  # fmt: skip
    said = "callee: the session broke at 'hello': "
    with (
        Session("callee", route, ["true"], tmp_path) as session,
        pytest.raises(ToolError, match=said),
    ):
        session.ask("hello", within_s=30)


def test_what_is_no_answer_of_ours_is_told() -> None:
    with pytest.raises(ToolError, match="system: answers what is no Hello"):
        decode(Hello, {"version": 1}, "system")


def test_interfaces_of_aws_are_known_by_their_driver(tmp_path: Path) -> None:
    for name, driver in (("ens5", "ena"), ("eth0", "virtio_net")):
        (tmp_path / "drivers" / driver).mkdir(parents=True)
        device = tmp_path / "net" / name / "device"
        device.mkdir(parents=True)
        (device / "driver").symlink_to(tmp_path / "drivers" / driver)
    (tmp_path / "net" / "lo").mkdir()
    assert ena_interfaces(tmp_path / "net") == ("ens5",)
