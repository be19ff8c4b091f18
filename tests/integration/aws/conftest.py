"""One moto server and a faulty proxy in front of it; each test begins with an empty CloudWatch."""

from collections.abc import Iterator

import pytest
from support.faulty_proxy import FaultyProxy, faulty_proxy
from support.moto import Moto, environment, moto_server


@pytest.fixture(scope="session")
def moto_running() -> Iterator[Moto]:
    with moto_server() as moto:
        yield moto


@pytest.fixture
def moto(moto_running: Moto, monkeypatch: pytest.MonkeyPatch) -> Moto:
    """CloudWatch, empty, and the environment that leads there."""
    moto_running.reset()
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_CLOUDWATCH"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment(moto_running.url).items():
        monkeypatch.setenv(name, value)
    return moto_running


@pytest.fixture
def proxy(moto: Moto, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyProxy]:
    """The same CloudWatch behind a line that fails as planned."""
    with faulty_proxy(moto.url) as made:
        monkeypatch.setenv("AWS_ENDPOINT_URL", made.url)
        yield made
