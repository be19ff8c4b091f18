"""Two agents that call each other on loopback: everything works together, without AWS."""

import hashlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from support.agents import AGENT, Running, agent, probe_text, wait_for, write_fleet

import voipprobe
from voipprobe.capture.analysis import analyse
from voipprobe.capture.strip import strip_media
from voipprobe.results.schema import mesh_schema

pytestmark = [pytest.mark.agents, pytest.mark.integration, pytest.mark.netns]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Running]]:
    folder = tmp_path_factory.mktemp("agents")
    with (
        agent(folder, "west", probe_text(interval_s=5.0)) as west,
        agent(folder, "east", probe_text(interval_s=3.0)) as east,
    ):
        wait_for(lambda: len([one for one in east.rounds() if one.grade == "pass"]) >= 2, 60)
        yield east, west


def command(running: Running, *words: str) -> "subprocess.CompletedProcess[str]":
    argv = [*AGENT, *words, "--config", str(running.fleet), "--name", running.name]
    return subprocess.run(argv, capture_output=True, text=True, check=False)


def test_rounds_are_graded_and_remembered(pair: tuple[Running, Running]) -> None:
    """Each round is one line of the log and one row of the history, with its figures."""
    east, _ = pair
    lines, rounds = east.events("round"), east.rounds()
    assert len(lines) <= len(rounds)
    good = [one for one in rounds if one.grade == "pass"]
    assert {one.path.destination for one in good} == {"west"}
    assert all(one.figures["success_ratio"] == 1 and one.figures["calls"] == 2 for one in good)
    assert all(one.folder is None for one in good)
    assert not list((east.state / "work").glob("*-call/result.json"))


def test_loss_is_told_apart_by_direction(pair: tuple[Running, Running]) -> None:
    """The far end says what arrived: on loopback everything, both ways."""
    east, _ = pair
    good = [one for one in east.rounds() if one.grade == "pass"]
    assert {one.figures["forward_loss_ratio"] for one in good} == {0.0}
    assert {one.figures["backward_loss_ratio"] for one in good} == {0.0}


def test_prometheus_sees_the_same(pair: tuple[Running, Running]) -> None:
    """Its own parser reads /metrics; attempts are those of the history."""
    east, _ = pair
    status, text = east.get("/metrics")
    assert status == 200
    families = {one.name: one for one in text_string_to_metric_families(text)}  # type: ignore[no-untyped-call]
    attempts = families["voipprobe_call_attempts"].samples[0]
    assert attempts.labels == {"source": "east", "destination": "west", "scenario": "call"}
    measured = sum(one.total for one in east.measurements() if one.metric == "CallAttempts")
    assert 0 < attempts.value <= measured
    assert families["voipprobe_mos"].type == "histogram"


def test_json_lines_hold_every_measurement(pair: tuple[Running, Running]) -> None:
    """What is in the history is in the file, in the same order."""
    east, _ = pair

    def lines() -> list[tuple[str, float]]:
        text = (east.folder / "east.jsonl").read_text()
        return [(one["metric"], one["at"]) for one in map(json.loads, text.splitlines())]

    wanted = [(one.metric, one.at) for one in east.measurements()]
    wait_for(lambda: len(lines()) >= len(wanted))
    assert lines()[: len(wanted)] == wanted


def test_status_and_health(pair: tuple[Running, Running]) -> None:
    """An agent that runs says so, to people and to a load balancer."""
    east, _ = pair
    done = command(east, "status", "--format", "json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["runs"]
    assert [one["work"] for one in found["newest"]] == ["call>west"]
    assert found["spooled"][0]["publisher"] == "jsonlines"
    assert east.get("/healthz/live")[0] == 200
    wait_for(lambda: east.get("/healthz")[0] == 200)


def test_the_matrix_knows_both_directions(pair: tuple[Running, Running]) -> None:
    """`voipprobe mesh` joins the histories of several agents."""
    east, west = pair
    wait_for(west.rounds, 60)
    argv = [*AGENT[:-1], "mesh", "--config", str(east.fleet), "--format", "json"]
    argv += ["--state", str(east.state), "--state", str(west.state)]
    found = json.loads(subprocess.run(argv, capture_output=True, text=True, check=True).stdout)
    jsonschema.validate(found, mesh_schema())
    ends = [(cell["source"], cell["destination"]) for cell in found["cells"]]
    assert ends == [("east", "west"), ("west", "east")]
    assert found["cells"][0]["ser"] == 1.0


def test_one_agent_for_each_state_folder(pair: tuple[Running, Running]) -> None:
    """A second one ends at once, and says who is there."""
    east, _ = pair
    done = command(east, "run")
    assert done.returncode == 2
    assert f"pid {east.process.pid}" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_what_was_said_is_not_kept(pair: tuple[Running, Running], tmp_path: Path) -> None:
    """A round that broke a threshold keeps its capture: every packet, of RTP its header only."""
    east, _ = pair
    picky = probe_text("picky", interval_s=4.0).replace("calls = 2", 'critical = ["mos.p5>=4.5"]\n'
                                                        "calls = 2")  # fmt: skip
    good = east.fleet.read_text()
    east.fleet.write_text(good + picky)
    east.process.send_signal(signal.SIGHUP)
    failed = wait_for(lambda: [one for one in east.rounds() if one.grade == "fail"], 60)[0]
    east.fleet.write_text(good)
    east.process.send_signal(signal.SIGHUP)
    assert "mos.p5>=4.5: found" in failed.reasons[0]
    kept = Path(failed.folder or "")
    assert kept.parent == east.state / "failed"
    assert kept.stat().st_mode & 0o077 == 0
    copy = tmp_path / "copy.pcapng"
    copy.write_bytes((kept / "capture.pcapng").read_bytes())
    octets = copy.stat().st_size
    strip_media(copy)
    assert copy.stat().st_size == octets, "there was still something to cut"
    found = analyse([copy])
    assert len(found.calls) == 2
    assert sum(one.packets for one in found.streams) > 100


def test_a_bad_file_changes_nothing(pair: tuple[Running, Running]) -> None:
    """SIGHUP with a mistake: the old file stays in use, until the new one is put right."""
    _, west = pair
    good = west.fleet.read_text()
    west.fleet.write_text(good.replace("interval_s", "intervall_s"))
    west.process.send_signal(signal.SIGHUP)
    refused = wait_for(lambda: west.events("config-refused"))
    assert "intervall_s" in refused[-1]["reason"]
    health = json.loads(west.get("/healthz")[1])
    assert health["config_refused"]
    assert health["config_sha256"] == hashlib.sha256(good.encode()).hexdigest()
    assert (health["version"], health["prefix"]) == (voipprobe.__version__, sys.prefix)
    before = len(west.rounds())
    wait_for(lambda: len(west.rounds()) > before)
    west.fleet.write_text(good + probe_text("second", interval_s=4.0))
    west.process.send_signal(signal.SIGHUP)
    wait_for(lambda: west.events("reloaded"))
    wait_for(lambda: {one.work for one in west.rounds()} == {"call>east", "second>east"})
    health = json.loads(west.get("/healthz")[1])
    assert health["config_refused"] is None
    assert health["config_sha256"] == hashlib.sha256(west.fleet.read_bytes()).hexdigest()


def test_check_names_all_mistakes_at_once(tmp_path: Path) -> None:
    """Three mistakes are three lines, each with its line in the file; nothing was started."""
    file = write_fleet(tmp_path, "east", probe_text().replace('"call"', '"call"\nspeed = 3')
                       .replace("hold_s = 1.0", 'hold_s = "long"'))  # fmt: skip
    file.write_text(file.read_text().replace(f'"{tmp_path}', f'3\nx = "{tmp_path}', 1))
    done = subprocess.run([*AGENT, "check", "--config", str(file)], capture_output=True, text=True,
                          check=False)  # fmt: skip
    assert done.returncode == 2
    lines = done.stderr.splitlines()
    assert len(lines) == 4
    assert all(str(file) in line for line in lines)
