"""Orders to a real nursery: what comes back, and what is left when something is killed."""

import os
import pickle
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from support import fork_work

from voipprobe.agent.rounds.forks import Fork, Nursery, wait_for
from voipprobe.agent.rounds.nursery import PID_OCTETS


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """Warm for all tests; one that is killed starts again by itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", ":".join(sys.path))
        made = Nursery()
        made.start()
        yield made
        made.close()


def gone(pid: int, within_s: float = 20.0) -> bool:
    deadline_s = time.monotonic() + within_s
    while time.monotonic() < deadline_s:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.01)
    return False


def outcome(nursery: Nursery, function: Callable[..., Any], *given: Any) -> tuple[str, Any]:
    return wait_for(nursery.order(function, *given, within_s=60))


def pid_of(fork: Fork) -> int:
    """Take in the first octets, which say who it is."""
    while len(fork._octets) < PID_OCTETS:
        assert select.select([fork], [], [], 30)[0]
        assert not fork.take()
    return int.from_bytes(fork._octets[:PID_OCTETS], "big")


def pipes(pid: int) -> set[str]:
    """The pipes that a process holds, but for its standard ones."""
    entries = [entry for entry in Path(f"/proc/{pid}/fd").iterdir() if int(entry.name) > 2]
    return {text for text in (str(entry.readlink()) for entry in entries) if "pipe:" in text}


def test_an_answer_comes_back(nursery: Nursery) -> None:
    assert outcome(nursery, fork_work.add, 2, 3) == ("done", 5)


def test_each_order_is_a_process_of_its_own(nursery: Nursery) -> None:
    """A child of the nursery, not of ours."""
    pids = {outcome(nursery, os.getpid)[1] for _ in range(5)}
    assert len(pids) == 5
    assert outcome(nursery, os.getppid) == ("done", nursery.pid)


@pytest.mark.parametrize("function", [fork_work.refuse, fork_work.refuse_with_more])
def test_an_error_of_the_user_comes_back_in_its_words(
    nursery: Nursery, function: Callable[..., Any]
) -> None:
    assert outcome(nursery, function, "sipp is not there") == ("error", "sipp is not there")


def test_a_fault_of_ours_is_told_apart(nursery: Nursery) -> None:
    assert outcome(nursery, fork_work.crash) == ("crash", "ZeroDivisionError: nothing to divide by")


def test_a_fork_that_is_killed_is_a_crash(nursery: Nursery) -> None:
    assert outcome(nursery, fork_work.kill_itself) == (
        "crash", "the process of the round was killed",
    )  # fmt: skip


def test_an_answer_that_cannot_travel_is_a_crash(nursery: Nursery) -> None:
    kind, text = outcome(nursery, fork_work.unpicklable)
    assert kind == "crash"
    assert "pickle" in text


def test_an_answer_may_be_larger_than_any_pipe(nursery: Nursery) -> None:
    assert outcome(nursery, fork_work.much, 5_000_000) == ("done", bytes(5_000_000))


@pytest.mark.parametrize("within_s", [0.0, 0.2])
def test_what_overruns_is_killed(nursery: Nursery, within_s: float) -> None:
    """Even where it is deaf to all else; with no time at all it may not even have begun."""
    fork = nursery.order(fork_work.sleep_on, False, within_s=within_s)
    began_s = time.monotonic()
    assert wait_for(fork)[0] == "crash"
    assert time.monotonic() - began_s < 60


def test_sigterm_is_how_a_round_is_asked_to_end(nursery: Nursery) -> None:
    """As Ctrl-C ends a probe: its calls get their BYE. Also as early as its pid is known."""
    for _ in range(15):
        fork = nursery.order(fork_work.sleep_on, within_s=60)
        fork.signal(signal.SIGTERM)  # long before it is there to receive it
        assert wait_for(fork) == ("error", "interrupted")


def test_sigterm_just_when_all_is_done_loses_nothing(nursery: Nursery) -> None:
    """Half an answer would make the last round of every stop a crash."""
    for _ in range(10):
        kind, answer = outcome(nursery, fork_work.interrupt_late, 200_000)
        assert (kind, answer) in (("done", bytes(200_000)), ("error", "interrupted"))


def test_a_fork_takes_signals_as_a_program_does(nursery: Nursery) -> None:
    """The nursery ignores them; SIPp and dumpcap would inherit that."""
    kind, found = outcome(nursery, fork_work.dispositions)
    assert kind == "done"
    assert found["SIGHUP"] == found["SIGCHLD"] == str(signal.SIG_DFL)
    assert "default_int_handler" in found["SIGINT"]
    assert "default_int_handler" in found["SIGTERM"]


def test_forks_see_nothing_of_each_other(nursery: Nursery) -> None:
    """A pipe that a second fork held open would keep the first one's answer from ending."""
    first = nursery.order(fork_work.sleep_on, within_s=60)
    pid = pid_of(first)
    kind, open_files = outcome(nursery, fork_work.descriptors)
    assert kind == "done"
    (answer,) = pipes(pid)
    assert answer not in open_files
    assert not any(name.startswith("socket:") for name in open_files), "it could order rounds"
    os.kill(pid, signal.SIGKILL)
    assert wait_for(first)[0] == "crash"


def test_orders_run_beside_each_other(nursery: Nursery) -> None:
    """A round that takes long holds up no other."""
    slow = nursery.order(fork_work.sleep_on, within_s=60)
    assert outcome(nursery, fork_work.add, 1, 1) == ("done", 2)
    slow.signal(signal.SIGKILL)
    assert wait_for(slow)[0] == "crash"


def test_no_descriptor_and_no_child_is_left(nursery: Nursery) -> None:
    """After thirty rounds as after the first."""
    outcome(nursery, fork_work.add, 1, 1)
    ours, theirs = psutil.Process(), psutil.Process(nursery.pid)
    before = ours.num_fds(), theirs.num_fds()
    for number in range(30):
        assert outcome(nursery, fork_work.add, number, 1) == ("done", number + 1)
    outcome(nursery, fork_work.kill_itself)
    assert (ours.num_fds(), theirs.num_fds()) == before
    # one that ends closes its pipes a moment before the kernel buries it
    assert psutil.wait_procs(theirs.children(), timeout=20)[1] == []


def test_a_nursery_that_is_killed_takes_its_forks_along_and_starts_again(
    nursery: Nursery,
) -> None:
    """The next order does not even notice."""
    fork = nursery.order(fork_work.sleep_on, within_s=60)
    pid, old = pid_of(fork), nursery.pid
    assert old is not None
    os.kill(old, signal.SIGKILL)
    assert wait_for(fork) == ("crash", "the process of the round was killed")
    assert gone(pid)
    assert outcome(nursery, fork_work.add, 2, 2) == ("done", 4)
    assert nursery.pid != old


AGENT = """
import sys, time
from voipprobe.agent.rounds.forks import Nursery
from support import fork_work
nursery = Nursery()
nursery.start()
fork = nursery.order(fork_work.hold_tool, sys.argv[1], within_s=60)
print(nursery.pid, flush=True)
time.sleep(100)
"""


def test_kill_9_of_the_agent_leaves_nothing(tmp_path: Path) -> None:
    """No nursery, no round, no tool that the round has started."""
    agent = subprocess.Popen(
        [sys.executable, "-c", AGENT, str(tmp_path)], stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": ":".join(sys.path)},
    )  # fmt: skip
    assert agent.stdout is not None
    with agent.stdout as pipe:
        nursery_pid = int(pipe.readline())
    note = tmp_path / "tool.pid"
    while not (note.exists() and note.read_text().endswith("\n")):
        time.sleep(0.01)
    round_pid, tool_pid = map(int, note.read_text().split())
    assert psutil.pid_exists(tool_pid)
    agent.send_signal(signal.SIGKILL)
    agent.wait()
    assert gone(nursery_pid)
    assert gone(round_pid)
    assert gone(tool_pid)


def test_closing_ends_the_nursery_and_its_forks(nursery: Nursery) -> None:
    """At the end of an agent, rounds that did not hang up in time end with it."""
    nursery.start()
    fork = nursery.order(fork_work.sleep_on, False, within_s=60)
    pid, old = pid_of(fork), nursery.pid
    assert old is not None
    nursery.close()
    assert nursery.pid is None
    assert gone(pid)
    assert gone(old)
    assert wait_for(fork)[0] == "crash"
    nursery.close()


def test_half_an_answer_is_a_crash_wherever_it_breaks() -> None:
    """A fork may be killed while it writes."""
    read_end, write_end = os.pipe()
    os.close(write_end)
    fork = Fork(read_end, 0.0)
    whole = pickle.dumps(("done", {"figures": [1.5, None, "ä"], "at": time.time()}))
    head = (1).to_bytes(PID_OCTETS, "big")
    for length in range(len(whole)):
        fork._octets = head + whole[:length]
        assert fork.outcome()[0] == "crash"
    fork._octets = head + whole
    assert fork.outcome()[0] == "done"
    fork.close()
    fork.close()
