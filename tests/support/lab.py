"""Three hosts on one machine: near - middle - far. The middle forwards, counts and drops.

Packets are dropped in the middle, not at an end: a drop in the far end's own output would come
back to SIPp as an error, and one in the near end's input would be behind the capture.
"""

import contextlib
import ctypes
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voipprobe.process.child import Child
from voipprobe.traffic.netns import Host, hosts, join

NEAR, FAR = "198.18.0.1", "198.18.1.1"
MEDIA_PORT = 17000
CLONE_NEWNET = 0x40000000
VOIPPROBE = (sys.executable, "-m", "voipprobe")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """The hosts, and what one does with them."""

    near: Host
    middle: Host
    far: Host
    folder: Path

    def voipprobe(self, *arguments: str, host: Host | None = None) -> list[str]:
        """The argv of voipprobe on the near host, or another."""
        return (host or self.near).inside([*VOIPPROBE, *arguments])

    def probe(self, *arguments: str, user: str = "echo", timeout_s: float = 120) -> "Outcome":
        """A probe from near to far, with its JSON document."""
        argv = self.voipprobe(
            "probe", f"sip:{user}@{FAR}", "--format", "json",
            "--output", str(self.folder / "runs"), *arguments,
        )  # fmt: skip
        return run(argv, timeout_s=timeout_s)

    def rules(self, *rules: str) -> None:
        """Replace the rules of the middle's forwarding.

        Each may use the counters `seen`, `dropped`, and `dropped_back` where both ways count.
        """
        body = "\n".join(rules)
        text = f"""
            flush ruleset
            table ip lab {{
                counter seen {{ }}
                counter dropped {{ }}
                counter dropped_back {{ }}
                chain forward {{
                    type filter hook forward priority 0; policy accept;
                    {body}
                }}
            }}"""
        file = self.folder / "rules.nft"
        file.write_text(text)
        self.middle.run("nft", "-f", str(file))

    def counters(self) -> dict[str, int]:
        """Packets by counter."""
        listed = json.loads(self.middle.run("nft", "-j", "list", "counters"))["nftables"]
        named = [row["counter"] for row in listed if "counter" in row]
        return {counter["name"]: counter["packets"] for counter in named}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a command ended. `document` is None when it printed no JSON."""

    code: int
    document: Any
    stderr: str


def run(
    argv: list[str], *, timeout_s: float = 120, environment: Mapping[str, str] | None = None
) -> Outcome:
    """Run a voipprobe command to its end."""
    done = subprocess.run(
        argv, capture_output=True, text=True, timeout=timeout_s, check=False,
        stdin=subprocess.DEVNULL, env={**os.environ, **(environment or {})},
    )  # fmt: skip
    document = json.loads(done.stdout) if done.stdout.startswith("{") else None
    return Outcome(code=done.returncode, document=document, stderr=done.stderr)


@contextlib.contextmanager
def inside(host: Host) -> Iterator[None]:
    """This thread, and the threads and children that it starts, on a host."""
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    there = os.open(f"/proc/{host.pid}/ns/net", os.O_RDONLY)
    libc = ctypes.CDLL(None, use_errno=True)
    try:
        assert libc.setns(there, CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())
        yield
    finally:
        assert libc.setns(home, CLONE_NEWNET) == 0, "this thread is lost in another namespace"
        os.close(there)
        os.close(home)


@contextlib.contextmanager
def lab() -> Iterator[Lab]:
    """The three hosts with a responder on the far one."""
    with (
        hosts("near", "middle", "far") as (near, middle, far),
        tempfile.TemporaryDirectory(prefix="voipprobe-lab-") as folder,
    ):
        join(near, f"near0 {NEAR}/30", middle, "mid0 198.18.0.2/30")
        join(middle, "mid1 198.18.1.2/30", far, f"far0 {FAR}/30")
        near.run("ip", "route", "add", "default", "via", "198.18.0.2")
        far.run("ip", "route", "add", "default", "via", "198.18.1.2")
        middle.run("sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
        made = Lab(near=near, middle=middle, far=far, folder=Path(folder))
        with responder(made.voipprobe(*responder_arguments(), host=far), Path(folder)):
            yield made


def responder_arguments(address: str = FAR, allow: str = f"{NEAR}/32") -> list[str]:
    """A responder that serves one network."""
    return ["responder", "--address", address, "--media-port", str(MEDIA_PORT), "--allow", allow]


@contextlib.contextmanager
def responder(argv: list[str], folder: Path) -> Iterator[Child]:
    """A running responder that says that it is ready."""
    with Child(argv, folder=folder, name="responder") as child:
        while "ready:" not in child.stdout.read_text():
            assert child.wait(0.05) is None, child.stderr.read_text()
        yield child
