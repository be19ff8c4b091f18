"""Ansible's playbooks as a user runs them: real processes, and what they say at the end."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "ansible"
BIN = Path(sys.executable).parent
RECAP = re.compile(r"^(\S+)\s+: ok=\d+ +changed=(\d+) +unreachable=(\d+) +failed=(\d+)", re.M)


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """How a playbook ended.

    Attributes:
        changed, failed: tasks by host; unreachable hosts are failed ones.
    """

    code: int
    text: str

    @property
    def changed(self) -> dict[str, int]:
        return {host: int(changed) for host, changed, _, _ in RECAP.findall(self.text)}

    @property
    def failed(self) -> dict[str, int]:
        return {
            host: int(unreachable) + int(failed)
            for host, _, unreachable, failed in RECAP.findall(self.text)
        }


def environment(home: Path) -> dict[str, str]:
    """Of a control machine whose home is `home`."""
    return {
        **os.environ,
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        "ANSIBLE_HOME": str(home / "ansible"),
        "ANSIBLE_NOCOLOR": "1",
        "NO_COLOR": "1",
    }  # fmt: skip


def play(
    playbook: str, *arguments: str, environment: Mapping[str, str],
    before: Sequence[str] = (), timeout_s: float = 600,
) -> Played:  # fmt: skip
    """Run a playbook to its end.

    Args:
        playbook: its name in ansible/.
        arguments: for ansible-playbook.
        environment: all of its variables.
        before: what runs it, e.g. `nsenter`.
        timeout_s: the longest that it may take.
    """
    done = subprocess.run(
        [*before, str(BIN / "ansible-playbook"), playbook, *arguments],
        cwd=FOLDER, env=dict(environment), stdin=subprocess.DEVNULL, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout_s, check=False,
    )  # fmt: skip
    return Played(code=done.returncode, text=done.stdout)
