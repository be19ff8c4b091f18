"""Loss split by direction, from what both ends captured, against the counters of the rules that
made it."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from support.lab import FAR, MEDIA_PORT, NEAR, Lab, inside

from voipprobe.agent.far_end.client import ask
from voipprobe.agent.far_end.document import Question
from voipprobe.agent.far_end.near import directions, near_streams
from voipprobe.agent.far_end.service import FarEnd, FarEndOptions
from voipprobe.capture.sequences.seen import SeenCalls
from voipprobe.model.directions import StreamDirections
from voipprobe.quality.directions import Directions
from voipprobe.results.folder import read_result
from voipprobe.traffic.responder.allow import parse_networks

pytestmark = [pytest.mark.voice, pytest.mark.integration, pytest.mark.netns]

CALLS = ["--calls", "20", "--rate", "40", "--hold", "1.5", "--keep-capture", "always"]
ANY_VERDICT = ["--expect", "ser>=0"]
SIP_PORT, MEDIA_PORTS = 5060, range(MEDIA_PORT, MEDIA_PORT + 8)
THERE = f"ip daddr {FAR} udp dport {MEDIA_PORT} numgen random mod 100 < 7"
BACK = f"ip daddr {NEAR} udp sport {MEDIA_PORT} numgen random mod 100 < 4"


@pytest.fixture(scope="module")
def far_end(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FarEnd]:
    """The recorder and the exchange beside the far host's responder."""
    options = FarEndOptions(
        address=FAR,
        interface="far0",
        sip_port=SIP_PORT,
        media_ports=MEDIA_PORTS,
        exchange_port=0,
        networks=parse_networks([f"{NEAR}/32"]),
        folder=tmp_path_factory.mktemp("far-end"),
    )
    with inside(lab.far):
        far = FarEnd(options, say=print)
    yield far
    far.stop()


class Round(NamedTuple):
    """What both ends say of one round."""

    seen: SeenCalls
    joined: Directions


def measured(lab: Lab, far_end: FarEnd) -> Round:
    """A round with its question to the far end."""
    before = set((lab.folder / "runs").glob("*"))
    outcome = lab.probe(*CALLS, *ANY_VERDICT)
    (folder,) = set((lab.folder / "runs").glob("*")) - before
    return asked(lab, far_end, folder, outcome.code)


def asked(lab: Lab, far_end: FarEnd, folder: Path, code: int) -> Round:
    result = read_result(folder)
    assert code == 0, result.verdict
    question = Question(frozenset(call.call_id for call in result.calls), age_s=60)
    with inside(lab.near):
        answer = ask(FAR, far_end.server.port, question, local_address=NEAR)
    assert answer.seen is not None, answer.problem
    return Round(
        answer.seen, directions(near_streams(folder / "capture.pcapng", result), answer.seen)
    )


def lost(streams: tuple[StreamDirections, ...]) -> tuple[int, int, int]:
    """Packets lost there, in the far end, and on the way back."""
    return (
        sum(one.sent - one.arrived for one in streams),
        sum(one.arrived - one.returned for one in streams),
        sum(one.returned - one.received for one in streams),
    )


@pytest.mark.parametrize(
    ("there", "back"), [(True, False), (False, True), (True, True)], ids=["there", "back", "both"]
)
def test_loss_is_split_by_direction(lab: Lab, far_end: FarEnd, there: bool, back: bool) -> None:
    """Packets that the rules of one direction dropped are missing there, to the packet."""
    rules = [f"{THERE} counter name dropped drop"] if there else []
    rules += [f"{BACK} counter name dropped_back drop"] if back else []
    lab.rules(*rules)
    seen, joined = measured(lab, far_end)
    counted = lab.counters()
    assert (counted["dropped"] > 0, counted["dropped_back"] > 0) == (there, back)
    assert joined.not_joined == {}
    assert len(joined.streams) == 20
    assert lost(joined.streams) == (counted["dropped"], 0, counted["dropped_back"])
    assert {(call.outcome, call.final_status) for call in seen.calls} == {("answered", 200)}
    assert (seen.received, seen.sent) == (60, 40)  # INVITE, ACK, BYE; two 200s
