"""Our own end's numbers, out of the capture of a round and its result."""

from pathlib import Path

from support import samples
from support.calls_capture import write_calls

from voipprobe.agent.far_end.near import directions, near_streams
from voipprobe.capture.analysis import analyse
from voipprobe.capture.packet import Near
from voipprobe.capture.sequences.seen import SeenCalls
from voipprobe.model.probe import ProbeResult

OURS = Near(frozenset({"10.0.0.1"}))


def measured(path: Path, near: Near = OURS) -> ProbeResult:
    """A result with the streams of a capture."""
    return samples.probe_result(streams=analyse([path], near=near).streams)


def test_each_stream_of_the_result_has_its_numbers(tmp_path: Path) -> None:
    """Direction and call are the result's, the numbers are the capture's: five were lost."""
    path = write_calls(tmp_path / "calls.pcap")
    found = {(one.call_id, one.direction): one for one in near_streams(path, measured(path))}
    assert {key: len(one.numbers) for key, one in found.items()} == {
        ("alpha-1", "sent"): 195,
        ("alpha-1", "received"): 200,
        ("beta-2", "sent"): 200,
        ("beta-2", "received"): 200,
    }
    assert found["alpha-1", "sent"].numbers.span == 200


def test_streams_without_a_direction_are_left_out(tmp_path: Path) -> None:
    """Where nobody knows which end is ours, nothing was sent."""
    path = write_calls(tmp_path / "calls.pcap")
    assert near_streams(path, measured(path, Near())) == ()


def test_a_far_end_that_could_not_keep_all_gives_no_answer(tmp_path: Path) -> None:
    """What it left out is not lost on the way."""
    path = write_calls(tmp_path / "calls.pcap")
    joined = directions(near_streams(path, measured(path)), SeenCalls(left_out=1))
    assert (joined.streams, joined.not_joined) == ((), {"far-end-full": 2})
