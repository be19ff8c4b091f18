"""Can this host measure? Every check says what was found and what to do about it."""

import ctypes
import resource
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from voipprobe.capture.dumpcap import Dumpcap
from voipprobe.model.errors import MeasurementError, ToolError
from voipprobe.probe.environment import tool_version
from voipprobe.process.tools import find_tool
from voipprobe.traffic.netns import namespaces_allowed
from voipprobe.traffic.sipp.version import installed_sipp

FILES_WANTED = 10_000
BUFFER_WANTED = 4 * 1024 * 1024
CLOCK_UNSYNCHRONISED = 5  # TIME_ERROR of adjtimex(2)
IPERF_SAFE = (3, 19, 1)


class Health(StrEnum):
    """How a check went: `poor` limits what can be measured, `bad` prevents it."""

    GOOD = "good"
    POOR = "poor"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One finding; `advice` is empty when all is well."""

    name: str
    health: Health
    found: str
    advice: str = ""


def examine() -> list[Check]:
    """Every check, in the order in which a probe would need it."""
    checks: list[Callable[[], Check]] = [
        _sipp,
        _iperf,
        lambda: _tool("dumpcap", "media is measured from captures"),
        lambda: _tool("tshark", "SIP over TCP is read with it"),
        _capture_permission,
        _open_files,
        _socket_buffer,
        _clock,
        _namespaces,
    ]
    return [check() for check in checks]


def _sipp() -> Check:
    try:
        version = installed_sipp()
    except ToolError as error:
        return Check(name="sipp", health=Health.BAD, found="not usable", advice=str(error))
    lacks = {"PCAP": "scenario call-dtmf", "TLS": "SIP over TLS"}
    missing = [
        f"{what} needs a SIPp built with {feature}"
        for feature, what in lacks.items()
        if not any(have.startswith(feature) for have in version.features)
    ]
    health = Health.POOR if missing else Health.GOOD
    return Check(name="sipp", health=health, found=version.text, advice="; ".join(missing))


def _iperf() -> Check:
    found = tool_version("iperf3")
    if found is None:
        return Check(
            name="iperf3",
            health=Health.POOR,
            found="missing",
            advice="`apt-get install iperf3` to measure the network itself",
        )
    safe = tuple(map(int, found.split("."))) >= IPERF_SAFE
    advice = "" if safe else "its server has known remote crashes before 3.19.1: --allow peers only"
    return Check(
        name="iperf3", health=Health.GOOD if safe else Health.POOR, found=found, advice=advice
    )


def _tool(name: str, why: str) -> Check:
    found = tool_version(name)
    if found is None:
        try:
            advice = f"{find_tool(name)} does not print its version"
        except ToolError as error:
            advice = f"{why}: {error}"
        return Check(name=name, health=Health.BAD, found="not usable", advice=advice)
    return Check(name=name, health=Health.GOOD, found=found)


def _capture_permission() -> Check:
    with tempfile.TemporaryDirectory() as folder:
        try:
            Dumpcap(Path(folder), interface="lo", expression="udp").stop()
        except MeasurementError as error:
            return Check(
                name="capture", health=Health.BAD, found="not permitted", advice=str(error)
            )
    return Check(name="capture", health=Health.GOOD, found="permitted")


def _open_files() -> Check:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = hard == resource.RLIM_INFINITY or hard >= FILES_WANTED
    return Check(
        name="open files",
        health=Health.GOOD if enough else Health.POOR,
        found="unlimited" if hard == resource.RLIM_INFINITY else str(hard),
        advice="" if enough else f"`ulimit -n {FILES_WANTED}` for more than about 500 calls",
    )


def _socket_buffer() -> Check:
    most = int(Path("/proc/sys/net/core/rmem_max").read_text())
    enough = most >= BUFFER_WANTED
    return Check(
        name="socket buffers",
        health=Health.GOOD if enough else Health.POOR,
        found=f"{most} octets at most",
        advice="" if enough else f"`sysctl -w net.core.rmem_max={BUFFER_WANTED}`",
    )


def _clock() -> Check:
    """Whether the kernel believes that something disciplines its clock."""
    buffer = ctypes.create_string_buffer(512)  # struct timex, modes 0: only ask
    state = ctypes.CDLL(None).adjtimex(buffer)
    synchronised = 0 <= state != CLOCK_UNSYNCHRONISED
    return Check(
        name="clock",
        health=Health.GOOD if synchronised else Health.POOR,
        found="synchronised" if synchronised else "not synchronised",
        advice=""
        if synchronised
        else "start chrony or systemd-timesyncd: times of two hosts cannot be compared",
    )


def _namespaces() -> Check:
    allowed = namespaces_allowed()
    return Check(
        name="namespaces",
        health=Health.GOOD if allowed else Health.POOR,
        found="allowed" if allowed else "not allowed",
        advice="" if allowed else "the demo runs on loopback; as root it uses namespaces",
    )
