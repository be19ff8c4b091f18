"""A preview shows what CloudWatch would make of the same bodies: values, gaps, states."""

from collections.abc import Iterable
from typing import Any

import pytest
from support.alarm_fleet import SHIPPED
from support.dashboards import rendered
from support.path_story import BAD, FLEET, GAP, T0, UNTIL, story

from voipprobe.aws.alarms.render import render as render_alarms
from voipprobe.aws.alarms.simulator.history import History
from voipprobe.aws.dashboards.preview.build import preview
from voipprobe.aws.dashboards.preview.lines import lines_of, periods_of
from voipprobe.model.measurement import Measurement
from voipprobe.model.preview import Preview, PreviewWidget

SINCE = T0
BODIES = tuple(rendered(FLEET).values())
ALARMS = render_alarms(SHIPPED, FLEET)


def seen(measured: Iterable[Measurement], *, since: float = SINCE, until: float = UNTIL) -> Preview:
    return preview(FLEET, BODIES, ALARMS, measured, since=since, until=until)


STORY = seen(story())


def titled(title: str, dashboard: str, of: Preview = STORY) -> PreviewWidget:
    """The first widget with this title in a dashboard."""
    (shown,) = [one for one in of.dashboards if one.name == dashboard]
    return next(one for one in shown.widgets if one.title == title)


def values(widget: PreviewWidget) -> dict[str, tuple[float | None, ...]]:
    return {line.label: line.values for line in widget.lines}


def test_an_expression_is_worked_out_period_by_period() -> None:
    """Five minutes with four of five calls are 80 %; the void quarter of an hour is a gap."""
    shown = titled("Calls that end as they should, pdx", "vp-paths-iad")
    (found,) = values(shown).values()
    assert shown.start_at == T0
    assert shown.period_s == 300
    for period, value in enumerate(found):
        minute = 5 * period
        wanted = None if minute in GAP else 80.0 if minute in BAD else 100.0
        assert value == wanted, minute
    assert [(one.label.split()[0], one.value) for one in shown.marks] == [
        ("warning", 98), ("critical", 90),
    ]  # fmt: skip


def test_percentiles_are_of_all_samples_of_a_period() -> None:
    """25 samples: p5 is the second smallest, p50 the thirteenth, p95 the twenty-fourth."""
    shown = values(titled("MOS, pdx", "vp-paths-iad"))
    assert {label: found[0] for label, found in shown.items()} == {
        "p5": 4.0, "p50": 4.2, "p95": 4.4,
    }  # fmt: skip
    assert shown["p5"][BAD[0] // 5] == 3.0
    assert shown["p5"][GAP[0] // 5] is None


def test_a_number_is_of_the_whole_time() -> None:
    """165 rounds, 30 of them with 80 %; 7 of 35 messages again in 30 of 165 rounds."""
    (overview,) = [one for one in STORY.dashboards if one.name == "vp-overview"]
    cells = [one for one in overview.widgets if one.type == "numbers"]
    (cell,) = [one for one in cells if one.title == "→ pdx"]
    found = {line.label: line.values for line in cell.lines}
    assert found["SER %"] == pytest.approx(((135 * 100 + 30 * 80) / 165,))
    assert found["resent %"] == pytest.approx((100 * 7 * 30 / (35 * 165),))
    assert found["MOS p5"] == (4.0,)


def test_states_are_those_of_the_simulator_at_the_end() -> None:
    """The bad half hour is over; pdx has been silent for half an hour."""
    states = {
        one.name: one.state
        for widget in (titled("Alarms on agents", "vp-agents"),
                       titled("Paths in critical trouble", "vp-overview"))
        for one in widget.alarms
    }  # fmt: skip
    assert states["vp/agent-silent/critical/pdx"] == "ALARM"
    assert states["vp/agent-silent/critical/iad"] == "OK"
    assert states["vp/success-ratio-low/critical/iad/pdx/call"] == "OK"
    then = seen(story(), until=T0 + 60.0 * BAD[-1])
    paths = titled("Paths in critical trouble", "vp-overview", then).alarms
    during = {one.name: one.state for one in paths}
    assert during["vp/success-ratio-low/critical/iad/pdx/call"] == "ALARM"
    assert during["vp/success-ratio-low/critical/pdx/iad/call"] == "OK"


def test_without_measurements_nothing_is_zero_and_nothing_is_ok() -> None:
    """No value anywhere, no state anywhere, and it says so."""
    empty = seen(())
    assert (empty.measured, empty.sources, empty.absent) == (0, (), ("iad", "pdx"))
    for dashboard in empty.dashboards:
        for widget in dashboard.widgets:
            assert all(value is None for line in widget.lines for value in line.values)
            assert all(one.state is None for one in widget.alarms)


def test_an_agent_without_a_history_here_is_named() -> None:
    """What it would show is missing, not well; and not in ALARM, for its silence is ours."""
    half = seen(one for one in story() if dict(one.dimensions)["Source"] == "iad")
    assert (half.sources, half.absent) == (("iad",), ("pdx",))
    (found,) = values(titled("Calls that end as they should, iad", "vp-paths-pdx", half)).values()
    assert set(found) == {None}
    states = {one.name: one.state for one in titled("Alarms on agents", "vp-agents", half).alarms}
    assert states["vp/agent-silent/critical/pdx"] is None
    assert states["vp/agent-silent/critical/iad"] == "OK"


def test_the_first_period_is_whole() -> None:
    """A preview that begins in the middle of one does not show a part of its calls as all."""
    shown = titled("Calls, pdx", "vp-paths-iad", seen(story(), since=T0 + 200.0))
    assert shown.start_at == T0
    assert values(shown)["as wanted"][0] == 25


@pytest.mark.parametrize(
    ("since", "until", "period_s", "wanted"),
    [
        (600.0, 1200.0, 300, [(600, 900), (900, 1200)]),
        (601.0, 1199.5, 300, [(600, 900), (900, 1200)]),
        (899.0, 901.0, 300, [(600, 900), (900, 1200)]),
        (600.0, 600.5, 300, [(600, 900)]),
        (600.0, 600.0, 300, [(600, 900)]),
        (0.0, 180.0, 60, [(0, 60), (60, 120), (120, 180)]),
    ],
)
def test_periods_begin_where_cloudwatchs_do(
    since: float, until: float, period_s: int, wanted: list[tuple[float, float]]
) -> None:
    """At multiples of themselves."""
    assert list(periods_of(since, until, period_s)) == wanted


def test_hidden_metrics_are_read_and_not_drawn() -> None:
    """Also where an expression comes first, and where a metric has no Id."""
    dims = ("Source", "iad")
    beats = [Measurement(metric="Heartbeat", dimensions=(dims,), at=30.0, samples=((2.0, 3),))]
    rows: list[list[Any]] = [
        [{"expression": "10 * m", "id": "e", "label": "ten"}],
        ["X", "Heartbeat", *dims, {"id": "m", "stat": "Sum", "visible": False}],
        ["X", "Heartbeat", *dims, {"stat": "SampleCount", "label": "n"}],
    ]
    found = lines_of(rows, History(beats), [(0.0, 60.0), (60.0, 120.0)])
    assert [(one.label, one.values) for one in found] == [
        ("ten", (60.0, None)), ("n", (3.0, None)),
    ]  # fmt: skip
