"""kill -9 of a writer at any moment: what it acknowledged is there, and whole."""

import random
import sqlite3
import subprocess
import sys
from pathlib import Path

from voipprobe.agent.store.database import FILE_NAME
from voipprobe.agent.store.store import Store

KILLS = 30

# Forks a writer, lets it live for some milliseconds, kills it; and again. A writer says the number
# of each entry once it is stored, and the publisher is confirmed now and then.
SCRIPT = """
import os, signal, sys, time
from pathlib import Path
from support.measured_rounds import AT, round_, some
from voipprobe.agent.store.store import Store

folder, lives_ms = Path(sys.argv[1]), map(float, sys.argv[2:])
def write():
    store, complaint = Store.create(folder)
    if complaint:
        os.write(1, b"complaint\\n")
    store.register(["one"])
    while True:
        number = store.add(some(4), AT, round_())
        os.write(1, b"%d\\n" % number)
        if number % 5 == 0:
            store.confirm("one", number - 2, some(1))
for life_ms in lives_ms:
    pid = os.fork()
    if pid == 0:
        write()
    time.sleep(life_ms / 1000)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
"""


def test_every_acknowledged_entry_survives(tmp_path: Path) -> None:
    """30 times, also in the middle of making the file; it opens without help each time."""
    lives_ms = [random.uniform(0.5, 120) for _ in range(KILLS)]  # noqa: S311 - moments
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path), *map(str, lives_ms)],
        capture_output=True, text=True, check=True, timeout=120,
        env={"PYTHONPATH": ":".join(sys.path)},
    )  # fmt: skip
    assert done.stderr == ""
    acknowledged = [int(line) for line in done.stdout.splitlines()]  # no "complaint"
    assert len(acknowledged) > KILLS
    store, complaint = Store.create(tmp_path)
    assert complaint is None
    store.close()
    raw = sqlite3.connect(tmp_path / FILE_NAME)
    entries, rounds = (
        {number for (number,) in raw.execute(f"SELECT number FROM {table}")}  # noqa: S608
        for table in ("entry", "round")
    )
    raw.close()
    assert set(acknowledged) <= entries
    assert entries == rounds, "a round without its measurements, or the other way"
    assert len(entries - set(acknowledged)) <= KILLS  # stored, and killed before it was said
    assert not list(tmp_path.glob("*damaged*"))
