"""Network namespaces: real ones, and that nothing of them stays."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from voipprobe.model.errors import ToolError
from voipprobe.traffic.netns import Host, hosts, join, namespaces_allowed

pytestmark = pytest.mark.netns

ANSWER = (
    "import socket, sys\n"
    "try: socket.create_connection((sys.argv[1], 9), 2)\n"
    "except OSError as error: print(type(error).__name__)\n"
)


def knock(host: Host, address: str) -> str:
    """What comes back from a port that nobody listens on."""
    return host.run(sys.executable, "-I", "-c", ANSWER, address).strip()


@pytest.fixture(scope="module")
def link() -> Iterator[tuple[Host, Host]]:
    with hosts("near", "far") as (near, far):
        join(near, "near0 198.18.0.1/30", far, "far0 198.18.0.2/30")
        yield near, far


def test_the_hosts_reach_each_other(link: tuple[Host, Host]) -> None:
    """A refusal is an answer."""
    near, far = link
    assert knock(near, "198.18.0.2") == "ConnectionRefusedError"
    assert knock(far, "198.18.0.1") == "ConnectionRefusedError"


def test_loopback_is_up(link: tuple[Host, Host]) -> None:
    assert knock(link[0], "127.0.0.1") == "ConnectionRefusedError"


def test_nothing_of_this_machine_is_inside(link: tuple[Host, Host]) -> None:
    """Only loopback and the link."""
    names = [line.split()[0] for line in link[0].run("ip", "-br", "link").splitlines()]
    assert [name.partition("@")[0] for name in names] == ["lo", "near0"]


def test_a_program_that_fails_is_an_error_with_its_words(link: tuple[Host, Host]) -> None:
    with pytest.raises(ToolError, match=r"ip link show nosuch in namespace near: .*nosuch"):
        link[0].run("ip", "link", "show", "nosuch")


def test_an_end_that_exists_already_is_an_error(link: tuple[Host, Host]) -> None:
    near, far = link
    with pytest.raises(ToolError, match="near0"):
        join(near, "near0 198.18.0.1/30", far, "other0 198.18.0.2/30")


def test_nothing_stays_when_the_block_ends_with_an_error() -> None:
    """The holder is gone, and the namespace with it."""
    seen = []

    def fail_inside() -> None:
        with hosts("one") as (one,):
            seen.append(Path(f"/proc/{one.pid}/ns/net").stat().st_ino)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_inside()
    assert not set(seen) & set(namespaces())


def namespaces() -> Iterator[int]:
    """The network namespaces of all processes."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            yield (process / "ns/net").stat().st_ino
        except OSError:
            continue  # it ended meanwhile


def test_allowed_is_asked_by_trying() -> None:
    assert namespaces_allowed() == (os.geteuid() == 0)


def test_not_allowed_without_the_tools(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`unshare` that is refused says so, and nothing crashes."""
    refusing = tmp_path / "unshare"
    refusing.write_text("#!/bin/sh\necho 'unshare failed: Operation not permitted' >&2\nexit 1\n")
    refusing.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert not namespaces_allowed()
    with pytest.raises(ToolError, match="can be made: unshare failed: Operation not permitted"):
        hosts("x").__enter__()
