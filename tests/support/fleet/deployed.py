"""What can be seen of the agents that were deployed, and wheels that are deployed to them."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from support.agents import fields
from support.fleet.hosts import TestHost
from support.playbooks import ROOT

LOG = "/var/log/voipprobe-agent.service.log"


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
    status = json.loads(host.run(*argv, "--name", host.name))["status"]
    return sum(turn["skipped"] for turn in status["turns"].values())
