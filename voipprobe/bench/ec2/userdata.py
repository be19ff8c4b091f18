"""The first script that an instance runs: its own end, then what is installed. Pure.

Everything of ours is under one folder; a file there says how it went.
"""

import shlex
from collections.abc import Sequence
from math import ceil
from typing import Final

FOLDER: Final = "/opt/voipprobe"
VOIPPROBE: Final = f"{FOLDER}/venv/bin/voipprobe"
PIP: Final = f"{FOLDER}/venv/bin/pip"
STATE: Final = (
    f"if test -e {FOLDER}/ready; then echo ready; "
    f"elif test -e {FOLDER}/failed; then echo failed; tail -n 5 {FOLDER}/install.log || true; "
    "else echo wait; fi"
)
"""A shell script that says how far it is."""
BASE: Final = ("python3-venv", "sip-tester", "tshark", "iproute2", "ethtool", "util-linux")
PACKAGES: Final = {
    "kamailio": ("kamailio",),
    "kamailio-rtpengine": ("kamailio", "rtpengine-daemon"),
}
SERVICES: Final = ("kamailio", "rtpengine-daemon", "ngcp-rtpengine-daemon")
"""That Debian would start by itself, on the ports of ours."""


def packages(role: str, system: str) -> tuple[str, ...]:
    """What a host needs of Debian."""
    return (*BASE, *(PACKAGES.get(system, ()) if role == "system" else ()))


def user_data(*, life_s: float, wanted: Sequence[str], requirement: str | None) -> str:
    """The script.

    Args:
        life_s: after which the instance shuts down, and so is terminated.
        wanted: Debian packages.
        requirement: what pip installs; None where that comes later, by ssh.
    """
    minutes = ceil(life_s / 60.0)
    install = [] if requirement is None else [f"{PIP} install --quiet {shlex.quote(requirement)}"]
    steps = [
        f"systemctl mask {' '.join(f'{name}.service' for name in SERVICES)}",
        "again apt-get --quiet update",
        f"again apt-get --quiet --yes --no-install-recommends install {' '.join(wanted)}",
        f"python3 -m venv {FOLDER}/venv",
        *install,
    ]
    return f"""#!/bin/sh
# Made by `voipprobe bench`. First of all the end: this host shuts down, and its shutdown
# behaviour terminates it, whatever becomes of the run.
shutdown -h +{minutes} || {{ (sleep {60 * minutes}; poweroff) & }}

mkdir -p {FOLDER}
export DEBIAN_FRONTEND=noninteractive
again() {{ # a new host updates itself first, and holds apt's locks
  for n in 1 2 3 4 5 6; do "$@" && return; sleep 15; done
  return 1
}}
install() {{
  {f" &&{chr(10)}  ".join(steps)}
}}
if install > {FOLDER}/install.log 2>&1; then
  touch {FOLDER}/ready
else
  touch {FOLDER}/failed
fi
"""
