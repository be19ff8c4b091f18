"""Evidence of this very host, asked the way that a host behind ssh is asked."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from voipprobe.bench.evidence.collect import take_facts, take_open_files, take_snapshot
from voipprobe.bench.evidence.delta import difference
from voipprobe.bench.evidence.questions import (
    Watch,
    answers,
    facts_questions,
    script,
    snapshot,
    snapshot_questions,
)
from voipprobe.model.errors import ToolError
from voipprobe.traffic.netns import hosts

BURN_S = 0.3
"""CPU time that the child burns, whatever the machine does beside."""
CHILD = f"""
import sys, time
sys.stdin.readline()
while time.process_time() < {BURN_S}: pass
print("done", flush=True)
sys.stdin.readline()
"""
PARENT = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {CHILD!r}])\n"
DATA = Path(__file__).parents[3] / "data" / "evidence"


@pytest.fixture
def burner() -> Iterator[subprocess.Popen[str]]:
    """A process whose child burns CPU when it is told to."""
    process = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    yield process
    process.communicate("\n\n")


def tell(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def test_the_cpu_time_of_a_process_and_its_children_is_seen(burner: subprocess.Popen[str]) -> None:
    """0.3 s of CPU, give or take the clock ticks of 10 ms that it is counted in."""
    watch = Watch(roots=(burner.pid,))
    while len((before := take_snapshot(watch)).processes or ()) < 2:
        pass
    tell(burner)
    assert burner.stdout is not None
    assert burner.stdout.readline() == "done\n"
    found = difference(before, take_snapshot(watch))
    assert found.processes is not None
    assert len(found.processes) == 2
    used_s = found.took_s * found.processes[0].cores
    assert BURN_S / 2 <= used_s <= BURN_S + 0.1
    assert found.cpus
    assert found.udp is not None
    assert found.backlog_drops is not None


def test_processes_are_found_by_name_too() -> None:
    """The name that the kernel has of this very process."""
    name = Path("/proc/self/comm").read_text().strip()
    found = take_snapshot(Watch(names=frozenset({name}))).processes
    assert found is not None
    assert os.getpid() in found


def test_without_processes_to_watch_there_are_none() -> None:
    """None, not an idle generator."""
    assert take_snapshot(Watch()).processes is None


def test_datagrams_that_find_a_socket_full_are_counted() -> None:
    """The rule of the reference, by the kernel's own counter."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as full,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        full.bind(("127.0.0.1", 0))
        full.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2304)
        before = take_snapshot(Watch())
        for _ in range(50):
            sender.sendto(bytes(1000), full.getsockname())
        found = difference(before, take_snapshot(Watch())).udp
    assert found is not None
    assert found.receive_buffer_errors >= 30


@pytest.mark.netns
def test_each_namespace_has_counters_of_its_own() -> None:
    """Known by the pid that holds it; a datagram inside is none of ours."""
    with hosts("inner") as (inner,):
        watch = Watch(namespace_pid=inner.pid)
        before = take_snapshot(watch)
        code = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', "
        inner.run("python3", "-c", code + "('127.0.0.1', 9))")
        found = difference(before, take_snapshot(watch))
        assert found.udp is not None
        assert (found.udp.sent, found.udp.no_port) == (1, 1)
        assert found.interfaces is not None
        assert list(found.interfaces) == ["lo"]


def test_the_facts_of_this_host() -> None:
    facts = take_facts()
    assert (facts.kernel, facts.architecture) == (os.uname().release, os.uname().machine)
    assert facts.cpus == os.sysconf("SC_NPROCESSORS_ONLN")
    assert facts.ports is not None
    assert facts.receive_buffer_bytes is not None
    assert facts.receive_buffer_bytes[1] == int(Path("/proc/sys/net/core/rmem_max").read_text())


def test_open_files_rise_with_every_file() -> None:
    before = take_open_files(os.getpid())
    with Path("/dev/null").open(), Path("/dev/null").open():
        after = take_open_files(os.getpid())
    assert before is not None
    assert after is not None
    assert after.used == before.used + 2
    assert take_open_files(2**22 + 1) is None


def test_a_host_that_does_not_answer_is_an_error_and_no_idle_host() -> None:
    with pytest.raises(ToolError, match="tells nothing"):
        take_snapshot(Watch(), lambda _: "ssh: connect to host 192.0.2.1: No route to host\n")


def test_what_a_host_cannot_answer_is_none_and_the_rest_stays() -> None:
    """No such interface, no such cgroup."""
    found = take_snapshot(Watch(cgroup="/no such/folder", ena=("none5",)))
    assert found.throttling is None
    assert found.allowances is None
    assert found.cpus


def test_recorded_answers_make_a_whole_snapshot() -> None:
    """All questions, answered by the recorded texts of a host with ENA and a quota."""
    watch = Watch(names=frozenset({"python3"}), cgroup="/sys/fs/cgroup/x", ena=("ens5",))
    files = {"stat": "stat", "processes": "pid.stat", "snmp": "snmp", "snmp6": "snmp6",
             "dev": "dev", "softnet": "softnet_stat", "cgroup": "cpu.stat.v2",
             "ethtool ens5": "ethtool.ena"}  # fmt: skip
    asked = dict.fromkeys(snapshot_questions(watch), "")
    asked |= {name: f"cat '{DATA / file}'" for name, file in files.items()}
    asked["uptime"] = "echo 5.00 1.00"
    output = subprocess.run(["sh", "-c", script(asked)], capture_output=True, text=True, check=True)
    found = snapshot(answers(output.stdout), watch)
    assert found is not None
    assert found.at_s == 5.0
    parts = (found.cpus, found.processes, found.udp, found.softnet, found.interfaces)
    assert all(parts)
    assert found.allowances is not None
    assert found.allowances["ens5"]["pps_allowance_exceeded"] == 90127
    assert found.throttling is not None
    assert found.processes is not None
    # sleep is the child of the python that is watched
    assert sorted(one.name for one in found.processes.values()) == ["a) R (b c", "python3"]


def test_the_questions_ask_for_nothing_that_changes_a_host() -> None:
    watch = Watch(namespace_pid=7, cgroup="/x", ena=("ens5",))
    for command in (snapshot_questions(watch) | facts_questions()).values():
        assert command.split()[0] in {"cat", "ethtool", "uname", "getconf"}
        assert not set(command) & set(">;&`$")
