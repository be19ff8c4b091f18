"""A user who reads docs/deploy.md, in a home of their own, against the doubles.

The account is a moto server whose Elastic IPs are the addresses of the test hosts. What a user has
and the hosts have not (an image with a user `admin`, a package index, credentials from the
instance) is put into the fleet's variables after the first commands, and nothing else; Regions
without a host are taken out of the fleet.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mesh_demo.regions import US_REGIONS
from support.fleet.cloud import cloud
from support.fleet.hosts import REGIONS, SHIPPED, Fleet, TestHost, fleet
from support.moto import environment as aws_environment
from support.playbooks import ROOT, Played, environment, play

COMMANDS = re.compile(r"^```sh\n(.*?)^```$", re.M | re.S)
MEASURES = """
[[probe]]
name = "mesh"
peers = true
{sources}
interval_s = 16.0
calls = 1
hold_s = 1.0

[publish.cloudwatch]
interval_s = 2.0
"""


class User:
    """Types what the page says, and now and then a command of their own."""

    def __init__(self, made: Fleet, url: str, home: Path) -> None:
        self.fleet, self.url, self.home = made, url, home
        self._blocks = iter(COMMANDS.findall((ROOT / "docs" / "deploy.md").read_text()))
        self._page_says = ""
        self._variables: dict[str, Any] = {}

    @property
    def environment(self) -> dict[str, str]:
        """All variables of the shell."""
        return {
            **environment(self.home), **aws_environment(self.url), **self.fleet.ssh_environment,
        }  # fmt: skip

    @property
    def hosts(self) -> tuple[TestHost, ...]:
        return tuple(self.fleet.hosts.values())

    def types_the_next(self) -> Played:
        """Type the next block of commands; it must end well."""
        done = subprocess.run(
            self.fleet.control(("bash", "-eux", "-c", next(self._blocks))), cwd=ROOT,
            env=self.environment, stdin=subprocess.DEVNULL, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=600, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout
        return Played(code=0, text=done.stdout)

    @property
    def has_more_to_type(self) -> bool:
        return next(self._blocks, None) is not None

    def knows_the_doubles(self) -> None:
        """Put what is different from real instances into the fleet's variables."""
        definition = self.home / "fleet/aws_ec2.yml"
        other = [f"  - {region}\n" for region in US_REGIONS if region not in REGIONS]
        lines = definition.read_text().splitlines(keepends=True)
        definition.write_text("".join(line for line in lines if line not in other))
        (self.home / ".ssh").mkdir()
        key = (self.fleet.folder / "key.pub").read_text()
        (self.home / ".ssh/id_ed25519.pub").write_text(key)
        lines = self._file.read_text().splitlines(keepends=True)
        self._page_says = "".join(line for line in lines if "ansible_user" not in line)
        self.says(
            ansible_user="root", **SHIPPED,
            agent_environment={
                "AWS_ENDPOINT_URL": self.url, "AWS_EC2_METADATA_DISABLED": "true",
            },
            agent_secrets={"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "se cret"},
        )  # fmt: skip

    def measures(self, *sources: str) -> None:
        """Have these agents call all others; none is all."""
        named = f"sources = {json.dumps(sources)}" if sources else ""
        self.says(fleet_measures=MEASURES.format(sources=named))

    def says(self, **variables: Any) -> None:
        """Set variables of the fleet."""
        self._variables |= variables
        lines = [f"{name}: {json.dumps(value)}\n" for name, value in self._variables.items()]
        self._file.write_text("".join([self._page_says, *lines]))

    def plays(self, playbook: str, *arguments: str, inventory: Path | None = None) -> Played:
        """Run a playbook with options of their own."""
        return play(
            f"{playbook}.yml", "-i", str(inventory or self.home / "fleet"), *arguments,
            environment=self.environment, before=self.fleet.control(),
        )  # fmt: skip

    @property
    def _file(self) -> Path:
        return self.home / "fleet/group_vars/all.yml"


@contextmanager
def user(folder: Path) -> Iterator[User]:
    """With an empty account and hosts that will be taken for its instances."""
    with fleet(folder) as made:
        public = [f"{name}={one.address}" for name, one in made.hosts.items()]
        address = made.net.services.address
        with cloud(folder, *public, address=address, before=made.control()) as url:
            home = folder / "home"
            home.mkdir()
            yield User(made, url, home)
