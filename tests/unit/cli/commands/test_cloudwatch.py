"""`voipprobe cloudwatch`: what it prints, without any AWS."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from voipprobe.agent.config.sections import CloudWatchSection
from voipprobe.aws.alarms.render import render
from voipprobe.aws.iam.metrics import NAMESPACE, PREFIX
from voipprobe.aws.iam.roles import POLICIES
from voipprobe.cli.cloud_fleet import load_cloud_fleet
from voipprobe.cli.main import GOOD, WRONG_USE, run
from voipprobe.metrics.catalogue import CATALOGUE

EXAMPLE = Path(__file__).parents[4] / "examples" / "fleet.toml"


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["cloudwatch", *arguments]) == GOOD
    return capsys.readouterr().out


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    return json.loads(printed(capsys, *arguments))


def test_every_metric_is_listed_with_its_meaning(capsys: pytest.CaptureFixture[str]) -> None:
    """Unshortened at 80 columns."""
    text = printed(capsys, "metrics")
    for metric in CATALOGUE.values():
        assert metric.name in text
        assert metric.meaning.split()[0] in text
    assert "…" not in text
    assert "makes 23 series (28 with all of *), one of" in text


def test_the_catalogue_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, "metrics", "--format", "json")
    assert [one["name"] for one in found] == list(CATALOGUE)
    mos = next(one for one in found if one["name"] == "MOS")
    assert (mos["unit"], mos["subject"]) == ("None", "media")
    assert mos["dimensions"] == ["Source", "Destination", "Scenario"]
    assert "p5" in mos["statistics"]


@pytest.mark.parametrize("role", POLICIES)
def test_a_policy_is_json(capsys: pytest.CaptureFixture[str], role: str) -> None:
    assert document(capsys, "iam", role)["Version"] == "2012-10-17"


def test_the_namespace_and_partition_are_in_the_policy(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, "iam", "agent", "--namespace", "Ours")
    condition = found["Statement"][0]["Condition"]
    assert condition == {"StringEquals": {"cloudwatch:namespace": "Ours"}}
    assert "arn:aws-us-gov:" in printed(capsys, "iam", "deployer", "--partition", "aws-us-gov")


def test_a_namespace_that_cloudwatch_refuses(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cloudwatch", "iam", "agent", "--namespace", "AWS/Ours"]) == WRONG_USE
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("voipprobe: --namespace 'AWS/Ours': namespace begins with AWS/")


def test_the_bill(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "cost", "--paths", "12", "--agents", "4")
    assert "368" in text
    assert "112.15" in text
    assert "not verified" in text


def test_the_bill_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, "cost", "--paths", "12", "--agents", "4", "--iperf-paths", "12",
                     "--interval", "300", "--free-tier", "--format", "json")  # fmt: skip
    assert found["fleet"]["interval_s"] == 300
    assert found["items"][0] == {"what": "series", "quantity": 440, "free": 10, "usd": 129.0}
    assert found["usd"] == 129.0
    assert found["verified"] is False


def test_the_bill_of_a_fleet_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Its paths, and the alarms and dashboards that `plan` would create, each counted once."""
    central = tmp_path / "fleet.toml"
    central.write_text(EXAMPLE.read_text() + 'region = "us-east-1"\n')
    found = document(capsys, "cost", "--config", str(central), "--format", "json")
    fleet, alarms = load_cloud_fleet(central), Counter[str]()
    for one in render(fleet.definitions, fleet.alarms):
        metrics = str(one.request).count("MetricName")
        kind = "composite" if one.is_composite else "band" if "band" in str(one.request) else ""
        alarms[kind] += 1 if kind else metrics
    assert found["fleet"] == {
        "paths": 12, "agents": 4, "iperf_paths": 12, "interval_s": 60, "dashboards": 10,
        "alarm_metrics": alarms[""], "anomaly_alarms": alarms["band"],
        "composite_alarms": alarms["composite"],
    }  # fmt: skip
    assert alarms == {"": 432, "band": 24, "composite": 4}


@pytest.mark.parametrize(
    "arguments",
    [
        ["cost"],
        ["cost", "--paths", "3"],
        ["cost", "--paths", "-1", "--agents", "1"],
        ["cost", "--config", "none.toml"],
        ["cost", "--config", str(EXAMPLE), "--paths", "12"],
        ["iam"],
        ["iam", "boss"],
        ["alarm"],
    ],
)
def test_wrong_use(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert run(["cloudwatch", *arguments]) == WRONG_USE
    assert "Traceback" not in capsys.readouterr().err


def test_policies_are_for_what_a_fleet_file_says_when_it_says_nothing() -> None:
    """One default for who may write and who writes."""
    assert CloudWatchSection().namespace == NAMESPACE
    assert CloudWatchSection().alarms.prefix == PREFIX
    assert CloudWatchSection().dashboards.prefix == PREFIX
