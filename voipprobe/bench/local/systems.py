"""The systems under test of provider local: started in their place, found ready, ended.

A system starts without a quota, which would make starting slow, and gets it when it is ready.
"""

import contextlib
import shlex
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from voipprobe.bench.local.callees import callees
from voipprobe.bench.local.network import SIP_PORT, Network
from voipprobe.bench.local.place import Place
from voipprobe.bench.local.ready import READY_WITHIN_S, await_socket, is_served
from voipprobe.bench.plan.sections import Plan
from voipprobe.bench.systems.arguments import (
    CONTROL_PORT,
    KAMAILIO_FILE,
    Proxy,
    Relay,
    kamailio_arguments,
    rtpengine_configuration,
)
from voipprobe.model.errors import ToolError
from voipprobe.process.tools import find_tool, tool_output
from voipprobe.traffic.sipp.version import SippVersion

SCRIPT_TIMEOUT_S: Final = 600.0
DEFAULT_WORKERS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A system that runs.

    Attributes:
        media_ports: that it takes media on; empty where that is not known.
        legs: addresses that it does so at.
        answers: far ends that it has itself, "address:port" each; empty for those of ours.
        versions: of its programs. configuration: see `raw.records.MachineRecord`.
    """

    media_ports: range
    answers: tuple[str, ...]
    versions: dict[str, str]
    legs: int = 1
    configuration: dict[str, str] = field(default_factory=dict)


@contextlib.contextmanager
def system(plan: Plan, place: Place, net: Network, sipp: SippVersion) -> Iterator[System]:
    """The system of a plan, ready.

    Raises:
        ToolError: a program is missing, or does not start.
    """
    kinds = {
        "responder": _responder,
        "kamailio": _kamailio,
        "kamailio-rtpengine": _kamailio_rtpengine,
        "command": _command,
    }
    with kinds[plan.system.kind](plan, place, net, sipp) as made:
        yield made


@contextlib.contextmanager
def _responder(plan: Plan, place: Place, net: Network, sipp: SippVersion) -> Iterator[System]:
    number = -(-plan.search.maximum // plan.generators.streams_per_process)
    transport = plan.call.transport
    with callees(
        place, sipp, address=net.near, transport=transport, number=min(number, 8),
        peers=net.peers,
    ) as served:  # fmt: skip
        yield System(media_ports=range(0), answers=tuple(served), versions={"sipp": sipp.text})


@contextlib.contextmanager
def _kamailio(plan: Plan, place: Place, net: Network, _: SippVersion) -> Iterator[System]:
    most = plan.system.max_calls
    with _proxy(plan, place, net, relay_port=None, max_calls=most) as configuration:
        yield System(
            media_ports=range(0),
            answers=(),
            versions={"kamailio": _version("kamailio", "-v")},
            configuration=configuration,
        )


@contextlib.contextmanager
def _kamailio_rtpengine(plan: Plan, place: Place, net: Network, _: SippVersion) -> Iterator[System]:
    relay = Relay(
        near=net.near, far=net.far, threads=_setting(plan, "threads"),
        max_calls=plan.system.max_calls,
    )  # fmt: skip
    with (
        _relay(place, relay) as of_relay,
        _proxy(plan, place, net, relay_port=CONTROL_PORT, max_calls=None) as of_proxy,
    ):
        versions = {
            "kamailio": _version("kamailio", "-v"),
            "rtpengine": _version("rtpengine", "--version"),
        }
        yield System(
            media_ports=relay.ports,
            answers=(),
            versions=versions,
            legs=len({net.near, net.far}),
            configuration=of_proxy | of_relay,
        )


@contextlib.contextmanager
def _relay(place: Place, relay: Relay) -> Iterator[dict[str, str]]:
    file, text = place.folder / "rtpengine.conf", rtpengine_configuration(relay)
    file.write_text(text)
    child = place.start([find_tool("rtpengine"), f"--config-file={file}"], "rtpengine")
    with child:
        await_socket(place.namespace, child, "udp", relay.control_port)
        yield {file.name: text}


@contextlib.contextmanager
def _proxy(
    plan: Plan, place: Place, net: Network, *, relay_port: int | None, max_calls: int | None
) -> Iterator[dict[str, str]]:
    runtime = place.folder / "kamailio"
    runtime.mkdir(exist_ok=True)
    proxy = Proxy(
        path=find_tool("kamailio"),
        near=net.near,
        far=net.far,
        port=SIP_PORT,
        responder=f"{net.callee_address}:{SIP_PORT}",
        callee=net.callee_address,
        relay_port=relay_port,
        max_calls=max_calls,
        workers=_setting(plan, "workers"),
    )
    argv = kamailio_arguments(proxy, runtime)
    with place.start(argv, "kamailio") as child:
        await_socket(place.namespace, child, "tcp", SIP_PORT)  # opened after those for UDP
        yield {"kamailio": shlex.join(argv), KAMAILIO_FILE.name: KAMAILIO_FILE.read_text()}


@contextlib.contextmanager
def _command(plan: Plan, place: Place, net: Network, _: SippVersion) -> Iterator[System]:
    """The user's own: `start` may stay, or leave its services behind in its CPU quota."""
    told = _environment(plan, net)
    if plan.system.prepare is not None:
        _run(place, plan.system.prepare, told)
    start = plan.system.start or Path()  # the plan was checked: it is there
    argv = [find_tool("env"), *told, find_tool("sh"), str(start.absolute())]
    try:
        with place.start(argv, "start") as child:
            deadline = time.monotonic() + READY_WITHIN_S
            while not is_served(place.namespace, "udp", SIP_PORT):
                if child.wait(0.1):
                    raise ToolError(f"{start}: {child.complaint() or 'it failed'}")
                if time.monotonic() > deadline:
                    raise ToolError(f"{start}: nobody serves UDP port {SIP_PORT}")
            yield System(media_ports=range(0), answers=(), versions={})
    finally:
        if plan.system.stop is not None:
            _run(place, plan.system.stop, told)


def _environment(plan: Plan, net: Network) -> list[str]:
    values = {
        "NEAR": net.near,
        "FAR": net.far,
        "CALLEE": net.callee_address,
        "SIP_PORT": SIP_PORT,
        "MAX_CALLS": plan.system.max_calls or "",
        **{name.upper(): value for name, value in plan.system.settings.items()},
    }
    return [f"VOIPPROBE_{name}={value}" for name, value in values.items()]


def _run(place: Place, script: Path, told: list[str]) -> None:
    argv = [find_tool("env"), *told, find_tool("sh"), str(script.absolute())]
    code, text = tool_output(place.namespace.inside(argv), timeout_s=SCRIPT_TIMEOUT_S)
    if code:
        last = text.strip().splitlines()[-1:] or ["it says nothing"]
        raise ToolError(f"{script} ended with status {code}: {last[0]}")


def _setting(plan: Plan, name: str) -> int:
    """A number of the system's own; the plan was checked."""
    return int(plan.system.settings.get(name, DEFAULT_WORKERS))


def _version(program: str, option: str) -> str:
    _, text = tool_output([find_tool(program), option])
    return (text.strip().splitlines() or ["unknown"])[0]
