"""What is planned for dashboards: ours and only ours, and a change reads as one."""

import copy
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from support.alarm_fleet import mesh, with_threshold
from support.dashboards import rendered

from voipprobe.aws.alarms.definitions.model import Severity
from voipprobe.aws.dashboards.dashboard import Dashboard
from voipprobe.aws.dashboards.deploy import apply_dashboards, steps
from voipprobe.aws.dashboards.fields import fields_of
from voipprobe.aws.dashboards.plan import DashboardPlan, Existing, make_plan
from voipprobe.aws.planning.steps import Step
from voipprobe.model.errors import CloudError, ConfigError

FLEET = mesh("iad", "pdx")
OURS = tuple(rendered(FLEET).values())


def there(dashboard: Dashboard, body: Any = None) -> Existing:
    return Existing(name=dashboard.name, body=dashboard.body if body is None else body)


def plan(*existing: Existing, desired: tuple[Dashboard, ...] = OURS) -> DashboardPlan:
    return make_plan("us-east-1", "vp", desired, existing)


def test_from_nothing_all_are_created_and_then_all_are_unchanged() -> None:
    """The same body again is no change."""
    assert plan().create == OURS
    again = plan(*map(there, OURS))
    assert again.is_empty
    assert again.unchanged == tuple(one.name for one in OURS)


def test_a_threshold_is_one_change_in_each_dashboard_that_shows_it() -> None:
    """Its line, and the words that explain it; nothing else of a body moves."""
    other = rendered(FLEET, definitions=with_threshold("loss-high", Severity.CRITICAL, 5.0))
    found = plan(*map(there, OURS), desired=tuple(other.values()))
    assert {one.wanted.name for one in found.change} == {
        "vp-overview", "vp-region-us-east-1", "vp-region-us-west-2", "vp-paths-iad",
        "vp-paths-pdx",
    }  # fmt: skip
    overview = next(one for one in found.change if one.wanted.name == "vp-overview")
    value, words = overview.fields
    assert value.field == (
        "[Lost RTP packets].annotations.horizontal[critical above (loss-high)].value"
    )
    assert (value.before, value.after) == (3.0, 5.0)
    assert words.field.startswith("[What the numbers mean].markdown[line ")
    assert "critical > 5 in 2 of 3" in words.after


def test_a_widget_that_is_put_before_others_does_not_rename_them() -> None:
    """Only places move."""
    body = copy.deepcopy(dict(OURS[0].body))
    body["widgets"] = [
        {"type": "text", "x": 0, "y": 0, "width": 24, "height": 1, "properties": {"markdown": "n"}},
        *({**one, "y": one["y"] + 1} for one in body["widgets"]),
    ]
    (changed,) = plan(there(OURS[0], body), desired=OURS[:1]).change
    for one in changed.fields:
        assert one.field.endswith(".place") or one.field.startswith("[n].")


def test_fields_of_things_with_one_name_stay_apart() -> None:
    """Two widgets with one title, two lines with one label: each change is seen."""

    def body(last: str) -> dict[str, Any]:
        rows = [["VoIP", "Heartbeat", "Source", one, {"label": "x"}] for one in ("iad", last)]
        same = [["VoIP", "Heartbeat", "Source", "iad", {"label": "x"}]] * 2
        shown = [{"title": "T", "metrics": one} for one in (same, rows)]
        return {"widgets": [{"type": "metric", "properties": one} for one in shown]}

    before, after = fields_of(body("iad")), fields_of(body("pdx"))
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"[T #2].metrics[x #2][3]"}


def test_of_others_nothing_is_touched() -> None:
    """Neither what has only our prefix, nor what has only our mark, nor a longer prefix's."""
    foreign = Existing(name="vp-mine", body={"widgets": []})
    longer = rendered(FLEET, prefix="vp-lab")["vp-lab-overview"]
    unmarked = Existing(name="other-overview", body=OURS[0].body)
    gone = plan(foreign, there(longer), unmarked, there(OURS[0]), desired=())
    assert [one.name for one in gone.delete] == ["vp-overview"]
    assert [step.names for step in steps(gone)] == [("vp-overview",)]


@pytest.mark.parametrize("body", [{}, {"widgets": []}, {"widgets": [{"type": "text"}]}])
def test_a_dashboard_of_that_name_that_is_not_ours_is_refused(body: dict[str, Any]) -> None:
    """Nothing at all may be done then."""
    found = plan(there(OURS[0], body))
    with pytest.raises(ConfigError, match=r"vp-overview exists and has no text .*=vp: it is not"):
        found.require_allowed()
    with pytest.raises(ConfigError):
        apply_dashboards(None, found, lambda *_: None)


def test_what_cloudwatch_remarks_is_handed_on_and_a_failure_says_what_was_done() -> None:
    """The second PutDashboard is refused: the first was done, the rest was not."""
    client = boto3.client("cloudwatch", region_name="us-east-1", aws_access_key_id="x",
                          aws_secret_access_key="x")  # fmt: skip
    told: list[tuple[Step, tuple[str, ...]]] = []
    remark = {"DataPath": "/widgets/0", "Message": "Should NOT have more than 500 metrics"}
    with Stubber(client) as stub:
        stub.add_response(
            "put_dashboard",
            {"DashboardValidationMessages": [remark]},
            {"DashboardName": OURS[0].name, "DashboardBody": OURS[0].text},
        )
        stub.add_client_error("put_dashboard", "InvalidParameterInput", "The body is invalid", 400)
        with pytest.raises(CloudError) as caught:
            apply_dashboards(client, plan(), lambda *done: told.append(done))
    ((step, remarks),) = told
    assert step.names == ("vp-overview",)
    assert remarks == ("/widgets/0: Should NOT have more than 500 metrics",)
    text = str(caught.value)
    assert text.startswith(f"PutDashboard {OURS[1].name} in us-east-1: InvalidParameterInput: ")
    left = len(OURS) - 1
    assert f"(done before it: created vp-overview; not done: {left}; run it again" in text
