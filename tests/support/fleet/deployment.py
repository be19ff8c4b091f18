"""Playbooks run against the test hosts, and what can be seen of their agents."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.agents import fields
from support.fleet.hosts import Fleet, TestHost, inventory
from support.playbooks import ROOT, Played, environment, play

MEASURES = """
[[probe]]
name = "mesh"
peers = true
interval_s = {interval_s}
calls = 1
hold_s = 1.0

[publish.cloudwatch]
interval_s = 2.0
"""
LOG = "/var/log/voipprobe-agent.service.log"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """The hosts, and a control machine that deploys to them."""

    fleet: Fleet
    url: str
    folder: Path

    def deploy(
        self,
        *arguments: str,
        interval_s: float = 20.0,
        playbook: str = "deploy",
        roles: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Played:
        """Run deploy.yml, or another one, where agents measure this often.

        Args:
            arguments: for ansible-playbook.
            interval_s: of the agents' rounds.
            playbook: its name.
            roles: other groups that the last host is in, with their variables.
        """
        file = self.folder / "hosts.json"
        measures = MEASURES.format(interval_s=interval_s)
        known = inventory(self.fleet, self.url, fleet_measures=measures)
        last = {self.hosts[-1].region: None}
        for name, variables in (roles or {}).items():
            known[name] = {"hosts": last, "vars": variables}
        file.write_text(json.dumps(known))
        surroundings = {**environment(self.folder), **self.fleet.ssh_environment}
        return play(f"{playbook}.yml", "-i", str(file), *arguments,
                    environment=surroundings, before=self.fleet.control())  # fmt: skip

    @property
    def hosts(self) -> tuple[TestHost, ...]:
        return tuple(self.fleet.hosts.values())


def log(host: TestHost) -> list[dict[str, str]]:
    """Every line that the agent of a host logged."""
    return [fields(line) for line in host.run("cat", LOG).splitlines() if line.startswith("at=")]


def rounds(host: TestHost) -> list[dict[str, str]]:
    """Of these, the rounds."""
    return [line for line in log(host) if line["event"] == "round"]


def release(host: TestHost) -> str:
    """The one that is in use."""
    return Path(host.run("readlink", "/opt/voipprobe/current").strip()).name


def pid(host: TestHost) -> str:
    """Of the agent's process."""
    return host.run("cat", "/run/stand-in/voipprobe-agent.service.pid")


def wheel(folder: Path, version: str, **changes: str) -> Path:
    """A wheel of this checkout with another version, and these words changed in the agent."""
    source = folder / version
    for name in ("voipprobe", "scenarios", "dashboards"):
        shutil.copytree(ROOT / name, source / name)
    for name in ("README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    text = (ROOT / "pyproject.toml").read_text()
    (source / "pyproject.toml").write_text(text.replace('version = "0', f'version = "{version}.0'))
    agent = source / "voipprobe/agent/service/agent.py"
    text = agent.read_text()
    for before, after in changes.items():
        assert before in text
        text = text.replace(before, after)
    agent.write_text(text)
    argv = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
            "--wheel-dir", str(folder / "wheels"), str(source)]  # fmt: skip
    subprocess.run(argv, check=True)
    (made,) = (folder / "wheels").glob(f"voipprobe-{version}*.whl")
    return made


def skipped(host: TestHost) -> int:
    """Rounds that were passed over."""
    argv = ("/opt/voipprobe/current/bin/voipprobe", "agent", "status", "--format", "json")
    status = json.loads(host.run(*argv, "--name", host.region))["status"]
    return sum(turn["skipped"] for turn in status["turns"].values())
