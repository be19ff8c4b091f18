"""What several generators saw, as if one had seen it: two captures of the same calls."""

from dataclasses import replace

import pytest
from support.calls_capture import NEAR_MEDIA, write_calls

from voipprobe.bench.evidence.counters import Snapshot
from voipprobe.bench.local.trial import Seen
from voipprobe.bench.remote.merge import Share, merged
from voipprobe.bench.wire import Plateau
from voipprobe.capture.analysis import CaptureAnalysis, analyse
from voipprobe.capture.packet import Near
from voipprobe.quality.metrics import metric_values

SNAPSHOT = Snapshot(at_s=1.0, ticks_per_s=100)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> CaptureAnalysis:
    path = write_calls(tmp_path_factory.mktemp("merge") / "calls.pcap")
    return analyse([path], near=Near(frozenset({NEAR_MEDIA[0]})))


def seen(found: CaptureAnalysis, name: str = "generator-1", **changes: object) -> Seen:
    usual = Seen(
        plateau=Plateau(begins_at=100.0, ends_at=110.0), found=found,
        evidence={name: (SNAPSHOT, SNAPSHOT)}, statistics=[], error=None, overdue=False,
    )  # fmt: skip
    return replace(usual, **changes)  # type: ignore[arg-type]


def figures(one: CaptureAnalysis) -> dict[str, float | None]:
    return metric_values(one.signalling, one.media, one.streams, one.calls)


def test_one_generator_is_itself(found: CaptureAnalysis) -> None:
    alone = merged([Share(seen=seen(found), ahead_s=0.0)], {}, None)
    assert alone.found == found
    assert figures(alone.found) == figures(found)


def test_two_that_saw_the_same_have_the_figures_of_one(found: CaptureAnalysis) -> None:
    """Numbers add up, ratios and percentiles stay, streams stay with their calls."""
    other = seen(found, "generator-2", error="no route", overdue=True)
    both = merged([Share(seen=seen(found), ahead_s=0.0), Share(seen=other, ahead_s=0.0)], {}, None)
    one, two = figures(found), figures(both.found)
    doubled = {"attempts", "streams", "packets"}
    for name, value in one.items():
        wanted = 2 * value if name in doubled and value is not None else value
        assert two[name] == pytest.approx(wanted), name
    assert one["sent_loss_ratio"], "a figure that could be wrong"
    for call in both.found.calls:
        assert {both.found.streams[index].call_id for index in call.streams} == {call.call_id}
    assert both.found.signalling.requests["INVITE"] == 2 * found.signalling.requests["INVITE"]
    assert set(both.evidence) == {"generator-1", "generator-2"}
    assert both.overdue
    assert both.error == "no route"


def test_each_clock_is_set_right(found: CaptureAnalysis) -> None:
    """One is 60 s ahead of us, the other 5 s behind: the plateau is what both call so."""
    shares = [Share(seen=seen(found), ahead_s=60.0), Share(seen=seen(found), ahead_s=-5.0)]
    both = merged(shares, {}, None)
    first, n = found.calls[0].started_at, len(found.calls)
    assert both.found.calls[0].started_at == first - 60.0
    assert both.found.calls[n].started_at == first + 5.0
    assert both.found.streams[0].started_at == found.streams[0].started_at - 60.0
    assert (both.plateau.begins_at, both.plateau.ends_at) == (105.0, 50.0)


def test_drops_that_one_does_not_know_are_unknown(found: CaptureAnalysis) -> None:
    known = replace(found, info=replace(found.info, dropped_packets=3))
    unknown = replace(found, info=replace(found.info, dropped_packets=None))

    def drops(*every: CaptureAnalysis) -> int | None:
        shares = [Share(seen=seen(one), ahead_s=0.0) for one in every]
        return merged(shares, {}, None).found.info.dropped_packets

    assert drops(known, known) == 6
    assert drops(known, unknown) is None


def test_evidence_of_the_other_hosts_is_beside_theirs(found: CaptureAnalysis) -> None:
    later = replace(SNAPSHOT, at_s=9.0)
    both = merged([Share(seen=seen(found), ahead_s=0.0)], {"system": (SNAPSHOT, later)}, None)
    assert both.evidence["system"] == (SNAPSHOT, later)
    assert "generator-1" in both.evidence
