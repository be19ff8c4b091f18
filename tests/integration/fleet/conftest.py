"""Control machines of a fleet: their home, their environment, their key."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.fleet.cloud import cloud
from support.moto import environment as aws_environment
from support.playbooks import environment


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a key, of nobody."""
    made = tmp_path_factory.mktemp("home")
    (made / ".ssh").mkdir(mode=0o700)
    key = made / ".ssh" / "id_ed25519"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    return made


@pytest.fixture(scope="module")
def account(home: Path) -> Iterator[dict[str, str]]:
    """The environment of a control machine that takes a moto server for AWS."""
    with cloud(home) as url:
        yield {**environment(home), **aws_environment(url)}
