"""The HTTP server of an agent, by real requests over loopback."""

import http.client
import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from support.measured_rounds import measurement
from support.openmetrics import families

from voipprobe.agent.expose import http as exposed
from voipprobe.agent.expose.http import MOST_CLIENTS, HealthServer, split_listen
from voipprobe.agent.expose.tally import Tally
from voipprobe.model.errors import ConfigError, ToolError

GOOD = {"live": True, "ready": True}


class Served:
    """A server whose health the test decides."""

    def __init__(self, tally: Tally | None, listen: str = "127.0.0.1:0") -> None:
        self.health: dict[str, Any] = dict(GOOD)
        self.server = HealthServer(listen, tally, lambda: self.health)
        self.host = split_listen(listen)[0]

    def ask(self, path: str, method: str = "GET") -> tuple[int, dict[str, str], str]:
        line = http.client.HTTPConnection(self.host, self.server.port, timeout=20)
        try:
            line.request(method, path)
            answer = line.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read().decode()
        finally:
            line.close()

    def connect(self) -> socket.socket:
        return socket.create_connection((self.host, self.server.port), 20)


@pytest.fixture(scope="module")
def kept() -> Iterator[Served]:
    """One for all tests: to close takes half a second."""
    tally = Tally()
    tally.add([measurement(3.0)])
    made = Served(tally)
    yield made
    made.server.close()


@pytest.fixture
def served(kept: Served) -> Served:
    kept.health = dict(GOOD)
    return kept


def test_metrics_come_with_the_type_that_scrapers_ask_for(served: Served) -> None:
    status, headers, text = served.ask("/metrics")
    assert status == 200
    assert headers["Content-Type"] == (
        "application/openmetrics-text; version=1.0.0; charset=utf-8"
    )  # fmt: skip
    assert int(headers["Content-Length"]) == len(text.encode())
    assert [one.name for one in families(text)] == ["voipprobe_call_attempts"]


def test_a_query_is_no_part_of_the_path(served: Served) -> None:
    assert served.ask("/metrics?name[]=x")[0] == 200


def test_without_prometheus_there_are_no_metrics() -> None:
    """And what there is instead is said."""
    served = Served(None)
    status, _, text = served.ask("/metrics")
    served.server.close()
    assert status == 404
    assert "/healthz" in text


@pytest.mark.parametrize(
    ("health", "whole", "live", "ready"),
    [
        ({"live": True, "ready": True}, 200, 200, 200),
        ({"live": True, "ready": False}, 503, 200, 503),
        ({"live": False, "ready": True}, 503, 503, 200),
        ({"live": False, "ready": False, "why": "x"}, 503, 503, 503),
    ],
)
def test_health_is_a_status_and_says_why(
    served: Served, health: dict[str, Any], whole: int, live: int, ready: int
) -> None:
    """A load balancer reads the status, a person the body."""
    served.health = health
    for path, expected in (("", whole), ("/live", live), ("/ready", ready)):
        status, headers, text = served.ask(f"/healthz{path}")
        assert status == expected
        assert json.loads(text) == health
        assert headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("path", ["/", "/healthz/other", "/metrics/x", "/../etc/passwd", "/%00"])
def test_other_paths_are_not_there(served: Served, path: str) -> None:
    assert served.ask(path)[0] == 404


def test_head_has_no_body(served: Served) -> None:
    """Some load balancers ask so."""
    status, headers, text = served.ask("/healthz", "HEAD")
    assert (status, text) == (200, "")
    assert int(headers["Content-Length"]) > 0


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_can_be_changed(served: Served, method: str) -> None:
    assert served.ask("/metrics", method)[0] == 501


def test_no_versions_are_told(served: Served) -> None:
    """Of Python or of us, to whoever asks."""
    assert served.ask("/healthz")[1]["Server"].strip() == "voipprobe"


def test_garbage_is_answered_and_harms_nobody(served: Served) -> None:
    for octets in (b"\x16\x03\x01\x00\xa5" * 20 + b"\r\n\r\n", b"GET\r\n\r\n", b""):
        with served.connect() as line:
            line.sendall(octets)
            line.shutdown(socket.SHUT_WR)
            while line.recv(4096):
                pass
    assert served.ask("/healthz")[0] == 200


def test_too_many_clients_are_hung_up_on_and_others_served_later(served: Served) -> None:
    """Those that hold a line without a word take places, and give them back."""
    lines = [served.connect() for _ in range(MOST_CLIENTS)]
    with served.connect() as one_more:
        assert one_more.recv(100) == b""
    for line in lines:
        line.close()
    deadline_s = time.monotonic() + 20
    while True:
        try:
            assert served.ask("/healthz")[0] == 200
            break
        except (http.client.HTTPException, ConnectionError):
            assert time.monotonic() < deadline_s
            time.sleep(0.01)


def test_a_silent_client_is_let_go(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exposed._Handler, "timeout", 0.1)
    with served.connect() as line:
        line.sendall(b"GET /metrics HT")
        assert line.recv(100) == b""


def test_a_port_that_is_taken_is_told(served: Served) -> None:
    listen = f"127.0.0.1:{served.server.port}"
    with pytest.raises(ToolError, match=rf"cannot listen on {listen}: .* in use: see \[agent\]"):
        Served(None, listen)


def test_an_address_that_is_not_ours_is_told() -> None:
    with pytest.raises(ToolError, match="Cannot assign requested address"):
        Served(None, "192.0.2.1:0")


def test_a_name_that_does_not_resolve_is_told() -> None:
    with pytest.raises(ToolError, match=r"cannot listen on no-such-name\.invalid:0"):
        Served(None, "no-such-name.invalid:0")


def test_it_can_be_served_over_ipv6() -> None:
    with socket.socket(socket.AF_INET6) as probe:
        try:
            probe.bind(("::1", 0))
        except OSError:
            pytest.skip("no IPv6 on this machine")
    served = Served(None, "[::1]:0")
    assert served.ask("/healthz")[0] == 200
    served.server.close()


def test_a_closed_port_can_be_used_again_at_once() -> None:
    """A reload closes and opens."""
    first = Served(None)
    first.ask("/healthz")
    port = first.server.port
    first.server.close()
    second = Served(None, f"127.0.0.1:{port}")
    assert second.ask("/healthz")[0] == 200
    second.server.close()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("127.0.0.1:9464", ("127.0.0.1", 9464)),
        ("[::1]:0", ("::1", 0)),
        ("localhost:65535", ("localhost", 65535)),
    ],
)
def test_listen_is_an_address_and_a_port(text: str, found: tuple[str, int]) -> None:
    assert split_listen(text) == found


def test_a_port_above_all_ports_is_refused() -> None:
    with pytest.raises(ConfigError, match="between 0 and 65535"):
        split_listen("127.0.0.1:65536")
