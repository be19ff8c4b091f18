"""`voipprobe cloudwatch alarms test`, and what is wrong with files, without any AWS."""

import json
import re
from contextlib import closing
from pathlib import Path

import pytest
from support.alarm_fleet import mesh
from support.healthy import T0, healthy

from voipprobe.agent.config.read import read_fleet
from voipprobe.agent.config.sections import DashboardsSection
from voipprobe.agent.store.store import Store
from voipprobe.aws.alarms.definitions.model import Severity, Watches
from voipprobe.cli import main
from voipprobe.cli.alarm_fleet import load_fleet, watched_of
from voipprobe.cli.commands.cloudwatch.alarms import command
from voipprobe.model.errors import ConfigError
from voipprobe.model.measurement import Measurement

EXAMPLE = Path(__file__).parents[4] / "examples" / "fleet.toml"
FLEET = """
[publish.cloudwatch]
namespace = "VoIP"
region = "us-east-1"
[publish.cloudwatch.alarms]
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
scenario = "call"
peers = true
"""


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    path = tmp_path / "fleet.toml"
    path.write_text(FLEET)
    return path


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str | Path) -> int:
    monkeypatch.setattr(main, "cli", command)
    monkeypatch.setenv("COLUMNS", "200")
    return main.run([str(one) for one in arguments])


def write(path: Path, measurements: list[Measurement]) -> Path:
    """As lines of JSON."""
    rows = [
        {
            "metric": one.metric,
            "dimensions": dict(one.dimensions),
            "at": one.at,
            "samples": [list(sample) for sample in one.samples],
        }
        for one in measurements
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def silent(one: Measurement, minute: int) -> Measurement | None:
    return None if one.metric == "Heartbeat" and minute >= 20 else one


def test_it_prints_when_each_alarm_would_have_changed(
    fleet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """2027-01-15 08:00 UTC is the beginning; both agents fall silent after 20 minutes."""
    assert T0 == 1_800_000_000
    series = write(tmp_path / "s.jsonl", list(healthy(mesh("iad", "pdx"), range(30), silent)))
    assert run(monkeypatch, "test", "--config", fleet, "--series", series) == 0
    output = capsys.readouterr().out
    assert "us-east-1, 2027-01-15 08:01 UTC to 2027-01-15 08:30 UTC" in output
    line = (
        "2027-01-15 08:24 UTC  ALARM from OK  vp/agent-silent/critical/iad  "
        "1 (0 < 1 and missing ones count as breaching; ALARM takes 2 of 3)"
    )
    assert line in output
    assert output.count("ALARM from OK") == 2
    assert "34 alarms became OK at first (--first shows when)" in output
    assert output.count(" from INSUFFICIENT_DATA") == 0
    assert "2 ALARM, 0 INSUFFICIENT_DATA" in output.replace("30 OK, ", "")
    assert "not simulated:" in output
    assert "vp/round-trip-above-baseline/warning/iad/pdx/call" in output
    assert "CloudWatch's own model of the metric" in output


@pytest.mark.parametrize(
    ("expected", "code", "told"),
    [
        ("vp/agent-silent/*=ALARM", 0, ""),
        ("vp/loss-high/*=OK", 0, ""),
        ("vp/loss-high/critical/*=ALARM", 1,
         "expected vp/loss-high/critical/iad/pdx/call in us-east-1 ALARM: it is OK\n"),
        ("vp/nothing=OK", 1, "expected vp/nothing OK: there is no such alarm\n"),
    ],
)  # fmt: skip
def test_what_is_expected_is_checked(
    fleet: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    expected: str,
    code: int,
    told: str,
) -> None:
    """So that a change of a threshold can be tried out in CI."""
    series = write(tmp_path / "s.jsonl", list(healthy(mesh("iad", "pdx"), range(30), silent)))
    arguments = ("test", "--config", fleet, "--series", series, "--expect", expected)
    assert run(monkeypatch, *arguments) == code
    assert told in capsys.readouterr().out


def test_first_states_are_shown_on_demand(
    fleet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line for every alarm; the silent agents' three minutes in."""
    series = write(tmp_path / "s.jsonl", list(healthy(mesh("iad", "pdx"), range(5))))
    assert run(monkeypatch, "test", "--config", fleet, "--series", series, "--first") == 0
    output = capsys.readouterr().out
    assert "2027-01-15 08:03 UTC  OK from INSUFFICIENT_DATA  vp/agent-silent/critical/iad" in output


@pytest.mark.parametrize("bad", ["x", "=OK", "x=ok", "x="])
def test_an_expectation_that_is_none_is_refused(
    fleet: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], bad: str
) -> None:
    """Before anything is read."""
    assert run(monkeypatch, "test", "--config", fleet, "--series", "none", "--expect", bad) == 2
    assert "write ALARM=STATE" in capsys.readouterr().err


def test_wrong_files_are_one_line_each(
    fleet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Unknown key in the definitions, bad expression, no series; exit code 2."""
    definitions = tmp_path / "alarms.toml"
    for text, told in (
        ("[alarm.x]\nwatch = 1\n", "alarm.x.watch: unknown key; did you mean 'watches'?"),
        ("[alarms]\n", "alarms: unknown key"),
    ):
        definitions.write_text(text)
        assert run(monkeypatch, "plan", "--config", fleet, "--definitions", definitions) == 2
        error = capsys.readouterr().err
        assert error.startswith(f"voipprobe: {definitions}: ")
        assert told in error
        assert error.count("\n") == 1
    assert run(monkeypatch, "test", "--config", fleet, "--series", tmp_path / "none") == 2
    assert "No such file" in capsys.readouterr().err


def test_yes_and_dry_run_exclude_each_other(
    fleet: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wrong usage."""
    assert run(monkeypatch, "destroy", "--config", fleet, "--yes", "--dry-run") == 2
    assert "exclude each other" in capsys.readouterr().err


def test_the_fleet_of_a_file(fleet: Path) -> None:
    """All peers call each other; all publish to the one Region."""
    found = load_fleet(fleet)
    assert [(p.source, p.destination) for p in found.paths] == [("iad", "pdx"), ("pdx", "iad")]
    assert found.regions == ("us-east-1",)
    assert (found.namespace, found.prefix) == ("VoIP", "vp")
    fleet.write_text(FLEET.replace('VoIP"\nregion = "us-east-1"', 'VoIP"'))
    assert load_fleet(fleet).regions == ("us-east-1", "us-west-2")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('region = "us-west-2"', "", "peer pdx has no region: alarms and dashboards"),
        ('prefix = "vp"', 'prefix = "v p"', "fleet.toml:6: publish.cloudwatch.alarms.prefix"),
        ("[publish.cloudwatch.alarms]", "[publish.cloudwatch.alarm]", "there is no such key"),
        ("[publish.cloudwatch", "[publish.jsonlines", "there is no such key"),
        ('scenario = "call"', 'scenario = "cal"', "did you mean 'call'"),
        ("[[peer]]", "[[peers]]", "peers"),
        ("[[peer]]", "[peer", "fleet.toml:7: "),
    ],
)
def test_a_wrong_fleet_is_refused(fleet: Path, old: str, new: str, told: str) -> None:
    """With the key."""
    fleet.write_text(FLEET.replace(old, new))
    with pytest.raises(ConfigError, match=r".") as caught:
        load_fleet(fleet)
    assert told in str(caught.value)


def test_targets_and_iperf_are_paths_like_any(fleet: Path) -> None:
    """What an agent measures and publishes can be watched; only calls with media have MOS."""
    more = """
[[probe.target]]
name = "sbc"
uri = "sip:echo@192.0.2.1"
[[iperf]]
name = "network"
peers = true
[[probe]]
name = "alive"
scenario = "options"
peers = ["pdx"]
"""
    fleet.write_text(FLEET + more)
    found = load_fleet(fleet)
    paths = {f"{p.source}>{p.destination}/{p.scenario}": p for p in found.paths}
    assert set(paths) == {
        "iad>pdx/call", "pdx>iad/call", "iad>sbc/call", "pdx>sbc/call",
        "iad>pdx/iperf", "pdx>iad/iperf", "iad>pdx/options",
    }  # fmt: skip
    with_media = {name for name, path in paths.items() if found.can_watch(path, Watches.MEDIA)}
    assert with_media == {name for name in paths if name.endswith("/call")}


def test_what_the_example_has_in_comments_is_right(fleet: Path) -> None:
    """As it stands there, for those who take the marks away."""
    text = EXAMPLE.read_text()
    before, mark, after = text.partition("# [publish.cloudwatch.alarms]")
    assert mark
    fleet.write_text(before + re.sub("(?m)^# ?", "", mark + after))
    found = read_fleet(fleet).publish.cloudwatch
    assert found is not None
    assert found.alarms.actions.critical.ok == ("arn:aws:sns:{region}:111122223333:on-call",)
    assert found.dashboards.show == DashboardsSection().show


def test_a_fleet_that_publishes_nothing_has_nothing_to_watch(fleet: Path) -> None:
    """Said at once, with the section that is missing."""
    fleet.write_text("[[peer]]" + FLEET.partition("[[peer]]")[2])
    with pytest.raises(ConfigError, match=r"has no \[publish\.cloudwatch\]: alarms and dashboards"):
        load_fleet(fleet)
    fleet.write_text(FLEET.partition("[[peer]]")[0])
    with pytest.raises(ConfigError, match=r"has no \[\[peer\]\]"):
        load_fleet(fleet)


def test_actions_are_by_severity(fleet: Path) -> None:
    """Each has its own; one that is no ARN is refused with its key."""
    fleet.write_text(FLEET + '[publish.cloudwatch.alarms.actions.critical]\nalarm = ["arn:a"]\n')
    found = load_fleet(fleet)
    assert found.actions[Severity.CRITICAL].alarm == ("arn:a",)
    assert found.actions[Severity.WARNING].alarm == ()
    fleet.write_text(FLEET + '[publish.cloudwatch.alarms.actions.warning]\nok = ["call me"]\n')
    with pytest.raises(ConfigError, match=r"publish\.cloudwatch\.alarms\.actions\.warning\.ok"):
        load_fleet(fleet)


def test_it_runs_over_the_history_of_agents(
    fleet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two state folders, each with its agent's own; --since cuts off what is older."""
    folders: list[str | Path] = []
    for agent in ("iad", "pdx"):
        folders += ["--state", keep(tmp_path / agent, agent)]
    arguments = ("test", "--config", fleet, *folders, "--until", str(T0 + 1800))
    assert run(monkeypatch, *arguments, "--expect", "vp/agent-silent/*=ALARM") == 0
    output = capsys.readouterr().out
    assert "us-east-1, 2027-01-15 08:01 UTC to 2027-01-15 08:30 UTC" in output
    assert output.count("2027-01-15 08:24 UTC  ALARM from OK  vp/agent-silent/critical/") == 2
    assert run(monkeypatch, *arguments, "--since", "10") == 0
    assert "us-east-1, 2027-01-15 08:21 UTC to" in capsys.readouterr().out
    assert run(monkeypatch, *arguments, "--series", "x") == 2
    assert "exclude each other" in capsys.readouterr().err
    assert run(monkeypatch, "test", "--config", fleet, "--state", tmp_path / "none") == 3


def keep(folder: Path, agent: str) -> Path:
    """The state folder of an agent that has measured 30 minutes, and is silent after 20."""
    folder.mkdir()
    store, _ = Store.create(folder)
    with closing(store):
        for one in healthy(mesh("iad", "pdx"), range(30), silent):
            if dict(one.dimensions)["Source"] == agent:
                store.add([one], one.at, None)
    return folder


def test_what_can_be_watched_of_a_scenario_is_what_it_does() -> None:
    """By its manifest."""
    assert {one.value for one in watched_of("call")} == {"calls", "sessions", "media"}
    assert {one.value for one in watched_of("options")} == {"calls"}
