"""Network namespaces of our own: small networks on one machine, gone when we are.

A namespace lives as long as the child that holds it, and the keeper ends that child even when
we are killed: nothing is ever left behind. `ip netns` would leave its mounts, and needs a root
file system of its own, which a container or chroot may lack.
"""

import contextlib
import ctypes
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from voipprobe.model.errors import ToolError
from voipprobe.process.child import Child
from voipprobe.process.tools import find_tool, tool_output

_CLONE_NEWNET: Final = 0x40000000


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A network namespace, known by the process that holds it."""

    name: str
    pid: int

    def inside(self, argv: Sequence[str]) -> list[str]:
        """The argv that runs a program in this namespace."""
        return [find_tool("nsenter"), "-t", str(self.pid), "-n", "--", *argv]

    def run(self, program: str, *arguments: str) -> str:
        """What a program printed in this namespace.

        Raises:
            ToolError: it failed.
        """
        code, text = tool_output(self.inside([find_tool(program), *arguments]))
        if code:
            words = " ".join([program, *arguments])
            raise ToolError(f"{words} in namespace {self.name}: {text.strip()}")
        return text


def enter(host: Host) -> None:
    """Move the calling thread into a host's network, for good: what it opens lives there.

    Raises:
        ToolError: not allowed here (root is needed), or the host is gone.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    try:
        with Path(f"/proc/{host.pid}/ns/net").open("rb") as namespace:
            failed = libc.setns(namespace.fileno(), _CLONE_NEWNET) != 0
    except OSError as error:
        raise ToolError(f"namespace {host.name} is gone: {error.strerror}") from None
    if failed:
        reason = os.strerror(ctypes.get_errno())
        raise ToolError(f"namespace {host.name} cannot be entered: {reason}")


@contextlib.contextmanager
def hosts(*names: str) -> Iterator[tuple[Host, ...]]:
    """New namespaces with nothing but loopback up, gone when the block ends.

    Raises:
        ToolError: not allowed here (root is needed).
    """
    with contextlib.ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="voipprobe-netns-")))
        made = []
        for name in names:
            argv = [find_tool("unshare"), "--net", "sleep", "infinity"]
            child = held.enter_context(Child(argv, folder=folder, name=name))
            _await_namespace(child)
            made.append(Host(name=name, pid=child.pid))
            made[-1].run("ip", "link", "set", "lo", "up")
        yield tuple(made)


def _await_namespace(child: Child) -> None:
    ours = Path("/proc/self/ns/net").readlink()
    deadline = time.monotonic() + 5.0
    while child.wait(0.005) is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            if Path(f"/proc/{child.pid}/ns/net").readlink() != ours:
                return
    raise ToolError(f"no network namespace can be made: {child.complaint() or 'not allowed'}")


def join(one: Host, one_end: str, other: Host, other_end: str) -> None:
    """Lay a veth link between two hosts.

    Args:
        one: the first host.
        one_end: "interface address/prefix" of its end.
        other: the second host.
        other_end: the same of its end.

    Raises:
        ToolError: an end exists already or is not written as above.
    """
    name, address = one_end.split()
    peer, peer_address = other_end.split()
    one.run("ip", "link", "add", name, "type", "veth",
            "peer", "name", peer, "netns", str(other.pid))  # fmt: skip
    _configure(one, name, address)
    _configure(other, peer, peer_address)


def _configure(host: Host, interface: str, address: str) -> None:
    host.run("ip", "addr", "add", address, "dev", interface)
    host.run("ip", "link", "set", interface, "up")


def namespaces_allowed() -> bool:
    """Whether this process may make network namespaces."""
    try:
        with hosts("try"):
            return True
    except ToolError:
        return False
