"""Alarms as code against a CloudWatch that is reached over HTTP (moto), all through the commands.

moto has no PutCompositeAlarm: the fleets here have one path into each Region, which is no reason
for a composite. tests/unit/aws/alarms/test_composites.py has those, with botocore's Stubber.
"""

from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from support.fake_cloudwatch import Refusal, moto_server, refusing

from voipprobe.aws.alarms import deploy
from voipprobe.aws.session import client
from voipprobe.cli import main
from voipprobe.cli.commands.cloudwatch.alarms import command

FLEET = """
[publish.cloudwatch]
namespace = "VoIP"
region = "us-east-1"
[publish.cloudwatch.alarms]
prefix = "{prefix}"
[publish.cloudwatch.alarms.actions.critical]
alarm = ["arn:aws:sns:{{region}}:111122223333:critical"]
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
scenario = "call"
peers = true
"""
DEFINITIONS = """
[alarm.loss-high]
watches = "media"
summary = "Loss."
runbook = "Look."
expression = "IF(expected > 0, 100 * lost / expected)"
unit = "%"
operator = ">"
thresholds = { critical = 3 }
period_s = 60
datapoints = 2
periods = 3
missing = "ignore"
missing_because = "Nothing to lose."
[alarm.loss-high.metrics]
lost = { metric = "PacketsLost", statistic = "Sum" }
expected = { metric = "PacketsExpected", statistic = "Sum" }

[alarm.agent-silent]
watches = "agents"
summary = "Silent."
runbook = "Look."
unit = "heartbeats"
operator = "<"
thresholds = { critical = 1 }
period_s = 60
datapoints = 2
periods = 3
missing = "breaching"
missing_because = "Silence it is about."
[alarm.agent-silent.metrics]
beats = { metric = "Heartbeat", statistic = "Sum" }
"""
NAMES = [
    "loss-high/critical/iad/pdx/call",
    "loss-high/critical/pdx/iad/call",
    "agent-silent/critical/iad",
    "agent-silent/critical/pdx",
]


@dataclass
class Fleet:
    """The files of a fleet whose alarms nobody else's test has."""

    folder: Path
    prefix: str

    def __post_init__(self) -> None:
        self.write_fleet(FLEET.format(prefix=self.prefix))
        self.write_definitions(DEFINITIONS)

    def write_fleet(self, text: str) -> None:
        (self.folder / "fleet.toml").write_text(text)

    def write_definitions(self, text: str) -> None:
        (self.folder / "alarms.toml").write_text(text)

    def run(self, verb: str, *options: str) -> tuple[int, str]:
        """The exit code and what was printed by one of the commands, errors included."""
        files = ["--config", str(self.folder / "fleet.toml")]
        if verb != "destroy":
            files += ["--definitions", str(self.folder / "alarms.toml")]
        output = StringIO()
        with (
            pytest.MonkeyPatch.context() as patch,
            redirect_stdout(output),
            redirect_stderr(output),
        ):
            patch.setattr(main, "cli", command)
            code = main.run([verb, *files, *options])
        return code, output.getvalue()

    def names(self) -> set[str]:
        return {alarm["AlarmName"] for alarm in alarms(self.prefix)}


def alarms(prefix: str) -> list[dict[str, Any]]:
    """All alarms under a prefix."""
    cloudwatch = client("cloudwatch", region="us-east-1")
    found: list[dict[str, Any]] = cloudwatch.describe_alarms(AlarmNamePrefix=prefix)["MetricAlarms"]
    return found


def put_foreign(name: str) -> None:
    """An alarm that someone else made."""
    client("cloudwatch", region="us-east-1").put_metric_alarm(
        AlarmName=name, Namespace="Other", MetricName="m", Statistic="Sum", Period=60,
        EvaluationPeriods=1, Threshold=1.0, ComparisonOperator="GreaterThanThreshold",
    )  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with moto_server() as url:
        yield url


@pytest.fixture(autouse=True)
def environment(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server for every client, and no waiting for AWS's pace: a unit test holds that."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", server)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setattr(deploy, "RATE_PER_S", 1000.0)
    monkeypatch.setattr(deploy, "TAGS_RATE_PER_S", 1000.0)


@pytest.fixture
def fleet(tmp_path: Path, request: pytest.FixtureRequest) -> Fleet:
    return Fleet(tmp_path, f"vp-{abs(hash(request.node.name))}")


def test_from_nothing_to_nothing(fleet: Fleet) -> None:
    """Plan, apply, plan again, change one threshold, apply, destroy; others' stay."""
    put_foreign(f"{fleet.prefix}/of-someone-else")
    put_foreign(f"{fleet.prefix}-also-not-ours")
    code, output = fleet.run("plan", "--check")
    assert code == 1
    assert [f"+ {fleet.prefix}/{name}" in output for name in NAMES] == [True] * 4
    assert "Plan: 4 to create, 0 to change, 0 to delete, 0 unchanged." in output
    assert fleet.run("plan")[0] == 0
    assert len(fleet.names()) == 2, "plan changes nothing"

    code, output = fleet.run("apply")
    assert code == 0
    assert output.count(" created") == 4
    code, output = fleet.run("plan", "--check")
    assert code == 0
    assert "Plan: 0 to create, 0 to change, 0 to delete, 4 unchanged." in output

    fleet.write_definitions(DEFINITIONS.replace("critical = 1 }", "critical = 2 }"))
    code, output = fleet.run("plan")
    assert output.count("Threshold: 1 -> 2") == 2
    assert "Plan: 0 to create, 2 to change, 0 to delete, 2 unchanged." in output
    assert fleet.run("apply")[0] == 0
    assert fleet.run("plan", "--check")[0] == 0

    code, output = fleet.run("destroy")
    assert code == 0
    assert "Nothing was deleted" in output
    assert len(fleet.names()) == 6
    code, output = fleet.run("destroy", "--yes")
    assert code == 0
    assert output.count(" deleted") == 4
    assert fleet.names() == {f"{fleet.prefix}/of-someone-else", f"{fleet.prefix}-also-not-ours"}
    assert fleet.run("destroy", "--yes")[0] == 0


def test_one_change_of_one_threshold_is_one_change(fleet: Fleet) -> None:
    """One agent only, one alarm, one field: nothing else moves."""
    fleet.write_fleet(FLEET.format(prefix=fleet.prefix).replace(
        "peers = true", 'peers = ["pdx"]\nsources = ["iad"]'))  # fmt: skip
    assert fleet.run("apply")[0] == 0
    fleet.write_definitions(DEFINITIONS.replace("critical = 3 }", "critical = 5 }"))
    _, output = fleet.run("plan")
    changes = [line for line in output.splitlines() if line.strip().startswith("~")]
    assert changes == [
        f"  ~ {fleet.prefix}/loss-high/critical/iad/pdx/call",
        "      ~ Threshold: 3 -> 5",
    ]


def test_what_someone_changed_by_hand_is_shown_and_put_back(fleet: Fleet) -> None:
    """Field by field, old and new; the tag stays, and the alarm ours."""
    assert fleet.run("apply")[0] == 0
    name = f"{fleet.prefix}/agent-silent/critical/iad"
    cloudwatch = client("cloudwatch", region="us-east-1")
    cloudwatch.put_metric_alarm(
        AlarmName=name, Namespace="VoIP", MetricName="Heartbeat", Statistic="Sum", Period=60,
        Dimensions=[{"Name": "Source", "Value": "iad"}], EvaluationPeriods=5, Threshold=1.0,
        ComparisonOperator="LessThanThreshold", AlarmDescription="mine now",
    )  # fmt: skip
    _, output = fleet.run("plan")
    assert "Plan: 0 to create, 1 to change, 0 to delete, 3 unchanged." in output
    for line in (
        "~ EvaluationPeriods: 5 -> 3",
        "~ DatapointsToAlarm: 5 -> 2",
        "+ TreatMissingData: breaching",
        "~ AlarmDescription: mine now -> Silent.",
        "+ AlarmActions: [arn:aws:sns:us-east-1:111122223333:critical]",
    ):
        assert line in output
    assert fleet.run("apply")[0] == 0
    assert fleet.run("plan", "--check")[0] == 0


def test_an_agent_that_leaves_takes_its_alarms_with_it(fleet: Fleet) -> None:
    """Ours that should not be are deleted."""
    assert fleet.run("apply")[0] == 0
    text = FLEET.format(prefix=fleet.prefix)
    fleet.write_fleet(text.partition('[[peer]]\nname = "pdx"')[0])
    code, output = fleet.run("apply")
    assert code == 0
    assert "Plan: 0 to create, 0 to change, 3 to delete, 1 unchanged." in output
    assert fleet.names() == {f"{fleet.prefix}/agent-silent/critical/iad"}


def test_an_alarm_of_that_name_that_is_not_ours_is_refused(fleet: Fleet) -> None:
    """By name, before anything is done."""
    put_foreign(f"{fleet.prefix}/{NAMES[0]}")
    for verb in ("plan", "apply"):
        code, output = fleet.run(verb)
        assert code == 2
        told = f"voipprobe: alarm {fleet.prefix}/{NAMES[0]} in us-east-1 exists and has no tag"
        assert told in output
    assert fleet.names() == {f"{fleet.prefix}/{NAMES[0]}"}
    assert alarms(fleet.prefix)[0]["Namespace"] == "Other"


def test_of_two_fleets_whose_prefixes_begin_alike_neither_sees_the_other(tmp_path: Path) -> None:
    """Destroying one leaves the other."""
    short, long = (tmp_path / "short", tmp_path / "long")
    short.mkdir()
    long.mkdir()
    one, two = Fleet(short, "vp-twin"), Fleet(long, "vp-twin.b")
    for fleet in (one, two):
        assert fleet.run("apply")[0] == 0
    assert fleet.run("plan", "--check")[0] == 0
    assert one.run("destroy", "--yes")[0] == 0
    assert len(two.names()) == 4
    assert one.names() == two.names()


DENIED: Refusal = (400, "AccessDeniedException", "User: x is not authorized")
EXPIRED: Refusal = (400, "ExpiredTokenException", "The security token is expired")


def test_without_permission_to_read_nothing_is_done(
    fleet: Fleet, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line, exit code 3, and where to look."""

    def unread(operation: str, _: int) -> Refusal | None:
        return DENIED if operation == "DescribeAlarms" else None

    with refusing(server, unread) as (url, _), monkeypatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", url)
        code, output = fleet.run("apply")
    assert code == 3
    assert output == (
        "voipprobe: DescribeAlarms in us-east-1: access denied (User: x is not authorized): "
        "see `voipprobe cloudwatch iam`\n"
    )
    assert fleet.names() == set()


def test_credentials_that_expire_half_way_say_what_was_done(
    fleet: Fleet, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the next apply goes on from there."""

    def third(operation: str, before: int) -> Refusal | None:
        return EXPIRED if operation == "PutMetricAlarm" and before >= 2 else None

    with refusing(server, third) as (url, _), monkeypatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", url)
        code, output = fleet.run("apply")
    assert code == 3
    last = output.splitlines()[-1]
    assert last.startswith(f"voipprobe: PutMetricAlarm {fleet.prefix}/{NAMES[2]} in us-east-1: ")
    assert "credentials refused (ExpiredTokenException): renew them" in last
    done = f"created {fleet.prefix}/{NAMES[0]}, created {fleet.prefix}/{NAMES[1]}"
    assert last.endswith(f"(done before it: {done}; not done: 2; run it again to go on)")
    assert fleet.names() == {f"{fleet.prefix}/{name}" for name in NAMES[:2]}
    code, output = fleet.run("apply")
    assert code == 0
    assert "Plan: 2 to create, 0 to change, 0 to delete, 2 unchanged." in output


def test_throttling_is_waited_out(
    fleet: Fleet, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refusal that says later is asked again by botocore."""
    slow: Refusal = (400, "ThrottlingException", "Rate exceeded")

    def once(operation: str, before: int) -> Refusal | None:
        return slow if operation == "PutMetricAlarm" and before == 1 else None

    with refusing(server, once) as (url, asked):
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        assert fleet.run("apply")[0] == 0
    assert asked.count("PutMetricAlarm") == 5


def test_a_region_that_does_not_exist_is_refused_before_anyone_is_asked(fleet: Fleet) -> None:
    """With the nearest that does; and an action of another Region than the alarm's."""
    text = FLEET.format(prefix=fleet.prefix)
    fleet.write_fleet(text.replace('region = "us-east-1"', 'region = "us-esat-1"', 1))
    code, output = fleet.run("plan")
    assert code == 2
    assert "Region 'us-esat-1' is not known: did you mean 'us-" in output
    fleet.write_fleet(text.replace("{region}", "eu-west-1"))
    code, output = fleet.run("apply")
    assert code == 2
    assert "critical is in eu-west-1, the alarm in us-east-1" in output
    assert fleet.names() == set()


def test_an_endpoint_that_nobody_answers_is_one_line(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 3: it says nothing about the alarms."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    code, output = fleet.run("plan")
    assert code == 3
    assert output.startswith("voipprobe: DescribeAlarms in us-east-1: ")
    assert output.count("\n") == 1
