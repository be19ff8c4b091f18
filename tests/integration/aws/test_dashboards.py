"""Dashboards as code against a CloudWatch over HTTP (moto), all through the commands."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.moto import ACCOUNT, Moto

from voipprobe.aws.alarms.definitions.load import shipped_definitions
from voipprobe.aws.session import client
from voipprobe.cli.main import BROKEN, GOOD, VOID, WRONG_USE, run

FLEET = """
[publish.cloudwatch]
[publish.cloudwatch.dashboards]
prefix = "vp"
[[peer]]
name = "iad"
region = "us-east-1"
address = "10.1.0.10"
[[peer]]
name = "pdx"
region = "us-west-2"
address = "10.4.0.10"
[[probe]]
name = "mesh"
peers = true
"""
NAMES = {
    "vp-overview", "vp-region-us-east-1", "vp-region-us-west-2", "vp-paths-iad", "vp-paths-pdx",
    "vp-agents",
}  # fmt: skip
FOREIGN = {"vp-lab-of-another", "vpx", "vp-by-hand"}


class Fleet:
    """Its files, and the commands on them."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.file = folder / "fleet.toml"
        self.definitions = folder / "alarms.toml"
        self.capsys = capsys
        self.file.write_text(FLEET)
        self.definitions.write_text(shipped_definitions().read_text())

    def run(self, verb: str, *options: str) -> tuple[int, str]:
        """The exit code and what was printed by one of the commands, errors included."""
        files = ["--config", str(self.file)]
        if verb != "destroy":
            files += ["--definitions", str(self.definitions)]
        code = run(["cloudwatch", "dashboards", verb, *files, *options])
        printed = self.capsys.readouterr()
        return code, printed.out + printed.err


@pytest.fixture
def fleet(moto: Moto, tmp_path: Path, capsys: pytest.CaptureFixture[str],
          monkeypatch: pytest.MonkeyPatch) -> Fleet:  # fmt: skip
    del moto
    monkeypatch.setenv("COLUMNS", "300")
    return Fleet(tmp_path, capsys)


def names() -> set[str]:
    answer = client("cloudwatch", region="us-east-1").list_dashboards()
    return {one["DashboardName"] for one in answer["DashboardEntries"]}


def body(name: str) -> Any:
    answer = client("cloudwatch", region="us-east-1").get_dashboard(DashboardName=name)
    return json.loads(answer["DashboardBody"])


def put(name: str, text: str = '{"widgets": []}') -> None:
    client("cloudwatch", region="us-east-1").put_dashboard(DashboardName=name, DashboardBody=text)


def test_from_nothing_to_nothing(fleet: Fleet) -> None:
    """Plan, apply, plan again, change one threshold, apply, destroy; others' stay."""
    for name in FOREIGN:
        put(name)
    code, output = fleet.run("plan", "--check")
    assert code == BROKEN
    assert [f"+ {name}" in output for name in NAMES] == [True] * 6
    assert "Plan: 6 to create, 0 to change, 0 to delete, 0 unchanged." in output
    assert names() == FOREIGN, "plan changes nothing"

    code, output = fleet.run("apply")
    assert code == GOOD
    assert output.count(" created") == 6
    assert names() == NAMES | FOREIGN
    code, output = fleet.run("plan", "--check")
    assert code == GOOD
    assert "Plan: 0 to create, 0 to change, 0 to delete, 6 unchanged." in output

    text = fleet.definitions.read_text()
    fleet.definitions.write_text(
        text.replace("{ warning = 20, critical = 50 }\nperiod_s = 900",
                     "{ warning = 20, critical = 60 }\nperiod_s = 900"))  # fmt: skip
    code, output = fleet.run("plan")
    assert code == GOOD
    changed = [line.strip() for line in output.splitlines() if line.strip().startswith("~")]
    assert changed[:2] == [
        "~ vp-agents",
        "~ [Void rounds].annotations.horizontal[critical above (rounds-void)].value: 50 -> 60",
    ]
    assert len(changed) == 3, "and the line that explains it"
    assert "Plan: 0 to create, 1 to change, 0 to delete, 5 unchanged." in output
    assert fleet.run("apply")[0] == GOOD
    assert fleet.run("plan", "--check")[0] == GOOD

    code, output = fleet.run("destroy")
    assert code == GOOD
    assert "Nothing was deleted" in output
    assert names() == NAMES | FOREIGN
    code, output = fleet.run("destroy", "--yes")
    assert code == GOOD
    assert output.count(" deleted") == 6
    assert names() == FOREIGN
    assert fleet.run("destroy", "--yes")[0] == GOOD


def test_what_is_stored_is_of_this_account(fleet: Fleet) -> None:
    """ARNs of the alarms have the number that STS tells; the cost is in words."""
    assert fleet.run("apply")[0] == GOOD
    stored = body("vp-agents")
    arns = [a for one in stored["widgets"] for a in one["properties"].get("alarms", ())]
    assert f"arn:aws:cloudwatch:us-west-2:{ACCOUNT}:alarm:voipprobe/agent-silent/critical/pdx" in (
        arns
    )
    words = "\n".join(one["properties"].get("markdown", "") for one in stored["widgets"])
    assert "- dashboards: 6, 18.00 USD" in words
    assert "not verified against AWS" in words


def test_what_someone_changed_by_hand_is_shown_and_put_back(fleet: Fleet) -> None:
    """As long as the mark stands; without it the dashboard is theirs, and nothing is done."""
    assert fleet.run("apply")[0] == GOOD
    mine = body("vp-overview")
    mine["widgets"][0]["properties"]["markdown"] = "mine now"
    put("vp-overview", json.dumps(mine))
    _, output = fleet.run("plan")
    assert "- [mine now].markdown: mine now" in output
    assert fleet.run("apply")[0] == GOOD
    assert fleet.run("plan", "--check")[0] == GOOD
    put("vp-overview")
    for verb in ("plan", "apply"):
        code, output = fleet.run(verb)
        assert code == WRONG_USE
        assert "voipprobe: dashboard vp-overview exists and has no text voipprobe:d" in output
    assert body("vp-overview") == {"widgets": []}


def test_an_agent_that_leaves_takes_its_dashboards_with_it(fleet: Fleet) -> None:
    """And so does a template that is not shown any more."""
    assert fleet.run("apply")[0] == GOOD
    fleet.file.write_text(FLEET.replace('prefix = "vp"', 'prefix = "vp"\nshow = ["paths"]'))
    code, output = fleet.run("apply")
    assert code == GOOD
    assert "Plan: 0 to create, 2 to change, 4 to delete, 0 unchanged." in output
    assert names() == {"vp-paths-iad", "vp-paths-pdx"}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('prefix = "vp"', 'show = ["overveiw"]', "did you mean 'overview'?"),
        ('prefix = "vp"', 'prefix = "v.p"', "publish.cloudwatch.dashboards.prefix"),
        ('region = "us-west-2"', 'region = "us-wset-2"', "Region 'us-wset-2' is not known"),
    ],
)
def test_a_wrong_fleet_is_one_line_and_nothing_is_done(
    fleet: Fleet, old: str, new: str, told: str
) -> None:
    """Exit code 2."""
    fleet.file.write_text(FLEET.replace(old, new))
    code, output = fleet.run("apply")
    assert code == WRONG_USE
    assert told in output
    assert output.count("\n") == 1
    assert names() == set()


def test_an_endpoint_that_nobody_answers_is_one_line(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 3: it says nothing about the dashboards."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    code, output = fleet.run("plan")
    assert code == VOID
    assert output.startswith("voipprobe: GetCallerIdentity in us-east-1: ")
    assert output.count("\n") == 1


def test_yes_and_dry_run_exclude_each_other(fleet: Fleet) -> None:
    assert fleet.run("destroy", "--yes", "--dry-run")[0] == WRONG_USE
