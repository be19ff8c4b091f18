"""Who an instance is, asked of a real HTTP server that behaves as IMDSv2 does."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from voipprobe.aws import instance
from voipprobe.aws.instance import instance_document

DOCUMENT = {
    "instanceId": "i-0123456789abcdef0", "region": "us-east-1", "availabilityZone": "us-east-1a",
    "accountId": "123456789012", "pendingTime": "2026-01-01T00:00:00Z", "billingProducts": None,
}  # fmt: skip
TOKEN = "AQAEAtoken=="
PATH = "/latest/dynamic/instance-identity/document"


class Imds(BaseHTTPRequestHandler):
    """The metadata service: a token for a PUT, and nothing without it."""

    server: "Service"

    def do_PUT(self) -> None:
        service = self.server
        service.asked.append(("PUT", self.path))
        time.sleep(service.delay_s)
        life = self.headers.get("X-aws-ec2-metadata-token-ttl-seconds", "")
        good = self.path == "/latest/api/token" and life.isdecimal() and 1 <= int(life) <= 21600
        self._answer(service.token_status if good else 400, TOKEN)

    def do_GET(self) -> None:
        service = self.server
        service.asked.append(("GET", self.path))
        if self.headers.get("X-aws-ec2-metadata-token") != TOKEN:
            self._answer(401, "")  # as an instance with "IMDSv2 required"
        elif self.path == PATH:
            self._answer(service.status, service.text)
        else:
            self._answer(404, "")

    def _answer(self, status: int, text: str) -> None:
        octets = text.encode("latin-1")
        self.send_response(status)
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        self.wfile.write(octets)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's own name
        pass


class Service(ThreadingHTTPServer):
    """One service, and what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Imds)
        self.asked: list[tuple[str, str]] = []
        self.text = json.dumps(DOCUMENT)
        self.status = self.token_status = 200
        self.delay_s = 0.0


@pytest.fixture(scope="module")
def running() -> Iterator[Service]:
    service = Service()
    thread = threading.Thread(target=lambda: service.serve_forever(poll_interval=0.02))
    thread.start()
    yield service
    service.shutdown()
    service.server_close()
    thread.join()


@pytest.fixture
def service(running: Service, monkeypatch: pytest.MonkeyPatch) -> Service:
    """Found by botocore's own variable, as it is in its default state."""
    monkeypatch.delenv("AWS_EC2_METADATA_DISABLED", raising=False)
    endpoint = f"http://127.0.0.1:{running.server_address[1]}"
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", endpoint)
    running.asked.clear()
    running.text, running.status, running.token_status = json.dumps(DOCUMENT), 200, 200
    running.delay_s = 0.0
    return running


def test_the_document_comes_by_a_token(service: Service) -> None:
    """Values are texts, whatever the service makes of them."""
    document = instance_document()
    assert document is not None
    assert document["instanceId"] == "i-0123456789abcdef0"
    assert document["region"] == "us-east-1"
    assert document["availabilityZone"] == "us-east-1a"
    assert all(isinstance(value, str) for value in document.values())
    assert service.asked == [("PUT", "/latest/api/token"), ("GET", PATH)]


@pytest.mark.parametrize("status", [403, 404, 405, 500])
def test_without_a_token_version_1_is_not_tried(service: Service, status: int) -> None:
    """403: switched off for containers by its hop limit; 404: something else listens there."""
    service.token_status = status
    assert instance_document() is None
    assert [method for method, _ in service.asked] == ["PUT"]


@pytest.mark.parametrize("status", [401, 404, 500, 503])
def test_a_service_that_refuses_is_none(service: Service, status: int) -> None:
    service.status = status
    assert instance_document() is None


@pytest.mark.parametrize("text", ["", "{}", "[]", "[1]", '"us-east-1"', "7", "null", "<html>",
                                  '{"region": ', "\xff\xfe"])  # fmt: skip
def test_an_answer_that_is_no_document_is_none(service: Service, text: str) -> None:
    """A captive portal at that address must not stop an agent."""
    service.text = text
    assert instance_document() is None


def test_a_service_that_hangs_costs_a_second_or_two(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance, "TIMEOUT_S", 0.1)
    service.delay_s = 8.0
    began_s = time.monotonic()
    assert instance_document() is None
    assert time.monotonic() - began_s < 6
    assert [method for method, _ in service.asked] == ["PUT"]


def test_it_is_not_asked_where_it_is_switched_off(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "True")
    assert instance_document() is None
    assert service.asked == []


@pytest.mark.parametrize(
    "endpoint", ["http://127.0.0.1:9", "http://127.0.0.1:99999", "http://[::bad", "nonsense", "http://"]
)  # fmt: skip
def test_nobody_there_is_none(monkeypatch: pytest.MonkeyPatch, endpoint: str) -> None:
    """Off EC2; and a variable that is no address must not stop an agent either."""
    monkeypatch.delenv("AWS_EC2_METADATA_DISABLED", raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", endpoint)
    assert instance_document() is None
