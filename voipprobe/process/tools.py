"""Short runs of the programs that we drive: where they are and what they print."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence

from voipprobe.model.errors import ToolError

PACKAGES = {
    "sipp": "sip-tester",
    "iperf3": "iperf3",
    "dumpcap": "wireshark-common",
    "tshark": "tshark",
    "ip": "iproute2",
    "tcpdump": "tcpdump",
    "nft": "nftables",
    "openssl": "openssl",
    "nsenter": "util-linux",
    "unshare": "util-linux",
    "kamailio": "kamailio",
    "rtpengine": "rtpengine-daemon",
}
"""The Debian and Ubuntu package that brings each program."""


def find_tool(name: str) -> str:
    """The full path of a program, also from the sbin folders that a user's PATH lacks.

    Raises:
        ToolError: it is not installed; the message names the package.
    """
    folders = os.environ.get("PATH", os.defpath) + ":/usr/local/sbin:/usr/sbin:/sbin"
    path = shutil.which(name, path=folders)
    if path is None:
        package = PACKAGES.get(name, name)
        raise ToolError(f"{name} is not installed: run `apt-get install {package}`")
    return path


def tool_environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Our environment with English, dot-decimal output, and `more` on top."""
    return {**os.environ, "LC_ALL": "C.UTF-8", **(more or {})}


def tool_output(argv: Sequence[str], *, timeout_s: float = 10.0) -> tuple[int, str]:
    """Run a program to its end; returns its exit code and what it printed, both streams.

    Raises:
        ToolError: it cannot be started or does not end within `timeout_s`.
    """
    try:
        done = subprocess.run(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            timeout=timeout_s, check=False, env=tool_environment(),
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise ToolError(f"{argv[0]} did not end within {timeout_s:g} s") from error
    except OSError as error:
        raise ToolError(f"{argv[0]} cannot be started: {error.strerror}") from error
    return done.returncode, done.stdout.decode(errors="replace")
