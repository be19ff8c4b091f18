"""RTP in any order, with any loss and any duplicates, against a model that remembers all."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.pcaps import START_NS, STEP, TICK_NS, Rtp
from support.readings import read_rtp

FIRST = st.integers(0, 0xFFFF)
CLOSE = 8


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("model")


@st.composite
def arrivals(draw: st.DrawFn) -> list[int]:
    """Positions in order of arrival: some never come, some come twice, some late."""
    count = draw(st.integers(2, 80))
    sent = [at for at in range(count) if draw(st.integers(0, 4)) or at < 2]
    keyed = [(at + draw(st.integers(0, CLOSE)) * (at > 1), at) for at in sent]
    doubled = [at for at in sent[2:] if not draw(st.integers(0, 6))]
    keyed += [(at + draw(st.integers(1, CLOSE)), at) for at in doubled]
    return [at for _, at in sorted(keyed, key=lambda pair: pair[0])]


def _packets(positions: list[int], first: int) -> list[Rtp]:
    return [
        Rtp(START_NS + index * TICK_NS, first + at, 7 + at * STEP)
        for index, at in enumerate(positions)
    ]


@given(arrivals(), FIRST)
def test_every_count_is_that_of_the_model(folder: Path, positions: list[int], first: int) -> None:
    """Wherever the sequence wraps: expected, lost, duplicates and reordered."""
    stream = read_rtp(folder, _packets(positions, first))
    distinct = set(positions)
    assert stream.packets == len(positions)
    assert stream.expected == max(distinct) - min(distinct) + 1
    assert stream.lost == stream.expected - len(distinct)
    assert stream.duplicates == len(positions) - len(distinct)
    assert stream.reordered == _reordered(positions)
    assert (stream.restarts, stream.strays) == (0, 0)


@given(arrivals(), arrivals(), FIRST, st.integers(4000, 60_000))
def test_a_restart_adds_what_both_numberings_lost(
    folder: Path, before: list[int], after: list[int], first: int, jump: int
) -> None:
    """A sender that begins anew far away has lost nothing in between."""
    packets = _packets(before, first)
    begun = first + max(before) + jump
    packets += [
        one._replace(time_ns=one.time_ns + len(before) * TICK_NS) for one in _packets(after, begun)
    ]
    stream = read_rtp(folder, packets)
    lost = sum(max(part) + 1 - len(set(part)) for part in (before, after))
    duplicates = sum(len(part) - len(set(part)) for part in (before, after))
    assert (stream.restarts, stream.lost, stream.duplicates) == (1, lost, duplicates)
    assert stream.packets == len(before) + len(after)


def _reordered(positions: list[int]) -> int:
    """First arrivals behind the highest one so far."""
    seen: set[int] = set()
    count = 0
    for at in positions:
        count += at not in seen and bool(seen) and at < max(seen)
        seen.add(at)
    return count
