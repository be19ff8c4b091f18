"""`voipprobe bench` against moto behind its door: started, killed at a stage, looked after."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import boto3

from support.ec2_door import Door, Form
from support.moto import REGION, Moto, environment

BENCH = (sys.executable, "-m", "voipprobe", "bench")
IMAGE = "ami-03cf127a"
"""Of those that moto knows."""
PLAN = """
name = "try"
provider = "ec2"
[system]
kind = "kamailio"
max_calls = 20
[[size]]
type = "c7i.large"
[call]
hold_s = 2.0
media = "beside"
[objective]
thresholds = ["success_ratio>=0.97"]
[search]
minimum = 10
maximum = 30
precision_ratio = 0.5
light_s = 2
short_s = 2
full_s = 2
settle_s = 0.2
cooldown_s = 0.2
confirmations = 1
verifications = 0
void_repeats = 4
[generators]
type = "c7i.xlarge"
count = 2
streams_per_process = 16
most_steal_ratio = 0.5
[budget]
dollars = 5.0
minutes = 5
[ec2]
address = "private"
user = "root"
ssh_from = "172.31.255.254/32"
images = {{ x86_64 = "{image}" }}
{more}
"""


@dataclass(frozen=True, kw_only=True)
class Ec2:
    """A cloud of our own, and a folder for runs."""

    moto: Moto
    door: Door
    folder: Path

    @property
    def runs(self) -> Path:
        """Where runs are kept."""
        return self.folder / "runs"

    @property
    def environment(self) -> dict[str, str]:
        """For a process that takes it for AWS."""
        return {**os.environ, **environment(self.door.url)}

    def client(self) -> Any:
        """To look around, past the door; moto has no placement groups: `door.groups` has."""
        keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
        return boto3.client("ec2", region_name=REGION, endpoint_url=self.moto.url, **keys)

    def plan(
        self, changes: Mapping[str, str] | None = None, *, more: str = "",
        ssh_config: Path | None = None,
    ) -> Path:  # fmt: skip
        """A plan file; each change replaces a text in it. No `ssh_config`: no host is reached."""
        nowhere = self.folder / "ssh_nowhere"
        nowhere.write_text("Host *\n  ProxyCommand false\n")
        config = ssh_config or nowhere
        text = PLAN.format(image=IMAGE, more=f'{more}\nssh_config = "{config}"')
        for old, new in (changes or {}).items():
            assert old in text
            text = text.replace(old, new)
        path = self.folder / "plan.toml"
        path.write_text(text)
        return path

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """`bench ...`, running."""
        return subprocess.Popen(
            [*BENCH, *arguments], env=self.environment, text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def run_arguments(self, plan: Path, *more: str) -> list[str]:
        """Those of `bench run` that makes things."""
        return ["run", str(plan), "--yes", "--plain", "--output", str(self.runs), *more]

    def left(self) -> list[str]:
        """Everything that anybody has made and nobody removed, whatever its tags."""
        ec2 = self.client()
        reservations = ec2.describe_instances()["Reservations"]
        every = [one for group in reservations for one in group["Instances"]]
        machines = [one for one in every if one["State"]["Name"] != "terminated"]
        groups = [one for one in ec2.describe_security_groups()["SecurityGroups"]
                  if one["GroupName"] != "default"]  # fmt: skip
        return [
            *(one["InstanceId"] for one in machines),
            *(one["VolumeId"] for one in ec2.describe_volumes()["Volumes"]),
            *(one["KeyName"] for one in ec2.describe_key_pairs()["KeyPairs"]),
            *(one["GroupId"] for one in groups),
            *self.door.groups,
        ]


@contextlib.contextmanager
def killed_at(door: Door, is_it: Callable[[Form], bool]) -> Iterator[Callable[[int], None]]:
    """SIGKILL for a process when such an action is done and nobody has been told.

    Gives what must be called with the pid.
    """
    known, found = threading.Event(), list[int]()

    def after(_: int, form: Form) -> None:
        if is_it(form):
            known.wait(30)
            with contextlib.suppress(ProcessLookupError):
                os.kill(found[0], signal.SIGKILL)

    def tell(pid: int) -> None:
        found.append(pid)
        known.set()

    door.after = after
    try:
        yield tell
    finally:
        door.after = lambda *_: None


def wait_for(stream: IO[str] | None, text: str) -> str:
    """Read lines until one has the text; all of them."""
    assert stream is not None
    told = ""
    for line in stream:
        told += line
        if text in line:
            return told
    raise AssertionError(f"never said {text!r}: {told}")
