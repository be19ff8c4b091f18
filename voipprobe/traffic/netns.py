"""Network namespaces of our own: small networks on one machine, made and removed by us."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from voipprobe.model.errors import ToolError
from voipprobe.process.tools import find_tool, tool_output

PREFIX = "voipprobe"
"""Names are PREFIX-pid-role, so that what a killed process left can be told and removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """One namespace with one address on a veth link."""

    namespace: str
    interface: str
    address: str

    def inside(self, argv: Sequence[str]) -> list[str]:
        """The argv that runs a program in this namespace."""
        return [find_tool("ip"), "netns", "exec", self.namespace, *argv]


def namespaces_allowed() -> bool:
    """Whether this process may make network namespaces."""
    name = f"{PREFIX}-{os.getpid()}-try"
    try:
        _ip("netns", "add", name)
        _ip("netns", "del", name)
    except ToolError:
        return False
    return True


@contextlib.contextmanager
def two_hosts() -> Iterator[tuple[Host, Host]]:
    """A near and a far host on a link of their own, gone when the block ends.

    The addresses are of the range that RFC 2544 keeps for benchmarks.

    Raises:
        ToolError: not allowed here (root is needed).
    """
    _remove_stale()
    name = f"{PREFIX}-{os.getpid()}"
    near = Host(namespace=f"{name}-near", interface="near0", address="198.18.0.1")
    far = Host(namespace=f"{name}-far", interface="far0", address="198.18.0.2")
    with contextlib.ExitStack() as made:
        for host in (near, far):
            _ip("netns", "add", host.namespace)
            made.callback(_ip, "netns", "del", host.namespace)
        _ip("-n", near.namespace, "link", "add", near.interface, "type", "veth",
            "peer", "name", far.interface, "netns", far.namespace)  # fmt: skip
        for host in (near, far):
            _ip("-n", host.namespace, "addr", "add", f"{host.address}/30", "dev", host.interface)
            for link in ("lo", host.interface):
                _ip("-n", host.namespace, "link", "set", link, "up")
        yield near, far


def _remove_stale() -> None:
    """Remove the namespaces of processes of ours that were killed before they could."""
    for entry in Path("/run/netns").glob(f"{PREFIX}-*"):
        owner = entry.name.split("-")[1]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            _ip("netns", "del", entry.name)


def _ip(*arguments: str) -> None:
    code, text = tool_output([find_tool("ip"), *arguments])
    if code:
        raise ToolError(f"ip {' '.join(arguments)}: {text.strip()}")
