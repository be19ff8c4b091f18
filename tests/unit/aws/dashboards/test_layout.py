"""Widgets in rows: within the grid, in order, and none over another, whatever their sizes."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from support.dashboards import body_of

from voipprobe.aws.dashboards.dashboard import Dashboard
from voipprobe.aws.dashboards.layout import NEW_ROW, placed
from voipprobe.aws.dashboards.limits import mistakes_of_dashboard

SIZES = st.lists(
    st.tuples(st.integers(1, 24), st.integers(1, 20), st.booleans()), min_size=1, max_size=40
)


def text(width: int, height: int, *, first: bool = False) -> dict[str, Any]:
    return {"type": "text", "width": width, "height": height, NEW_ROW: first,
            "properties": {"markdown": "x"}}  # fmt: skip


@given(SIZES)
def test_nothing_overlaps_and_nothing_sticks_out(sizes: list[tuple[int, int, bool]]) -> None:
    """And reading order is the order in which they were given."""
    found = placed(text(w, h, first=first) for w, h, first in sizes)
    made = Dashboard(name="x", title="X", body=body_of(found))
    assert list(mistakes_of_dashboard(made)) == []
    assert [(one["y"], one["x"]) for one in found] == sorted((one["y"], one["x"]) for one in found)
    assert all(one["x"] == 0 for one, (_, _, first) in zip(found, sizes, strict=True) if first)


def test_a_row_is_as_high_as_its_highest() -> None:
    """What does not fit goes below all of it, also when there would be room beside."""
    found = placed([text(12, 2), text(6, 5), text(12, 1), text(12, 3), text(1, 1, first=True)])
    places = [(one["x"], one["y"]) for one in found]
    assert places == [(0, 0), (12, 0), (0, 5), (12, 5), (0, 8)]
