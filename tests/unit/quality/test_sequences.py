"""Sets of numbers, against Python's own sets."""

from hypothesis import given
from hypothesis import strategies as st

from voipprobe.quality.sequences import SequenceSet, aligned

numbers = st.sets(st.integers(-50, 300))


def members(one: SequenceSet) -> set[int]:
    return {one.base + at for at in range(one.span) if one.bits >> at & 1}


@given(numbers, numbers, st.integers(-60, 320))
def test_sets_are_those_of_python(one: set[int], other: set[int], number: int) -> None:
    """Union, intersection, size, a part: as of any set; equal sets are equal objects."""
    left, right = SequenceSet.of(one), SequenceSet.of(other)
    assert members(left) == one
    assert len(left) == len(one)
    assert left & right == SequenceSet.of(one & other)
    assert left | right == SequenceSet.of(one | other)
    assert left.since(number) == SequenceSet.of(n for n in one if n >= number)
    assert left.moved(number) == SequenceSet.of(n + number for n in one)


@given(st.integers(0, 65535), st.sets(st.integers(0, 65535), min_size=1, max_size=50), st.data())
def test_a_part_seen_later_finds_its_numbers(
    start: int, sent: set[int], data: st.DataObject
) -> None:
    """Whoever missed a wrap counts 65536 less or more: the same packets have the same numbers."""
    reference = SequenceSet.of(start + n for n in sent)
    seen = data.draw(st.sets(st.sampled_from(sorted(sent))))
    wraps = data.draw(st.integers(-3, 3))
    elsewhere = SequenceSet.of(start + n + wraps * 65536 for n in seen)
    assert aligned(elsewhere, reference) == SequenceSet.of(start + n for n in seen)


def test_a_wrap_within_what_the_other_end_counts_apart_is_closed() -> None:
    """Numbers on both sides of a wrap that the other end took for 65536 apart."""
    reference = SequenceSet.of(range(65500, 65600))
    elsewhere = SequenceSet.of([*range(65500, 65536), *range(64)])
    assert aligned(elsewhere, reference) == reference


def test_a_stream_longer_than_its_numbers_finds_its_place() -> None:
    """70,000 packets with one gap: the other end's numbers fit at one multiple of 65536 only."""
    reference = SequenceSet.of(n for n in range(10, 200_010) if n != 70_000)
    assert aligned(reference.moved(-65536), reference) == reference


def test_a_part_of_a_long_stream_that_fits_twice_is_refused() -> None:
    """100 of 200,000 numbers without a gap fit at three places: nobody can say at which."""
    reference = SequenceSet.of(range(200_000))
    assert aligned(SequenceSet.of(range(500, 600)), reference) is None
