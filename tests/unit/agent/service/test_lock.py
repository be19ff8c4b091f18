"""One agent for each state folder, held by a lock that dies with its process."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from voipprobe.agent.service.lock import FILE_NAME, take_lock
from voipprobe.model.errors import ConfigError, StoreError

HOLD = """
import sys, time
from pathlib import Path
from voipprobe.agent.service.lock import take_lock
held = take_lock(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(100)
"""


def test_a_second_agent_is_refused_and_told_of_the_first(tmp_path: Path) -> None:
    """Two processes; and after kill -9 of the first the second has it without help."""
    state = tmp_path / "state"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(state)], stdout=subprocess.PIPE,
        env={"PYTHONPATH": ":".join(sys.path)},
    )  # fmt: skip
    assert holder.stdout is not None
    with holder.stdout as pipe:
        assert pipe.readline() == b"held\n"
        with pytest.raises(ConfigError) as raised:
            take_lock(state)
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    assert str(raised.value) == (
        f"another agent (pid {holder.pid}) uses {state}: stop it, or choose another [agent] state"
    )
    with take_lock(state):
        assert (state / FILE_NAME).read_text() == str(os.getpid())


def test_one_process_cannot_have_it_twice(tmp_path: Path) -> None:
    with take_lock(tmp_path), pytest.raises(ConfigError, match=f"pid {os.getpid()}"):
        take_lock(tmp_path)
    take_lock(tmp_path).close()


def test_children_do_not_hold_it(tmp_path: Path) -> None:
    """A tool that outlives a killed agent must not lock out the next one."""
    held = take_lock(tmp_path)
    child = subprocess.Popen([sys.executable, "-I", "-S", "-c", "import time; time.sleep(100)"])
    try:
        time.sleep(0.05)
        held.close()
        take_lock(tmp_path).close()
    finally:
        child.kill()
        child.wait()


def test_a_state_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"/file/state: a part of this path is a file"):
        take_lock(tmp_path / "file" / "state")
