"""Both ends' numbers joined: who lost what."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voipprobe.model.directions import StreamDirections
from voipprobe.quality.directions import NumberedStream, join
from voipprobe.quality.sequences import SequenceSet

NEAR, FAR = "10.0.0.1:4000", "10.0.0.9:6000"
SSRC = "0xca110000"
positions = st.sets(st.integers(0, 300))


def stream(numbers: Iterable[int], direction: str, *, near: bool = True) -> NumberedStream:
    """A stream of one call as one end saw it."""
    out = (direction == "sent") == near
    found = SequenceSet.of(numbers)
    return NumberedStream(
        call_id="call-1", ssrc=SSRC, source=NEAR if out else FAR, destination=FAR if out else NEAR,
        direction=direction, packets=len(found), numbers=found,
    )  # fmt: skip


def sent(numbers: Iterable[int]) -> NumberedStream:
    return stream(numbers, "sent")


def received(numbers: Iterable[int]) -> NumberedStream:
    return stream(numbers, "received")


def arrived(numbers: Iterable[int]) -> NumberedStream:
    return stream(numbers, "received", near=False)


def returned(numbers: Iterable[int]) -> NumberedStream:
    return stream(numbers, "sent", near=False)


def counts(one: StreamDirections) -> tuple[int, int, int, int]:
    return one.sent, one.arrived, one.returned, one.received


@given(st.integers(0, 65535), st.integers(1, 300), positions, positions, positions)
def test_loss_is_counted_where_it_happened(
    start: int, count: int, there: set[int], echo: set[int], back: set[int]
) -> None:
    """Any packets lost on each leg, across the wrap too: each leg's count is that of its own."""
    out = set(range(start, start + count))
    came = {n for n in out if n - start not in there}
    went = {n for n in came if n - start not in echo}
    home = {n for n in went if n - start not in back}
    far = [arrived(n % 65536 for n in came), returned(n % 65536 for n in went)]
    near = [sent(out)]
    if home:  # a stream has a packet at least
        near.append(received(n + 65536 for n in home))
    joined = join(near, far if came else [], ["call-1"])
    if came:
        (one,) = joined.streams
        assert counts(one) == (len(out), len(came), len(went), len(home))
    else:  # the call was recorded, and nothing of its media
        assert [counts(one) for one in joined.streams] == [(len(out), 0, 0, 0)]


def test_media_that_came_back_under_another_number_is_not_lost() -> None:
    """The far end knows no such stream, but it came back: somebody changed its SSRC on the way."""
    joined = join([sent(range(10)), received(range(10))], [], ["call-1"])
    assert joined.not_joined == {"no-media-at-far-end": 1}


def test_what_the_far_capture_missed_is_known_from_what_came_back() -> None:
    """A packet that came home had been there, whatever the far end recorded of it."""
    near = [sent(range(10)), received(range(2, 10))]
    (one,) = join(near, [arrived([0, 5, 6]), returned([5, 6])], ["call-1"]).streams
    assert counts(one) == (10, 9, 8, 8)


def test_packets_before_the_far_end_recorded_are_left_out() -> None:
    """The ring had lost the first packets of the stream: only those since then count."""
    far = [replace(arrived(range(40, 100)), is_whole=False), returned(range(41, 100))]
    near = [sent(range(100)), received(range(50, 100))]
    (one,) = join(near, far, ["call-1"]).streams
    assert counts(one) == (60, 60, 59, 50)


def test_streams_of_one_ssrc_are_told_apart_by_their_ends() -> None:
    """Two calls with one SSRC from two ports: each has its own loss."""
    other = "10.0.0.1:4004"
    near = [sent(range(10)), replace(sent(range(20)), source=other, call_id="call-2")]
    far = [replace(arrived(range(5)), source=other), arrived(range(8))]
    first, second = join(near, far, ["call-1", "call-2"]).streams
    assert (first.call_id, first.arrived) == ("call-1", 8)
    assert (second.call_id, second.arrived) == ("call-2", 5)


def test_a_stream_whose_twin_alone_arrived_is_missing() -> None:
    """Of two streams with one SSRC only the other one came: it is not taken for this one."""
    near = [sent(range(10)), replace(sent(range(10)), source="10.0.0.1:4004", call_id="call-2")]
    joined = join(near, [arrived(range(10))], ["call-1", "call-2"])
    assert [one.call_id for one in joined.streams] == ["call-1"]
    assert joined.not_joined == {"no-media-at-far-end": 1}


def test_a_translated_address_does_no_harm() -> None:
    """Behind a NAT the far end sees other ends: the SSRC finds the stream."""
    nat = "198.51.100.7:33000"
    far = [replace(arrived(range(9)), source=nat), replace(returned(range(9)), destination=nat)]
    (one,) = join([sent(range(10)), received(range(8))], far, ["call-1"]).streams
    assert counts(one) == (10, 9, 9, 8)


@pytest.mark.parametrize(
    ("near", "far", "reason"),
    [
        ([sent(range(9))], [], "no-call-at-far-end"),
        ([replace(sent(range(9)), packets=10)], [arrived(range(9))], "numbers-used-twice"),
        ([sent(range(200_000))], [arrived(range(500, 600))], "numbers-ambiguous"),
        (
            [sent(range(9)), replace(sent(range(9)), source="10.0.0.1:4004", call_id="call-2")],
            [replace(arrived(range(9)), source=f"198.51.100.7:{n}", call_id=None) for n in (1, 2)],
            "ssrc-not-unique",
        ),
    ],
)
def test_a_stream_without_answer_says_why(
    near: list[NumberedStream], far: list[NumberedStream], reason: str
) -> None:
    """What cannot be joined is left out and counted, never taken for lost."""
    joined = join(near, far, [])
    assert joined.streams == ()
    assert joined.not_joined == {reason: len(near)}


def test_streams_of_no_call_are_not_asked_for() -> None:
    """Media that belongs to no call of ours is no failure to join."""
    joined = join([replace(sent(range(9)), call_id=None)], [arrived(range(9))], [])
    assert (joined.streams, joined.not_joined) == ((), {})
