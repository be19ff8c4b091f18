"""Children: started, signalled, stopped, and never left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from voipprobe.model.errors import ToolError
from voipprobe.process.child import Child


def sh(script: str, folder: Path, **options: object) -> Child:
    return Child(["sh", "-c", script], folder=folder, name="sh", **options)  # type: ignore[arg-type]


def gone(pid: int, within_s: float = 5.0) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False


def test_exit_status_and_output_are_kept(tmp_path: Path) -> None:
    """A child's own exit code comes through the keeper, and its output lies in the folder."""
    child = sh("echo out; echo bad >&2; exit 253", tmp_path)
    assert child.wait(5) == 253
    assert child.stdout.read_text() == "out\n"
    assert child.complaint() == "bad"


def test_status_of_a_killed_child_is_the_negative_signal(tmp_path: Path) -> None:
    child = sh("kill -SEGV $$", tmp_path)
    assert child.wait(5) == -signal.SIGSEGV


def test_missing_program_is_a_tool_error(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="no-such-program cannot be started: No such file"):
        Child(["no-such-program"], folder=tmp_path, name="x")


def test_stop_escalates_to_sigkill(tmp_path: Path) -> None:
    """A child that ignores SIGTERM is killed after its patience."""
    child = sh("trap '' TERM; echo ready; while :; do sleep 1; done", tmp_path,
               stop=[(signal.SIGTERM, 0.2)])  # fmt: skip
    while not child.stdout.read_text():
        time.sleep(0.01)
    assert child.stop() == -signal.SIGKILL
    assert gone(child.pid)


def test_signals_are_passed_on(tmp_path: Path) -> None:
    child = sh("trap 'exit 7' USR1; echo ready; while :; do sleep 0.05; done", tmp_path)
    while not child.stdout.read_text():
        time.sleep(0.01)
    child.send_signal(signal.SIGUSR1)
    assert child.wait(5) == 7


def test_grandchildren_end_with_the_child(tmp_path: Path) -> None:
    with sh("sleep 100 & echo $!; wait", tmp_path) as child:
        while not child.stdout.read_text():
            time.sleep(0.01)
        grandchild = int(child.stdout.read_text())
    assert gone(grandchild)


def test_sigkill_of_the_parent_ends_the_child(tmp_path: Path) -> None:
    """Also when voipprobe has no chance to clean up, nothing keeps running."""
    script = (
        "import sys, time; from pathlib import Path; from voipprobe.process.child import Child;"
        "c = Child(['sleep', '100'], folder=Path(sys.argv[1]), name='s');"
        "print(c.pid, c._keeper.pid, flush=True); time.sleep(100)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    with parent.stdout as pipe:
        child, keeper = map(int, pipe.readline().split())
    parent.kill()
    parent.wait()
    assert gone(child)
    assert gone(keeper)


def test_sigkill_of_the_keeper_ends_the_child(tmp_path: Path) -> None:
    child = sh("exec sleep 100", tmp_path)
    os.kill(child._keeper.pid, signal.SIGKILL)
    assert gone(child.pid)
    assert child.wait(5) == -signal.SIGKILL
