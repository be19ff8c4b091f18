"""The agent as systemd runs it: another user, CAP_NET_RAW and no way to more."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.agents import Running, fields, probe_text, wait_for, write_fleet

import voipprobe
from voipprobe.capture.kernels.folder import cache_folder

pytestmark = [pytest.mark.agents, pytest.mark.integration, pytest.mark.netns]

NOBODY = 65534
PYTHON = Path("/usr/bin/python3")
"""The one of a virtual environment may lie where only root can go."""
CONFINED = (
    "setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups",
    "--inh-caps=-all,+net_raw", "--ambient-caps=-all,+net_raw",
    "--bounding-set=-all,+net_raw", "--no-new-privs",
)  # fmt: skip


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that nobody can write, with the kernels that are compiled already."""
    version = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    if not PYTHON.exists() or subprocess.run([PYTHON, "-c", version], check=False).returncode:
        pytest.skip(f"{PYTHON} is not the version that runs the tests")
    made = Path(tempfile.mkdtemp(prefix="voipprobe-nobody-", dir="/tmp"))
    known = cache_folder()
    if known is not None:
        shutil.copytree(known, made / "cache" / "voipprobe" / "kernels" / known.name)
    for one in [made, *made.rglob("*")]:
        os.chown(one, NOBODY, NOBODY)
    yield made
    shutil.rmtree(made)


@contextlib.contextmanager
def confined(folder: Path, name: str, *sections: str) -> Iterator[Running]:
    write_fleet(folder, name, *sections)
    library = sysconfig.get_path("purelib")
    environment = {
        **os.environ, "AWS_EC2_METADATA_DISABLED": "true", "HOME": str(folder),
        "XDG_CACHE_HOME": str(folder / "cache"), "TMPDIR": str(folder),
        "PYTHONPATH": f"{Path(voipprobe.__file__).parent.parent}:{library}",
    }  # fmt: skip
    environment.pop("NUMBA_CACHE_DIR", None)
    argv = [*CONFINED, str(PYTHON), "-m", "voipprobe", "agent", "run",
            "--config", str(folder / f"{name}.toml"), "--name", name]  # fmt: skip
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(argv, stdout=log, stderr=log, cwd=folder, env=environment)
    try:
        running = Running(name, folder, process)
        wait_for(lambda: running.events("started") or process.poll() is not None, 90)
        assert process.poll() is None, running.log_text()
        yield running
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    finally:
        process.kill()
        process.wait()


def test_it_measures_without_root(folder: Path) -> None:
    """Calls, captures and the far end's answer: all with CAP_NET_RAW alone."""
    with (
        confined(folder, "west"),
        confined(folder, "east", probe_text(interval_s=2.0, calls=1, hold_s=0.5)) as east,
    ):
        wait_for(lambda: "grade=pass" in east.log_text(), 60)
        time.sleep(0.5)
        status = Path(f"/proc/{east.process.pid}/status").read_text()
        assert "CapEff:\t0000000000002000" in status
        good = [one for one in map(fields, east.log_text().splitlines())
                if one.get("grade") == "pass"]  # fmt: skip
        assert good[0]["success_ratio"] == "1"
        assert "far-end-off" not in east.log_text()
