"""Where a run took place: host and tool versions."""

import os
import platform
import re

import voipprobe
from voipprobe.model.errors import ToolError
from voipprobe.model.run import Environment
from voipprobe.process.tools import find_tool, tool_output
from voipprobe.traffic.sipp.version import SippVersion

NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)+")


def tool_version(name: str) -> str | None:
    """The version that a tool prints with --version; None if it is missing or broken."""
    try:
        _, text = tool_output([find_tool(name), "--version"])
    except ToolError:
        return None
    # dumpcap may warn about root before it says its version
    lines = [line for line in text.splitlines() if NUMBER.search(line)]
    return NUMBER.findall(lines[0])[0] if lines else None


def environment(version: SippVersion | None, *, iperf: bool) -> Environment:
    """This host, and the tools that a run uses; no SIPp where other hosts place the calls."""
    names = ["dumpcap", *(["iperf3"] if iperf else [])] if version else []
    sipp = {"sipp": version.text} if version else {}
    return Environment(
        hostname=platform.node(),
        platform=platform.platform(),
        python=platform.python_version(),
        voipprobe=voipprobe.__version__,
        cpus=os.cpu_count() or 1,
        tools={**sipp, **{name: tool_version(name) for name in names}},
    )
