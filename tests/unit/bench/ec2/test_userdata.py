"""The first script of an instance: run for real, with stand-ins for what would change this host."""

import os
import subprocess
from pathlib import Path

import pytest

from voipprobe.bench.ec2.userdata import FOLDER, packages, user_data

STAND_INS = ("shutdown", "poweroff", "systemctl", "apt-get", "python3", "sleep")
TRIES = {"apt-get": 6, "python3": 2, "systemctl": 0}
"""Of apt-get, whose locks a new host holds itself for a while."""
WANTED = packages("system", "kamailio-rtpengine")


def boot(folder: Path, *, failing: str = "", requirement: str | None = "a==1") -> list[str]:
    """What the script calls, in order, with a folder of our own for the one on the instance."""
    stand_ins, calls = folder / "bin", folder / "calls"
    stand_ins.mkdir()
    for name in STAND_INS:
        path = stand_ins / name
        path.write_text(f'#!/bin/sh\necho {name} "$@" >> {calls}\n[ {name} != "{failing}" ]\n')
        path.chmod(0o755)
    ours = folder / "ours"
    pip = ours / "venv" / "bin" / "pip"
    pip.parent.mkdir(parents=True)
    pip.write_text(f'#!/bin/sh\necho pip "$@" >> {calls}\n')
    pip.chmod(0o755)
    script = user_data(life_s=3601.0, wanted=WANTED, requirement=requirement)
    assert "\nPATH" not in script, "the stand-ins must be found"
    mine = folder / "script"
    mine.write_text(script.replace(FOLDER, str(ours)))
    search = f"{stand_ins}:{os.defpath}"
    subprocess.run(["/bin/sh", str(mine)], check=False, env={"PATH": search}, timeout=10)
    return calls.read_text().splitlines()


def test_the_end_of_the_host_comes_before_everything_else(tmp_path: Path) -> None:
    """Rounded up to whole minutes; then Debian's own services are kept from our ports."""
    calls = boot(tmp_path)
    assert calls[0] == "shutdown -h +61"
    assert calls[1].startswith("systemctl mask kamailio.service rtpengine-daemon.service")
    assert [one.split()[0] for one in calls[2:]] == ["apt-get", "apt-get", "python3", "pip"]
    assert set(WANTED) <= set(calls[3].split())
    assert calls[-1] == "pip install --quiet a==1"
    assert (tmp_path / "ours" / "ready").exists()
    assert not (tmp_path / "ours" / "failed").exists()


@pytest.mark.parametrize("failing", ["apt-get", "python3", "systemctl"])
def test_a_step_that_fails_is_the_last_one_and_is_told(tmp_path: Path, failing: str) -> None:
    calls = boot(tmp_path, failing=failing)
    assert [one for one in calls if not one.startswith("sleep")][-1].split()[0] == failing
    assert sum(one.startswith("apt-get") for one in calls) == TRIES[failing]
    assert (tmp_path / "ours" / "failed").exists()
    assert not (tmp_path / "ours" / "ready").exists()


def test_a_host_without_shutdown_is_powered_off_all_the_same(tmp_path: Path) -> None:
    """The rest goes on meanwhile."""
    assert "sleep 3660; poweroff" in user_data(life_s=3660.0, wanted=(), requirement=None)
    calls = boot(tmp_path, failing="shutdown")
    assert calls[-1].startswith("pip")


def test_a_requirement_stays_one_word(tmp_path: Path) -> None:
    hostile = "x; touch /pwned $(reboot) 'y"
    assert boot(tmp_path, requirement=hostile)[-1] == f"pip install --quiet {hostile}"


def test_only_the_system_gets_the_programs_of_the_system() -> None:
    assert "kamailio" not in packages("generator", "kamailio")
    assert {"kamailio", "rtpengine-daemon"} <= set(packages("system", "kamailio-rtpengine"))
    assert "sip-tester" in packages("callee", "command")
