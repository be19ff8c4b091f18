"""The guard on a real child: a process of its own whose sockets it has never seen."""

import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.socket_filters import sender

from voipprobe.model.errors import ConfigError
from voipprobe.process.child import Child
from voipprobe.traffic.responder.allow import parse_networks
from voipprobe.traffic.responder.guard import Guard

FRIEND, STRANGER = "127.0.0.1", "127.0.0.2"
ONLY_FRIEND = parse_networks([f"{FRIEND}/32"])

# Echoes over UDP; greets whoever connects over TCP; opens one more UDP socket when told "open".
SERVER = """
import selectors, socket
chosen = selectors.DefaultSelector()
def udp():
    new = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    new.bind(("127.0.0.1", 0))
    chosen.register(new, selectors.EVENT_READ, "udp")
    return new.getsockname()[1]
listening = socket.create_server(("127.0.0.1", 0))
chosen.register(listening, selectors.EVENT_READ, "tcp")
print(udp(), listening.getsockname()[1], flush=True)
kept = []
while True:
    for key, _ in chosen.select():
        if key.data == "tcp":
            kept.append(listening.accept()[0])
            kept[-1].sendall(b"hello")
            continue
        text, peer = key.fileobj.recvfrom(100)
        if text == b"open":
            text = str(udp()).encode()
        key.fileobj.sendto(text, peer)
"""


class Server:
    """A child with one UDP and one listening TCP socket."""

    def __init__(self, folder: Path) -> None:
        # -I and -S: nothing but the sockets of the script
        argv = [sys.executable, "-I", "-S", "-c", SERVER]
        self.child = Child(argv, folder=folder, name="server")
        while not self.child.stdout.read_text().endswith("\n"):
            time.sleep(0.005)
        self.udp, self.tcp = map(int, self.child.stdout.read_text().split())


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path)
    with made.child:
        yield made


def ask(source: str, port: int, text: str = "hello", *, within_s: float = 2.0) -> str | None:
    """What the server answers over UDP; None if it is silent."""
    with sender(source) as one:
        one.settimeout(within_s)
        one.sendto(text.encode(), ("127.0.0.1", port))
        try:
            return one.recv(100).decode()
        except TimeoutError:
            return None


def connect(source: str, port: int, *, within_s: float = 2.0) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), within_s, source_address=(source, 0))


def test_without_a_guard_everyone_is_served(server: Server) -> None:
    """Else the tests below would prove nothing."""
    assert ask(STRANGER, server.udp) == "hello"
    with connect(STRANGER, server.tcp) as line:
        assert line.recv(10) == b"hello"


def test_strangers_get_nothing_and_friends_are_served(server: Server) -> None:
    """The friend asks second: the stranger's datagram would have been answered by then."""
    assert Guard(server.child.pid, ONLY_FRIEND).cover() == 2
    with sender(STRANGER) as stranger:
        stranger.setblocking(False)
        stranger.sendto(b"hello", ("127.0.0.1", server.udp))
        assert ask(FRIEND, server.udp) == "hello"
        with pytest.raises(BlockingIOError):
            stranger.recv(100)
    with pytest.raises(TimeoutError):
        connect(STRANGER, server.tcp, within_s=0.2)
    with connect(FRIEND, server.tcp) as line:
        assert line.recv(10) == b"hello"


def test_a_socket_is_covered_once(server: Server) -> None:
    guard = Guard(server.child.pid, ONLY_FRIEND)
    assert guard.cover() == 2
    assert guard.cover() == 0


def test_a_new_socket_is_covered_at_the_next_look(server: Server) -> None:
    guard = Guard(server.child.pid, ONLY_FRIEND)
    guard.cover()
    opened = ask(FRIEND, server.udp, "open")
    assert opened is not None
    assert ask(STRANGER, int(opened)) == "hello"
    assert guard.cover() == 1
    assert ask(STRANGER, int(opened), within_s=0.1) is None
    assert ask(FRIEND, int(opened)) == "hello"


def test_a_stranger_who_was_accepted_before_is_shut_out(server: Server) -> None:
    """iperf3 opens a listening socket for every test: someone may slip in before the filter."""
    with connect(STRANGER, server.tcp) as stranger, connect(FRIEND, server.tcp) as friend:
        assert stranger.recv(10) == friend.recv(10) == b"hello"
        assert Guard(server.child.pid, ONLY_FRIEND).cover() == 4
        assert stranger.recv(10) == b""
        friend.settimeout(0.05)
        with pytest.raises(TimeoutError):
            friend.recv(10)


def test_a_connection_accepted_later_inherits_the_filter(server: Server) -> None:
    """It is a new socket to the guard, of a friend who may stay."""
    guard = Guard(server.child.pid, ONLY_FRIEND)
    guard.cover()
    with connect(FRIEND, server.tcp) as line:
        assert line.recv(10) == b"hello"
        assert guard.cover() == 1
        line.settimeout(0.05)
        with pytest.raises(TimeoutError):
            line.recv(10)


def test_another_list_holds_for_sockets_that_are_filtered_already(server: Server) -> None:
    """A peer's address has changed: the new one is served, the old one no longer."""
    guard = Guard(server.child.pid, ONLY_FRIEND)
    guard.cover()
    guard.allow(parse_networks([f"{STRANGER}/32"]))
    assert ask(FRIEND, server.udp) == "hello"  # until the next look
    assert guard.cover() == 2
    assert ask(STRANGER, server.udp) == "hello"
    assert ask(FRIEND, server.udp, within_s=0.1) is None
    with connect(STRANGER, server.tcp) as line:
        assert line.recv(10) == b"hello"
    guard.allow(parse_networks([f"{FRIEND}/32", f"{STRANGER}/32"]))
    guard.cover()
    assert ask(FRIEND, server.udp) == "hello"
    assert ask(STRANGER, server.udp) == "hello"


def test_a_connection_of_one_who_is_no_longer_allowed_is_shut(server: Server) -> None:
    """And that of one who still is stays."""
    both = parse_networks([f"{FRIEND}/32", f"{STRANGER}/32"])
    guard = Guard(server.child.pid, both)
    guard.cover()
    with connect(STRANGER, server.tcp) as stranger, connect(FRIEND, server.tcp) as friend:
        assert stranger.recv(10) == friend.recv(10) == b"hello"
        guard.allow(ONLY_FRIEND)
        guard.cover()
        assert stranger.recv(10) == b""
        friend.settimeout(0.05)
        with pytest.raises(TimeoutError):
            friend.recv(10)


def test_a_list_that_no_filter_holds_changes_nothing(server: Server) -> None:
    guard = Guard(server.child.pid, ONLY_FRIEND)
    guard.cover()
    with pytest.raises(ConfigError, match="too many"):
        guard.allow(parse_networks([f"10.{n // 256}.{n % 256}.0/24" for n in range(2000)]))
    assert guard.cover() == 0
    assert ask(FRIEND, server.udp) == "hello"


def test_a_child_that_is_gone_has_nothing_to_cover(server: Server) -> None:
    server.child.stop()
    assert Guard(server.child.pid, ONLY_FRIEND).cover() == 0
