#!/usr/bin/python3
"""Stands in for systemctl on a test host, where no systemd runs. Nothing but Python's own library.

Really starts, stops and reloads what a unit with its drop-ins says, as a user that is nobody with
the unit's ambient capabilities, and waits for READY=1 where the unit says Type=notify. Must not be
taken for a judge of units: `systemd-analyze verify` is that.
"""

import contextlib
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

UNITS = Path("/etc/systemd/system")
WANTED = UNITS / "multi-user.target.wants"
RUN = Path("/run/stand-in")
NOBODY = 65534
FOLDERS = {"StateDirectory": "/var/lib", "CacheDirectory": "/var/cache", "RuntimeDirectory": "/run"}
Settings = dict[str, list[str]]
VARIABLES = {"StateDirectory": "STATE", "CacheDirectory": "CACHE", "RuntimeDirectory": "RUNTIME"}


def settings(unit: str) -> Settings:
    """Every key of a unit and its drop-ins with its values."""
    found: Settings = {}
    for file in [UNITS / unit, *sorted((UNITS / f"{unit}.d").glob("*.conf"))]:
        for line in file.read_text().splitlines():
            key, is_setting, value = line.partition("=")
            if is_setting and not line.startswith(("#", ";", "[")):
                found.setdefault(key.strip(), []).append(value.strip())
    return found


def pid_of(unit: str) -> int | None:
    """Of a running unit's process; None for one that does not run."""
    with contextlib.suppress(OSError, ValueError):
        pid = int((RUN / f"{unit}.pid").read_text())
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
            return pid
    return None


def environment(known: Settings) -> dict[str, str]:
    """What the unit's process finds in its environment."""
    found = {"PATH": "/usr/local/bin:/usr/bin:/bin", "AWS_EC2_METADATA_DISABLED": "true"}
    for line in known.get("Environment", []):
        found.update(pairs(shlex.split(line.replace("%%", "%"))))
    for name in known.get("EnvironmentFile", []):
        lines = Path(name).read_text().splitlines()
        found.update(pairs(word for line in lines for word in shlex.split(line, comments=True)))
    for key, parent in FOLDERS.items():
        for name in known.get(key, []):
            folder = Path(parent, name)
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            own(folder)
            found[f"{VARIABLES[key]}_DIRECTORY"] = str(folder)
    return found


def pairs(words: Iterable[str]) -> dict[str, str]:
    """NAME=VALUE words as a mapping."""
    return {name: value for name, _, value in (word.partition("=") for word in words)}


def own(folder: Path) -> None:
    """Give a folder with all that is in it to nobody, as systemd does."""
    for one in [folder, *folder.rglob("*")]:
        os.chown(one, NOBODY, NOBODY, follow_symlinks=False)


def argv(known: Settings) -> list[str]:
    """What is executed: confined as far as that goes without systemd."""
    capabilities = "".join(
        f",+{name.removeprefix('CAP_').lower()}"
        for line in known.get("AmbientCapabilities", [])
        for name in line.split()
    )
    confined = [
        "setpriv",
        "--reuid",
        str(NOBODY),
        "--regid",
        str(NOBODY),
        "--clear-groups",
        f"--inh-caps=-all{capabilities}",
        f"--ambient-caps=-all{capabilities}",
        f"--bounding-set=-all{capabilities}",
        "--no-new-privs",
    ]
    return [*(confined if "DynamicUser" in known else []), *shlex.split(known["ExecStart"][-1])]


def start(unit: str) -> int:
    """Start a unit; 1 where it does not become ready."""
    if pid_of(unit):
        return 0
    known = settings(unit)
    RUN.mkdir(exist_ok=True)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    address = RUN / f"{unit}.notify"
    address.unlink(missing_ok=True)
    line.bind(str(address))
    address.chmod(0o777)
    with Path(f"/var/log/{unit}.log").open("ab") as log:
        process = subprocess.Popen(
            argv(known),
            env={**environment(known), "NOTIFY_SOCKET": str(address)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            cwd="/",
        )
    (RUN / f"{unit}.pid").write_text(str(process.pid))
    if known.get("Type", [""])[-1] != "notify":
        return 0
    return wait_ready(line, process, float(known.get("TimeoutStartSec", ["90"])[-1]))


def wait_ready(line: socket.socket, process: "subprocess.Popen[bytes]", within_s: float) -> int:
    """0 once READY=1 has come."""
    deadline = time.monotonic() + within_s
    line.settimeout(0.1)
    while time.monotonic() < deadline:
        with contextlib.suppress(TimeoutError):
            if b"READY=1" in line.recv(4096):
                return 0
        if process.poll() is not None:
            sys.stderr.write(f"ended with status {process.returncode}\n")
            return 1
    process.kill()
    return 1


def stop(unit: str) -> int:
    """Stop a unit, by SIGKILL where SIGTERM is not enough."""
    pid = pid_of(unit)
    if pid is None:
        return 0
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + float(settings(unit).get("TimeoutStopSec", ["90"])[-1])
    while pid_of(unit):
        if time.monotonic() > deadline:
            os.killpg(pid, signal.SIGKILL)
        time.sleep(0.05)
    return 0


def reload(unit: str) -> int:
    """Do what ExecReload says."""
    text = settings(unit)["ExecReload"][-1].replace("$MAINPID", str(pid_of(unit)))
    return subprocess.run(shlex.split(text), check=False).returncode


def show(unit: str) -> int:
    """What systemctl show prints of a unit, as far as Ansible reads it."""
    there = (UNITS / unit).exists()
    state = "active" if pid_of(unit) else "inactive"
    print(f"Id={unit}\nLoadState={'loaded' if there else 'not-found'}\nActiveState={state}")
    print(f"SubState={'running' if state == 'active' else 'dead'}\nMainPID={pid_of(unit) or 0}")
    return 0


def is_enabled(unit: str) -> int:
    """Whether it would be started at boot."""
    enabled = (WANTED / unit).is_symlink()
    print("enabled" if enabled else "disabled")
    return 0 if enabled else 1


def enable(unit: str) -> int:
    """Have it started at boot."""
    WANTED.mkdir(exist_ok=True)
    with contextlib.suppress(FileExistsError):
        (WANTED / unit).symlink_to(UNITS / unit)
    return 0


def disable(unit: str) -> int:
    """Have it no longer started at boot."""
    (WANTED / unit).unlink(missing_ok=True)
    return 0


def restart(unit: str) -> int:
    """Stop, then start."""
    return stop(unit) or start(unit)


COMMANDS = {
    "start": start,
    "stop": stop,
    "restart": restart,
    "reload": reload,
    "show": show,
    "is-enabled": is_enabled,
    "enable": enable,
    "disable": disable,
}


def main() -> int:
    """Do what was asked for; journald and daemon-reload have nothing to do here."""
    verb, *names = [word for word in sys.argv[1:] if not word.startswith("-")]
    if verb == "daemon-reload":
        return 0
    unit = names[0] if "." in names[0] else f"{names[0]}.service"
    if unit == "systemd-journald.service" and verb != "show":
        return 0
    return COMMANDS[verb](unit)


if __name__ == "__main__":
    sys.exit(main())
