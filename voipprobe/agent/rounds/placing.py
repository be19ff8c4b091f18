"""One round, as it runs in a fork of the nursery: the same objects as `voipprobe probe`."""

import shutil
from pathlib import Path

from voipprobe.agent.far_end.client import ask
from voipprobe.agent.far_end.document import Question
from voipprobe.agent.far_end.near import directions, near_streams
from voipprobe.agent.rounds.grading import grade_of, round_figures
from voipprobe.agent.rounds.orders import CallsOrder, IperfOrder
from voipprobe.agent.rounds.placed import Placed
from voipprobe.agent.store.records import Grade
from voipprobe.capture.strip import strip_media
from voipprobe.model.directions import StreamDirections
from voipprobe.model.errors import CaptureError, ToolError
from voipprobe.model.iperf import IperfResult
from voipprobe.model.probe import ProbeResult
from voipprobe.probe.run import run_probe
from voipprobe.traffic.address import resolve
from voipprobe.traffic.iperf.runner import measure_network

CAPTURE = "capture.pcapng"
EARLIER_S = 10.0
"""How much before its first packet the far end is asked about a round."""
KEPT = frozenset({Grade.FAIL, Grade.VOID})


def place_calls(order: CallsOrder) -> Placed:
    """Run one probe, ask the far end what came of it, keep the folder where it is no pass.

    Raises:
        VoipprobeError: what `run_probe` raises.
    """
    result = run_probe(order.options)
    folder = Path(result.run.folder)
    found, problem = _split(order, result, folder / CAPTURE)
    grade, _ = grade_of(result, round_figures(result, found), order.limits)
    kept = order.keep and grade in KEPT and not result.run.interrupted
    kept = kept and _strip(order, folder / CAPTURE)
    if not kept:
        shutil.rmtree(folder, ignore_errors=True)
    return Placed(
        result=result,
        directions=found,
        undirected=problem,
        folder=str(folder) if kept else None,
    )


def _split(
    order: CallsOrder, result: ProbeResult, capture: Path
) -> tuple[tuple[StreamDirections, ...], str | None]:
    """The streams of a round by direction; and why there are none, if somebody was asked."""
    calls = frozenset(call.call_id for call in result.calls if call.streams)
    if order.exchange is None or not calls or result.run.interrupted or not capture.exists():
        return (), None
    host, port = order.exchange
    try:
        near = near_streams(capture, result)
        local = str(result.run.configuration["local_address"])
        question = Question(calls, result.run.duration_s + EARLIER_S)
        answer = ask(resolve(host), port, question, local_address=local)
    except (CaptureError, ToolError) as error:
        return (), str(error)
    if answer.seen is None:
        return (), answer.problem
    joined = directions(near, answer.seen)
    missing = ", ".join(f"{count} {reason}" for reason, count in joined.not_joined.items())
    return joined.streams, missing or None


def _strip(order: CallsOrder, capture: Path) -> bool:
    """Take out what was said; False where that is not possible, so that nothing may be kept."""
    if order.keep_payload or not capture.exists():
        return True
    try:
        strip_media(capture)
    except CaptureError:
        return False
    return True


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
