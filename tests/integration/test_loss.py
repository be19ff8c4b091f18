"""Loss and retransmissions that we report against the counters of the rule that made them."""

from typing import Any

import pytest
from support.lab import FAR, MEDIA_PORT, NEAR, Lab

from voipprobe.capture.analysis import analyse
from voipprobe.capture.dumpcap import Dumpcap
from voipprobe.capture.packet import Near

pytestmark = [pytest.mark.voice, pytest.mark.integration, pytest.mark.netns]

# long enough that what is lost at the very end of a stream, which no number shows, is little
CALLS = ["--calls", "10", "--rate", "10", "--hold", "12"]
ANY_VERDICT = ["--expect", "ser>=1"]


def drop(percent: int, match: str) -> list[str]:
    return [
        f"{match} counter name seen",
        f"{match} numgen random mod 100 < {percent} counter name dropped drop",
    ]


TO_NEAR = f"ip daddr {NEAR} udp sport {MEDIA_PORT}"
TO_FAR = f"ip daddr {FAR} udp dport {MEDIA_PORT}"


@pytest.fixture(scope="module")
def clean(lab: Lab) -> Any:
    """The same calls without any loss."""
    lab.rules()
    return lab.probe(*CALLS).document


@pytest.mark.parametrize("percent", [2, 5, 10])
def test_loss_from_the_far_end(lab: Lab, clean: Any, percent: int) -> None:
    """Dropped on the way to us: that direction's loss is the counter's, ours stays clean."""
    lab.rules(*drop(percent, TO_NEAR))
    document = lab.probe(*CALLS, *ANY_VERDICT).document
    counted = lab.counters()
    truth = counted["dropped"] / counted["seen"]
    media = document["media"]
    assert document["verdict"]["status"] == "pass", document["verdict"]
    assert media["loss_ratio"] == pytest.approx(truth, abs=0.002)
    assert media["sent_loss_ratio"] == 0
    assert never_back(document) == pytest.approx(counted["dropped"], abs=3)
    assert_mos_falls_as_g107_says(clean, document)


def never_back(document: Any) -> int:
    """Packets that left and did not come back, also at the ends of the streams."""
    return sum(stream["round_trip_lost"] or 0 for stream in document["streams"])


def assert_mos_falls_as_g107_says(clean: Any, lossy: Any) -> None:
    """R and Ie,eff, computed here once more, add up to the same in every stream of both runs."""
    unimpaired = [undo_loss(stream) for stream in received(clean) + received(lossy)]
    assert max(unimpaired) - min(unimpaired) < 0.15  # the delay differs by a little
    assert lossy["media"]["mos"]["mean"] < clean["media"]["mos"]["mean"]


def received(document: Any) -> list[Any]:
    return [stream for stream in document["streams"] if stream["direction"] == "received"]


def undo_loss(stream: Any) -> float:
    """R as it would be without loss: ITU-T G.107 eq. 7-29 for G.711 with PLC (Bpl 25.1)."""
    model = stream["quality_model"]
    ppl = 100 * model["effective_loss_ratio"]
    fall: float = 95 * ppl / (ppl / model["burst_ratio"] + 25.1)
    return float(stream["r_factor"]) + fall


@pytest.mark.parametrize("percent", [5])
def test_loss_towards_the_far_end(lab: Lab, percent: int) -> None:
    """Dropped on the way out: the far capture shows it, and the way back is clean.

    The near end alone sees the loss of the whole round trip, and says that it is an echo.
    """
    lab.rules(*drop(percent, TO_FAR))
    with FarCapture(lab) as far:
        document = lab.probe(*CALLS, *ANY_VERDICT).document
    counted = lab.counters()
    truth = counted["dropped"] / counted["seen"]
    arrived = far.analysis.media
    assert arrived.loss_ratio == pytest.approx(truth, abs=0.002)
    assert all(stream["echoed"] for stream in received(document))
    assert document["media"]["loss_ratio"] == pytest.approx(truth, abs=0.002)
    assert document["media"]["sent_loss_ratio"] == 0
    assert (
        sum(s["packets"] for s in received(document)) == arrived.sent_packets
    )  # the way back lost none


class FarCapture:
    """What the far end saw."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    def __enter__(self) -> "FarCapture":
        # dumpcap must run in the far namespace: nsenter is its own program there
        self._folder = self._lab.folder / "far"
        self._folder.mkdir(exist_ok=True)
        self._capture = Dumpcap(
            self._folder, interface="far0", expression="udp", within=self._lab.far.inside
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._capture.stop()
        self.analysis = analyse([self._capture.file], near=Near(frozenset({FAR})))


def test_dropped_invites_are_counted_as_retransmissions(lab: Lab) -> None:
    """Every second INVITE is lost: as many are seen again as were dropped."""
    invite = f'ip daddr {FAR} udp dport 5060 @th,64,48 0x494e56495445'  # fmt: skip
    lab.rules(f"{invite} numgen inc mod 2 == 0 counter name dropped drop")
    document = lab.probe("--calls", "10", "--rate", "10", "--hold", "1").document
    again = document["signalling"]["retransmissions"]
    assert lab.counters()["dropped"] > 0
    assert again["by_method"] == {"INVITE": lab.counters()["dropped"]}
    assert again["sent"] == lab.counters()["dropped"]
    assert again["received"] == 0
    assert document["run"]["generator"]["retransmissions"] == lab.counters()["dropped"]
    assert document["verdict"]["status"] == "pass"


def test_answers_that_come_again_are_received_retransmissions(lab: Lab) -> None:
    """The first three ACKs are lost: the far end sends its 200 again, and we our ACK."""
    ack = f"ip daddr {FAR} udp dport 5060 @th,64,32 0x41434b20"
    lab.rules(f"{ack} numgen inc mod 1000 < 3 counter name dropped drop")
    document = lab.probe("--calls", "6", "--rate", "10", "--hold", "3").document
    again = document["signalling"]["retransmissions"]
    dropped = lab.counters()["dropped"]
    assert dropped == 3
    assert document["verdict"]["status"] == "pass"
    assert (again["sent"], again["received"]) == (dropped, dropped)
    assert again["by_method"] == {"ACK": dropped, "INVITE": dropped}
