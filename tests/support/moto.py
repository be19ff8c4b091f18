"""A moto server as CloudWatch: real HTTP, one thread; what it stored can be looked at."""

import contextlib
import http.client
import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends
from moto.server import ThreadedMotoServer

ACCOUNT = "123456789012"
REGION = "us-east-1"


@dataclass(frozen=True)
class Kept:
    """Where one sample lies: the identity of a metric, and the time."""

    namespace: str
    metric: str
    dimensions: tuple[tuple[str, str], ...]
    at: float
    unit: str


@dataclass(frozen=True)
class Moto:
    """A server that runs."""

    url: str

    def reset(self) -> None:
        """Forget everything."""
        line = http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=30)
        line.request("POST", "/moto-api/reset")
        status = line.getresponse().status
        line.close()
        assert status == 200

    def kept(self, region: str = REGION) -> dict[Kept, Counter[float]]:
        """Every stored sample with how often; percentiles can be computed from it."""
        found: dict[Kept, Counter[float]] = {}
        stored: list[Any] = cloudwatch_backends[ACCOUNT][region].metric_data
        for one in stored:
            dimensions = tuple((each.name, each.value) for each in one.dimensions)
            at = one.timestamp.replace(tzinfo=UTC).timestamp()
            key = Kept(one.namespace, one.name, dimensions, at, one.unit)
            found.setdefault(key, Counter())[one.value] += 1
        return found


def environment(url: str, region: str = REGION) -> dict[str, str]:
    """What a process needs to take this server for AWS."""
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }


@contextlib.contextmanager
def moto_server() -> Iterator[Moto]:
    """A server on a free port of loopback."""
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL + 1)  # it tells every request
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield Moto(f"http://{host}:{port}")
    finally:
        server.stop()
