"""A new user's path: the commands of docs/deploy.md, as they are written, against the doubles.

The account is a moto server whose Elastic IPs are the addresses of four test hosts. What a user has
and the hosts have not (an image with a user `admin`, a package index, a route to AWS) is put into
the fleet's variables between the first commands and the others, and nothing else.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.fleet.cloud import cloud
from support.fleet.hosts import SHIPPED, Fleet, fleet
from support.moto import environment as aws_environment
from support.playbooks import ROOT, environment

pytestmark = [pytest.mark.integration, pytest.mark.netns, pytest.mark.timeout(900)]

COMMANDS = re.compile(r"^```sh\n(.*?)^```$", re.M | re.S)
MEASURES = """
[[probe]]
name = "mesh"
peers = true
sources = ["us-west-2a-1"]
calls = 1
hold_s = 1.0

[publish.cloudwatch]
"""


class User:
    """Somebody who reads the page, in a home of their own."""

    def __init__(self, made: Fleet, url: str, home: Path) -> None:
        self._fleet, self._url, self._home = made, url, home
        self._blocks = iter(COMMANDS.findall((ROOT / "docs" / "deploy.md").read_text()))

    def types_the_next(self) -> str:
        """What the next block of commands printed; it must end well."""
        variables = {
            **environment(self._home), **aws_environment(self._url), **self._fleet.ssh_environment,
        }  # fmt: skip
        done = subprocess.run(
            self._fleet.control(("bash", "-eux", "-c", next(self._blocks))), cwd=ROOT,
            env=variables, stdin=subprocess.DEVNULL, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=600, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout
        return done.stdout

    def knows_the_doubles(self) -> None:
        """Put what is different from real instances into the fleet's variables."""
        key = (self._fleet.folder / "key.pub").read_text()
        (self._home / ".ssh").mkdir()
        (self._home / ".ssh/id_ed25519.pub").write_text(key)
        variables = {
            "ansible_user": "root", **SHIPPED, "fleet_measures": MEASURES,
            "agent_environment": {
                "AWS_ENDPOINT_URL": self._url, "AWS_EC2_METADATA_DISABLED": "true",
            },
        }  # fmt: skip
        file = self._home / "fleet/group_vars/all.yml"
        lines = [f"{name}: {json.dumps(value)}\n" for name, value in variables.items()]
        kept = [line for line in file.read_text().splitlines(True) if "ansible_user" not in line]
        file.write_text("".join([*kept, *lines]))

    @property
    def has_more_to_type(self) -> bool:
        return next(self._blocks, None) is not None


@pytest.fixture
def user(tmp_path: Path) -> Iterator[User]:
    """With an empty account and four hosts that it will take for its instances."""
    with fleet(tmp_path) as made:
        public = [f"{name}={one.address}" for name, one in made.hosts.items()]
        address = made.net.services.address
        with cloud(tmp_path, *public, address=address, before=made.control()) as url:
            home = tmp_path / "home"
            home.mkdir()
            yield User(made, url, home)


def test_the_page_leads_from_nothing_to_a_dashboard_and_back(user: User) -> None:
    """Every command in its order; at the end nothing is left."""
    user.types_the_next()
    user.knows_the_doubles()
    assert "us-west-2a-1: ok=" in re.sub(r" +", " ", user.types_the_next()).replace(" :", ":")
    told = user.types_the_next()
    assert "4 agents are well" in told
    again = user.types_the_next()
    assert set(re.findall(r"changed=(\d+)", again)) == {"0"}
    gone = user.types_the_next()
    assert gone.count("nothing is left") == 4
    assert not user.has_more_to_type
