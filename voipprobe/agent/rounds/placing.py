"""One round, as it runs in a fork of the nursery: the same objects as `voipprobe probe`."""

import os
import shutil
from pathlib import Path

from voipprobe.agent.rounds.grading import grade_of, round_figures
from voipprobe.agent.rounds.orders import CallsOrder, IperfOrder
from voipprobe.agent.rounds.placed import Placed
from voipprobe.agent.store.records import Grade
from voipprobe.capture.live import warm
from voipprobe.model.iperf import IperfResult
from voipprobe.model.probe import ProbeResult
from voipprobe.probe.run import run_probe
from voipprobe.traffic.iperf.runner import measure_network


def warm_up() -> None:
    """Load what every round needs.

    The first start of a version compiles: that is done in a process of its own, because the
    compiler would stay in our memory, and in that of every fork.
    """
    pid = os.fork()
    if pid == 0:
        warm.warm_up()
        os._exit(0)
    os.waitpid(pid, 0)
    warm.warm_up()


def place_calls(order: CallsOrder) -> Placed:
    """Run one probe, and keep its folder only where it is no pass.

    Raises:
        VoipprobeError: what `run_probe` raises.
    """
    result = run_probe(order.options)
    folder = Path(result.run.folder)
    if order.keep and _is_kept(result, order):
        return Placed(result=result, folder=str(folder))
    shutil.rmtree(folder, ignore_errors=True)
    return Placed(result=result)


def _is_kept(result: ProbeResult, order: CallsOrder) -> bool:
    grade, _ = grade_of(result, round_figures(result, ()), order.limits)
    return grade in {Grade.FAIL, Grade.VOID}


def run_iperf(order: IperfOrder) -> IperfResult:
    """Run iperf3 in both directions of each protocol.

    Raises:
        ToolError: iperf3 is missing.
    """
    shutil.rmtree(order.folder, ignore_errors=True)
    order.folder.mkdir(mode=0o700, parents=True)
    try:
        return measure_network(order.options, order.folder, protocols=order.protocols)
    finally:
        shutil.rmtree(order.folder, ignore_errors=True)
