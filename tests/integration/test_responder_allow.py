"""Whom a running responder serves, changed without a restart: real SIPp, real iperf3."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.socket_filters import sender

from voipprobe.model.errors import ConfigError
from voipprobe.traffic.address import free_ports
from voipprobe.traffic.responder.allow import Network, parse_networks
from voipprobe.traffic.responder.service import Responder, ResponderOptions

pytestmark = [pytest.mark.integration, pytest.mark.voice]

FRIEND, STRANGER = "127.0.0.1", "127.0.0.2"
HERE = "127.0.0.1"


def only(*addresses: str) -> tuple[Network, ...]:
    return parse_networks([f"{address}/32" for address in addresses])


class Running:
    """A responder that serves in a thread, as the agent's does."""

    def __init__(self, folder: Path) -> None:
        port, iperf_port = free_ports(HERE, 2)
        (media_port,) = free_ports(HERE, 1, span=8)
        self.options = ResponderOptions(
            address=HERE, port=port, media_port=media_port, iperf_port=iperf_port,
            networks=only(FRIEND), username="u", password="p",
        )  # fmt: skip
        self.said: list[str] = []
        self.responder = Responder(self.options, folder, say=self.said.append)
        self._enough = threading.Event()
        self._thread = threading.Thread(
            target=lambda: self.responder.serve(until=self._enough.is_set)
        )
        self._thread.start()

    def close(self) -> None:
        self._enough.set()
        self._thread.join()
        self.responder.stop()

    def pids(self) -> list[int]:
        return [service.child.pid for service in self.responder._services]

    def answers(self, source: str) -> dict[str, bool]:
        """Which of its services answer an address."""
        return {
            "sip": self._sip(source),
            "echo": self._asked(source, self.options.media_port, b"x" * 172) == b"x" * 172,
            "tcp": self._connects(source, self.options.port),
            "iperf3": self._connects(source, self.options.iperf_port or 0),
        }

    def _sip(self, source: str) -> bool:
        with sender(source) as one:
            port = one.getsockname()[1]
            request = (
                f"OPTIONS sip:echo@{HERE}:{self.options.port} SIP/2.0\r\n"
                f"Via: SIP/2.0/UDP {source}:{port};branch=z9hG4bK{time.monotonic_ns()}\r\n"
                f"From: <sip:probe@{source}>;tag=1\r\nTo: <sip:echo@{HERE}>\r\n"
                f"Call-ID: {time.monotonic_ns()}@{source}\r\nCSeq: 1 OPTIONS\r\n"
                f"Contact: <sip:probe@{source}:{port}>\r\nMax-Forwards: 70\r\n"
                "Content-Length: 0\r\n\r\n"
            )
            return self._answer(one, self.options.port, request.encode()).startswith(b"SIP/2.0 ")

    def _asked(self, source: str, port: int, octets: bytes) -> bytes:
        with sender(source) as one:
            return self._answer(one, port, octets)

    def _answer(self, one: socket.socket, port: int, octets: bytes) -> bytes:
        one.settimeout(0.4)
        one.sendto(octets, (HERE, port))
        try:
            return one.recv(4096)
        except TimeoutError:
            return b""

    def _connects(self, source: str, port: int) -> bool:
        try:
            socket.create_connection((HERE, port), 0.4, source_address=(source, 0)).close()
        except (TimeoutError, ConnectionRefusedError):  # refused: it is just starting again
            return False
        return True


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    made = Running(tmp_path)
    yield made
    made.close()


def until(condition: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline_s, "it never came so far"


def all_of(answers: dict[str, bool]) -> bool:
    return all(answers.values())


def none_of(answers: dict[str, bool]) -> bool:
    return not any(answers.values())


def test_a_stranger_becomes_a_friend_and_the_other_way(running: Running) -> None:
    """Every service of it, and not one process is started anew."""
    pids = running.pids()
    until(lambda: all_of(running.answers(FRIEND)))
    assert none_of(running.answers(STRANGER))
    running.responder.allow(only(STRANGER))
    until(lambda: all_of(running.answers(STRANGER)))
    until(lambda: none_of(running.answers(FRIEND)))
    running.responder.allow(only(FRIEND, STRANGER))
    until(lambda: all_of(running.answers(FRIEND)))
    until(lambda: all_of(running.answers(STRANGER)))
    assert running.pids() == pids
    assert running.said == []


def test_a_child_that_starts_again_keeps_the_newest_list(running: Running) -> None:
    """Not the one that the responder began with."""
    running.responder.allow(only(STRANGER))
    until(lambda: none_of(running.answers(FRIEND)))
    for pid in running.pids():
        os.kill(pid, signal.SIGKILL)
    until(lambda: len(running.said) >= 3)
    until(lambda: all_of(running.answers(STRANGER)))
    until(lambda: none_of(running.answers(FRIEND)))


def test_a_list_that_no_filter_holds_is_refused_and_changes_nothing(running: Running) -> None:
    with pytest.raises(ConfigError, match="too many"):
        running.responder.allow(
            parse_networks([f"10.{n // 256}.{n % 256}.0/24" for n in range(2000)])
        )
    until(lambda: all_of(running.answers(FRIEND)))
