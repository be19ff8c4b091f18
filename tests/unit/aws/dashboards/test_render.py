"""The shipped templates and a fleet become bodies that PutDashboard takes."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from support.alarm_fleet import REGIONS, SHIPPED, mesh, with_threshold
from support.dashboards import ACCOUNT, rendered, titled, widgets

from voipprobe.aws.alarms.definitions.model import Severity
from voipprobe.aws.alarms.fleet import AlarmAgent, AlarmFleet
from voipprobe.aws.alarms.render import render as render_alarms
from voipprobe.aws.dashboards.dashboard import MARK, Dashboard, marked_prefix
from voipprobe.aws.dashboards.limits import metrics_of, mistakes_of_dashboard
from voipprobe.metrics.catalogue import CATALOGUE, STATISTICS
from voipprobe.model.errors import ConfigError
from voipprobe.model.path import Path

ALL = rendered()
OVERVIEW = ALL["vp-overview"]


def rows(dashboard: Dashboard) -> list[list[Any]]:
    return [row for one in widgets(dashboard) for row in metrics_of(one["properties"])]


def star(agents: int) -> AlarmFleet:
    """A mesh of so many agents, each in a Region of its own; all publish to one."""
    names = [f"agent-{number}" for number in range(agents)]
    return replace(
        mesh(),
        agents=tuple(
            AlarmAgent(name=one, region=f"{one}-region", publish_region="us-east-1")
            for one in names
        ),
        paths=tuple(
            Path(source=a, destination=b, scenario="call") for a in names for b in names if a != b
        ),
    )


def test_there_is_one_a_fleet_one_a_region_and_one_an_agent() -> None:
    """In the order of the templates, each linked from each."""
    assert list(ALL) == [
        "vp-overview", "vp-region-us-east-1", "vp-region-us-east-2", "vp-region-us-west-2",
        "vp-paths-cmh", "vp-paths-iad", "vp-paths-pdx", "vp-agents",
    ]  # fmt: skip
    for one in ALL.values():
        text = widgets(one, "text")[0]["properties"]["markdown"]
        assert re.findall(r"#dashboards:name=([\w-]+)", text) == list(ALL)


def test_every_metric_is_in_the_catalogue_with_a_statistic_that_makes_sense() -> None:
    """And is one that some agent of the fleet publishes, in the Region where it does."""
    for one in ALL.values():
        for widget in widgets(one):
            for row in metrics_of(widget["properties"]):
                namespace, name, *dimensions, options = row
                assert namespace == "VoIP"
                assert tuple(dimensions[::2]) == CATALOGUE[name].dimensions
                family = re.sub(r"\(.*", "", options["stat"])
                assert family in (*STATISTICS[CATALOGUE[name].kind], "SampleCount")
                region = options.get("region", widget["properties"]["region"])
                assert region == REGIONS[dimensions[1]]


def test_bodies_are_json_without_anything_else() -> None:
    """As text it is the same body again, with no key of ours beside CloudWatch's."""
    for one in ALL.values():
        assert json.loads(one.text) == one.body
        assert "new_row" not in one.text
        assert "${" not in one.text
        assert list(mistakes_of_dashboard(one)) == []


def test_a_widget_has_lines_of_several_regions() -> None:
    """Each says where it is, unless that is where the widget itself is."""
    shown = titled(OVERVIEW, "MOS, 5th percentile")
    assert shown["region"] == "us-east-2"
    assert {row[3]: row[-1].get("region") for row in shown["metrics"]} == {
        "cmh": None, "iad": "us-east-1", "pdx": "us-west-2",
    }  # fmt: skip
    central = rendered(mesh())["vp-overview"]
    assert {row[-1].get("region") for row in rows(central)} == {None}


def test_thresholds_are_those_of_the_alarms() -> None:
    """One line a severity; a changed definition changes the line and its explanation, no more."""
    title = "Calls that end as they should"
    lines = titled(OVERVIEW, title)["annotations"]["horizontal"]
    assert [(one["label"], one["value"]) for one in lines] == [
        ("warning below (success-ratio-low)", 98), ("critical below (success-ratio-low)", 90),
    ]  # fmt: skip
    other = rendered(definitions=with_threshold("success-ratio-low", Severity.CRITICAL, 50.0))
    (_, critical) = titled(other["vp-overview"], title)["annotations"]["horizontal"]
    assert critical["value"] == 50
    assert "critical < 50 in 2 of 3" in other["vp-overview"].text


def test_an_alarm_is_drawn_as_it_is_evaluated() -> None:
    """The same metrics, statistics and expression as the request of the alarm itself."""
    alarms = {one.name: one for one in render_alarms(SHIPPED, mesh())}
    request = alarms["vp/loss-high/critical/iad/pdx/call"].request
    shown = titled(rendered(mesh())["vp-paths-iad"], "Lost RTP packets, pdx")["metrics"]
    drawn = {row[-1]["id"]: (row[1], row[-1]["stat"]) for row in shown if "visible" in row[-1]}
    asked = {
        one["Id"]: (one["MetricStat"]["Metric"]["MetricName"], one["MetricStat"]["Stat"])
        for one in request["Metrics"]
        if "MetricStat" in one
    }
    assert drawn == asked
    (expression,) = [row[0]["expression"] for row in shown if isinstance(row[0], dict)]
    assert expression in {one.get("Expression") for one in request["Metrics"]}


def test_ids_of_several_paths_in_one_widget_do_not_meet() -> None:
    """Each expression reads its own path's metrics."""
    shown = titled(OVERVIEW, "Lost RTP packets")["metrics"]
    by_id = {row[-1]["id"]: tuple(row[3:-1:2]) for row in shown if isinstance(row[0], str)}
    assert len(by_id) == 12
    for row in shown:
        if isinstance(row[0], dict):
            ids = set(re.findall(r"[a-z]\w*", row[0]["expression"]))
            (ends,) = {by_id[one] for one in ids}
            source, destination = ends[0], ends[1]
            assert row[0]["label"] == f"{source} → {destination} call"


def test_states_are_of_alarms_that_there_are() -> None:
    """ARNs of the account, a widget for each Region, with composites where there are some."""
    fleet = mesh()
    there = {(a.region, a.name) for a in render_alarms(SHIPPED, fleet)}
    for one in rendered(fleet).values():
        for widget in widgets(one, "alarm"):
            for arn in widget["properties"]["alarms"]:
                found = re.fullmatch(rf"arn:aws:cloudwatch:(.+):{ACCOUNT.number}:alarm:(.+)", arn)
                assert found is not None
                assert (found[1], found[2]) in there
    shown = titled(rendered(fleet)["vp-region-us-east-1"],
                   "Alarms on paths into and out of us-east-1")["alarms"]  # fmt: skip
    names = [arn.rpartition("alarm:")[2] for arn in shown]
    assert "vp/region-unhealthy/us-east-1" in names
    assert "vp/region-unhealthy/us-east-2" not in names
    assert "vp/loss-high/critical/cmh/iad/call" in names
    assert "vp/loss-high/critical/cmh/pdx/call" not in names
    assert len(widgets(ALL["vp-agents"], "alarm")) == 3, "agents publish to three Regions"


def test_more_alarms_than_a_widget_holds_are_spread() -> None:
    """100 in each, none twice, none lost."""
    fleet = star(9)
    critical = r"vp/(success|seer|mos|loss|jitter|retr)[^/]+/crit"
    wanted = [one for one in render_alarms(SHIPPED, fleet) if re.match(critical, one.name)]
    shown = [
        one["properties"]
        for one in widgets(rendered(fleet, shown=["overview"])["vp-overview"], "alarm")
        if "critical trouble" in one["properties"]["title"]
    ]
    arns = [arn for one in shown for arn in one["alarms"]]
    assert len(wanted) == len(arns) == len(set(arns)) == 9 * 8 * 6
    assert max(len(one["alarms"]) for one in shown) == 100
    assert shown[-1]["title"] == "Paths in critical trouble (401 to 432 of 432)"


def test_the_matrix_has_a_row_for_each_source_and_a_column_for_each_destination() -> None:
    """Rows begin at the left edge and fill it; a cell has three numbers and what they need."""
    cells = [one for one in widgets(OVERVIEW) if one["properties"]["view"] == "singleValue"]
    place = {(one["properties"]["metrics"][0][3], one["properties"]["title"]): one for one in cells}
    assert set(place) == {(a, f"→ {b}") for a in REGIONS for b in REGIONS if a != b}
    for source in REGIONS:
        (y,) = {one["y"] for (a, _), one in place.items() if a == source}
        row = [one for one in OVERVIEW.body["widgets"] if one["y"] == y]
        assert row[0]["properties"]["markdown"] == f"### {source} →"
        assert sum(one["width"] for one in row) == 24
    xs = {title: {one["x"] for (_, t), one in place.items() if t == title} for _, title in place}
    assert [len(found) for found in xs.values()] == [1, 1, 1]
    labels = [row[-1].get("label") for row in place["iad", "→ pdx"]["properties"]["metrics"]]
    assert [one for one in labels if one] == ["SER %", "MOS p5", "resent %"]


def test_a_large_mesh_has_a_list_for_each_number() -> None:
    """Six destinations are too many columns."""
    shown = rendered(star(7), shown=["overview"])["vp-overview"]
    (mos,) = [
        one["properties"] for one in widgets(shown)
        if one["properties"]["title"] == "MOS p5"
        and one["properties"]["metrics"][0][3] == "agent-3"
    ]  # fmt: skip
    assert [row[-1]["label"] for row in mos["metrics"]] == [
        f"agent-{n}" for n in range(7) if n != 3
    ]


def test_every_number_is_explained_where_it_is_shown() -> None:
    """By the catalogue's own words; an alarm by its expression."""
    for one in ALL.values():
        text = "\n".join(w["properties"]["markdown"] for w in widgets(one, "text"))
        for name in {row[1] for row in rows(one)}:
            assert f"**{name}**" in text
            assert CATALOGUE[name].meaning in text
    assert "`IF(n > 0, 100 * ok / n)`, warning < 98, critical < 90 in 2 of 3 periods" in text_of(
        OVERVIEW
    )
    assert "At most **1 USD a month**." in text_of(ALL["vp-agents"])


def text_of(dashboard: Dashboard) -> str:
    return "\n".join(w["properties"]["markdown"] for w in widgets(dashboard, "text"))


def test_iperf_is_shown_only_where_it_is_measured() -> None:
    """And its paths have no calls."""
    assert not any("Iperf" in row[1] for row in rows(rendered(mesh())["vp-paths-iad"]))
    of_iperf = [row for row in rows(ALL["vp-paths-iad"]) if row[7] == "iperf"]
    assert {row[1] for row in of_iperf} == {"IperfLoss", "IperfThroughput"}
    assert len(of_iperf) == 4


def test_all_of_ours_carry_the_mark() -> None:
    """With the prefix as its value: a longer one that begins alike is another's."""
    for one in ALL.values():
        assert marked_prefix(one.body) == "vp"
    assert marked_prefix(rendered(prefix="vp-lab")["vp-lab-overview"].body) == "vp-lab"
    assert marked_prefix({"widgets": [{"type": "text", "properties": {"markdown": MARK}}]}) is None
    assert marked_prefix({"widgets": [{"type": "metric", "properties": {}}]}) is None


@pytest.mark.parametrize(("agents", "allowed"), [(13, True), (14, False)])
def test_a_fleet_with_more_metrics_than_a_dashboard_holds_is_refused(
    agents: int, allowed: bool
) -> None:
    """13 metrics a path, 3 of them in one widget: 156 paths fit, 182 do not."""
    if allowed:
        assert len(rows(rendered(star(agents), shown=["overview"])["vp-overview"])) == 13 * 156
        return
    with pytest.raises(ConfigError, match=r"vp-overview: .*546 metrics of at most 500 a widget"):
        rendered(star(agents), shown=["overview"])
    assert rendered(star(agents), shown=["region", "agents"])


def test_names_that_become_one_are_refused() -> None:
    """An agent's name may have a dot, a dashboard's may not."""
    fleet = mesh()
    agents = (AlarmAgent(name="a.b", region="us-east-1", publish_region="us-east-1"),
              AlarmAgent(name="a_b", region="us-east-1", publish_region="us-east-1"))  # fmt: skip
    with pytest.raises(ConfigError, match="two dashboards would be called vp-paths-a_b"):
        rendered(replace(fleet, agents=agents, paths=()), shown=["paths"])
