"""CloudWatch's limits of a dashboard, each on both sides."""

from collections.abc import Sequence
from typing import Any

import pytest
from support.dashboards import body_of

from voipprobe.aws.dashboards.dashboard import Dashboard
from voipprobe.aws.dashboards.limits import mistakes_of_dashboard

ROW = ["VoIP", "Heartbeat", "Source", "iad", {"stat": "Sum"}]


def told(widgets: Sequence[dict[str, Any]], name: str = "vp-x") -> str:
    """Every mistake of a dashboard, in one text; empty if it is good."""
    made = Dashboard(name=name, title="X", body=body_of(widgets))
    return "; ".join(mistakes_of_dashboard(made))


def at(x: int, y: int, width: int = 1, height: int = 1, **properties: Any) -> dict[str, Any]:
    """A text widget there, or one of metrics."""
    kind = "metric" if "metrics" in properties else "alarm" if "alarms" in properties else "text"
    if kind == "text":
        properties = {"markdown": "x", **properties}
    if kind == "metric":
        properties = {"region": "us-east-1", **properties}
    return {"type": kind, "x": x, "y": y, "width": width, "height": height,
            "properties": properties}  # fmt: skip


@pytest.mark.parametrize(
    ("good", "bad", "words"),
    [
        ([at(n % 24, n // 24) for n in range(500)], [at(n % 24, n // 24) for n in range(501)],
         "501 widgets of at most 500"),
        ([at(0, 0, metrics=[ROW] * 500)], [at(0, 0, metrics=[ROW] * 501)],
         "501 metrics of at most 500 a widget"),
        ([at(0, n, metrics=[ROW] * 500) for n in range(5)],
         [*(at(0, n, metrics=[ROW] * 500) for n in range(5)), at(1, 0, metrics=[ROW])],
         "2501 metrics of at most 2500 a dashboard"),
        ([at(0, 0, alarms=["a"] * 100)], [at(0, 0, alarms=["a"] * 101)],
         "101 alarms of at most 100"),
        ([at(0, 0, 24)], [at(0, 0, 25)], "columns 0 to 25 are not within 24"),
        ([at(23, 0)], [at(24, 0)], "columns 24 to 25 are not within 24"),
        ([at(20, 0, 4)], [at(20, 0, 5)], "columns 20 to 25"),
        ([at(0, 0)], [at(-1, 0)], "columns -1 to 0"),
        ([at(0, 0, 1, 1000)], [at(0, 0, 1, 1001)], "1001 rows"),
        ([at(0, 0, 1, 1)], [at(0, 0, 1, 0)], "0 rows"),
        ([at(0, 0)], [at(0, -1)], "rows from -1"),
        ([at(0, 0, 6, 3), at(6, 0, 6, 3)], [at(0, 0, 6, 3), at(5, 0, 6, 3)],
         "widgets[0] and widgets[1] overlap"),
        ([at(0, 0, 6, 3), at(0, 3, 6, 3)], [at(0, 0, 6, 3), at(0, 2, 6, 3)], "overlap"),
        ([at(0, 0, 24, 9), at(0, 9)], [at(0, 0, 24, 9), at(7, 4)], "overlap"),
    ],
)  # fmt: skip
def test_a_limit_holds_on_both_sides(
    good: list[dict[str, Any]], bad: list[dict[str, Any]], words: str
) -> None:
    """At it nothing is said, one beyond it that is."""
    assert told(good) == ""
    assert words in told(bad)


def test_expressions_and_hidden_metrics() -> None:
    """An expression is no metric; one that it reads counts though it is not drawn."""
    hidden = [[*ROW[:4], {"stat": "Sum", "id": f"m{n}", "visible": False}] for n in range(500)]
    summed: list[Any] = [{"expression": "m0 + m1", "id": "e0", "label": "x"}]
    assert told([at(0, 0, metrics=[*hidden, summed])]) == ""
    assert "501 metrics" in told([at(0, 0, metrics=[*hidden, summed, ROW])])


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["VoIP", "Heartbeats", "Source", "iad", {"stat": "Sum"}], "no metric 'Heartbeats'"),
        (["VoIP", "MOS", "Source", "iad", {"stat": "p5"}], "MOS has the dimensions Source, Dest"),
        (["VoIP", "Heartbeat", "Source", {"stat": "Sum"}], "Heartbeat has the dimensions Source"),
        (["VoIP", "Heartbeat", "Source", "iad", {"stat": "Total"}], "statistic 'Total'"),
        (["VoIP", "Heartbeat", "Source", "iad", {"stat": "Sum", "id": "M"}], "lower-case"),
        ([{"expression": "nobody * 2", "id": "e0"}], "there is no metric 'nobody'"),
        ([{"expression": "SEARCH('x')", "id": "e0"}], "expression:"),
    ],
)
def test_a_row_that_shows_nothing_is_refused(row: list[Any], words: str) -> None:
    """CloudWatch would draw an empty graph and say nothing."""
    assert words in told([at(0, 0, metrics=[row])])


def test_ids_are_unique_in_a_widget_and_only_there() -> None:
    """Two widgets may have the same."""
    row = [*ROW[:4], {"stat": "Sum", "id": "beats"}]
    assert told([at(0, 0, metrics=[row]), at(1, 0, metrics=[row])]) == ""
    assert "Id 'beats' is there 2 times" in told([at(0, 0, metrics=[row, row])])


def test_keys_and_types_are_cloudwatchs_own() -> None:
    """A key of ours that slips through, or one that is missing."""
    assert "text has no new_row" in told([at(0, 0, new_row=True)])
    assert "there is no type 'matrix'" in told([{**at(0, 0), "type": "matrix"}])
    assert "metric needs region" in told([{**at(0, 0), "type": "metric", "properties":
                                           {"metrics": [ROW]}}])  # fmt: skip


@pytest.mark.parametrize(
    ("name", "good"),
    [("a", True), ("A-z_0", True), ("x" * 255, True), ("x" * 256, False), ("", False),
     ("a.b", False), ("a/b", False), ("ä", False)],
)  # fmt: skip
def test_names(name: str, good: bool) -> None:
    """Of PutDashboard."""
    assert (told([at(0, 0)], name) == "") is good
