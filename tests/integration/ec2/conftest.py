"""A cloud for each test: moto, empty, and the door in front of it; and our command line."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.ec2_door import ec2_door
from support.ec2_runs import Ec2
from support.moto import Moto, environment, moto_server

from voipprobe.cli.main import run


@pytest.fixture(scope="session")
def moto_running() -> Iterator[Moto]:
    with moto_server() as moto:
        yield moto


@pytest.fixture
def ec2(moto_running: Moto, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ec2]:
    moto_running.reset()
    with ec2_door(moto_running.url) as door:
        for name in ("AWS_PROFILE", "AWS_REGION", "AWS_SESSION_TOKEN"):
            monkeypatch.delenv(name, raising=False)
        for name, value in environment(door.url).items():
            monkeypatch.setenv(name, value)
        yield Ec2(moto=moto_running, door=door, folder=tmp_path)


@dataclass(frozen=True, kw_only=True)
class Done:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


@pytest.fixture
def bench(ec2: Ec2, capfd: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """`voipprobe bench ...` in this process: that it ends as it should is what is asked."""
    assert ec2.door.seen == []

    def do(*arguments: str) -> Done:
        code = run(["bench", *arguments])
        said = capfd.readouterr()
        return Done(code=code, out=said.out, err=said.err)

    return do
