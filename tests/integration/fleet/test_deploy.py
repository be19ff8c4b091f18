"""A new user's path: every command of docs/deploy.md as written, and what may happen on the way.

By real ssh to hosts with root file systems of their own. The tests follow each other: each
goes on where the one before it ended, and the last removes everything.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from support.agents import wait_for
from support.fleet.deployed import log, pid, release, rounds, skipped, wheel
from support.fleet.hosts import FULL, PRIVATE, SHIPPED, TestHost
from support.fleet.user import User, user

pytestmark = [
    pytest.mark.integration,
    pytest.mark.netns,
    pytest.mark.timeout(900),
    pytest.mark.flaky(reruns=0),  # no block of the page is typed twice
]

AT_ONCE = ("-e", json.dumps({"deploy_batches": ["100%"]}))
FIRST = "us-west-2a-1"
"""All paths of the first measures are its: CloudWatch takes three alarms a second, and so do we."""


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    with user(tmp_path_factory.mktemp("user")) as made:
        yield made


@pytest.fixture(scope="module")
def deployed(reader: User) -> User:
    """Has typed all that leads to running agents."""
    reader.types_the_next()
    reader.knows_the_doubles()
    reader.measures(FIRST)
    done = reader.types_the_next()
    assert not any(done.failed.values()), done.text
    assert {host.name for host in reader.hosts} <= set(done.changed)
    return reader


def test_nothing_of_it_runs_as_root_or_touches_this_machine(deployed: User) -> None:
    """The agent is nobody, secrets are root's, and our own /opt and /etc know nothing of it."""
    for host in deployed.hosts:
        status = host.run("cat", f"/proc/{pid(host)}/status")
        assert "Uid:\t65534" in status
        assert "CapEff:\t0000000000002000" in status
        assert host.run("stat", "-c", "%a %U", "/etc/voipprobe/secrets.env") == "600 root\n"
    assert not Path("/opt/voipprobe").exists()
    assert not Path("/etc/voipprobe/fleet.toml").exists()


def test_real_systemd_accepts_the_units(deployed: User) -> None:
    """`systemd-analyze verify` has nothing to say; the exposure of the agent is 2.2 at most."""
    host = deployed.hosts[0]
    unit = "/etc/systemd/system/voipprobe-agent.service"
    assert host.run("systemd-analyze", "verify", unit) == ""
    argv = ("systemd-analyze", "security", "--offline=true", "--threshold=22", unit)
    assert "OK" in host.run(*argv)


def test_monitoring_and_status_tell_that_all_is_well(deployed: User) -> None:
    """One line for every host, with what it measures."""
    done = deployed.types_the_next()
    assert f"{len(deployed.hosts)} agents are well" in done.text
    for host in deployed.hosts:
        paths = len(deployed.hosts) - 1 if host.name == FIRST else 0
        assert f"{host.name}: well, {release(host)}, {paths} paths measured" in done.text


def test_what_is_there_is_not_made_again(deployed: User) -> None:
    """provision.yml has nothing to change in any Region."""
    again = deployed.plays("provision")
    assert again.code == 0, again.text
    assert set(again.changed) == {"localhost", *(host.region for host in deployed.hosts)}
    assert not any(again.changed.values()), again.text


def test_a_second_deployment_changes_nothing(deployed: User) -> None:
    """The wheel that is built again is the same, and so is everything else."""
    before = [pid(host) for host in deployed.hosts]
    again = deployed.types_the_next()
    assert set(again.changed) == {host.name for host in deployed.hosts}
    assert not any(again.changed.values()), again.text
    assert [pid(host) for host in deployed.hosts] == before


def test_a_changed_fleet_file_reloads_and_loses_no_round(deployed: User) -> None:
    """Same processes, more paths, the old ones go on, and every round is kept."""
    before = {host: (pid(host), skipped(host)) for host in deployed.hosts}
    deployed.measures()
    done = deployed.plays("deploy", *AT_ONCE)
    assert done.code == 0, done.text
    for host, (process, passed_over) in before.items():
        (reloaded,) = [line for line in log(host) if line["event"] == "reloaded"]
        wait_for(partial(paths_gone_on, host, reloaded["at"], len(before) - 1), 60)
        assert pid(host) == process
        # one that is still under way when the next is due: all agents and Ansible on one machine
        assert skipped(host) <= passed_over + 1
        assert not [one for one in rounds(host) if "fault" in one]


def paths_gone_on(host: TestHost, since: str, paths: int) -> bool:
    """Whether each path has had a round that ended after this time."""
    return len({one["work"] for one in rounds(host) if one["at"] > since}) == paths


def test_agents_form_the_mesh(deployed: User) -> None:
    """Each has rounds that pass with the others, with loss by direction, from behind NAT."""
    names = {host.name for host in deployed.hosts}
    for host in deployed.hosts:
        wanted = {f"mesh>{name}" for name in names - {host.name}}
        wait_for(partial(has_passed, host, wanted), 60)


def has_passed(host: TestHost, works: set[str]) -> bool:
    """Whether all of these have had a round that passed and whose far end told what it saw."""
    told = [one for one in rounds(host) if "forward_loss_ratio" in one]
    return works <= {one["work"] for one in told if one["grade"] == "pass"}


def test_they_publish(deployed: User) -> None:
    """CloudWatch of each Region has the calls of its agent to all others."""
    program = Path(__file__).parents[2] / "support" / "fleet" / "published.py"
    homes = {host.name: host.region for host in deployed.hosts}

    def published() -> dict[str, list[str]]:
        words = (f"{name}={region}" for name, region in homes.items())
        argv = deployed.fleet.control((sys.executable, str(program), deployed.url, *words))
        done = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=60)
        found: dict[str, list[str]] = json.loads(done.stdout)
        return found

    wanted = {name: sorted(set(homes) - {name}) for name in homes}
    wait_for(lambda: published() == wanted, 60)


def test_a_broken_version_stops_at_the_first_host_and_is_rolled_back(
    deployed: User, tmp_path: Path
) -> None:
    """It starts and is never ready: the first host goes back, no other is touched."""
    first, *others = deployed.hosts
    good, processes = release(first), [pid(host) for host in others]
    broken = wheel(tmp_path, "9.1", **{'"ready": self': '"ready": False and self'})
    options = {"voipprobe_wheel": str(broken), "agent_healthy_retries": 2}
    done = deployed.plays("deploy", "-e", json.dumps(options))
    assert done.code != 0
    assert f"Rolled back to {good}, which is well" in done.text
    assert {host: failed for host, failed in done.failed.items() if failed} == {first.name: 1}
    assert not set(done.changed) & {host.name for host in others}
    assert release(first) == good
    assert [pid(host) for host in others] == processes
    assert {release(host) for host in others} == {good}
    before = len(rounds(first))
    wait_for(lambda: len(rounds(first)) > before, 60)


def test_a_mistake_in_the_measures_never_arrives(deployed: User) -> None:
    """The release checks the fleet file on the host before it is put in its place."""
    first = deployed.hosts[0]
    before, process = first.run("cat", "/etc/voipprobe/fleet.toml"), pid(first)
    mistake = json.dumps({"fleet_measures": "[[probe]]\nname = 'a'\nspeed = 3"})
    done = deployed.plays("deploy", "-e", mistake)
    assert done.code != 0
    assert "speed" in done.text
    assert first.run("cat", "/etc/voipprobe/fleet.toml") == before
    assert pid(first) == process


def test_an_agent_that_is_down_makes_status_fail(deployed: User) -> None:
    """And its line says so."""
    last = deployed.hosts[-1]
    last.run("systemctl", "stop", "voipprobe-agent")
    done = deployed.plays("status")
    assert done.code != 0
    assert f"{last.name}: NOT WELL" in done.text


@pytest.mark.skipif(not FULL, reason="a minute: make test-fleet")
def test_a_platform_with_a_far_end_answers_calls(deployed: User) -> None:
    """benchmark.yml on a host that is known already; then nothing to do."""
    host = deployed.hosts[-1]
    host.run("systemctl", "stop", "voipprobe-agent")
    file = deployed.home / "platform.json"
    file.write_text(json.dumps(platform(host)))
    for run in ("first", "second"):
        done = deployed.plays("benchmark", inventory=file)
        assert done.code == 0, done.text
        assert (done.changed["sbc"] == 0) == (run == "second"), done.text
    probe = f"voipprobe probe sip:echo@{PRIVATE} --interface lo --calls 2 --format json"
    document = json.loads(host.run("sh", "-c", f"{probe} || true"))  # void on a busy machine
    assert [one["outcome"] for one in document["calls"]] == ["answered", "answered"]
    assert document["media"]["packets"] > 100
    for unit in ("voipprobe-responder", "voipprobe-kamailio", "voipprobe-rtpengine"):
        host.run("systemd-analyze", "verify", f"/etc/systemd/system/{unit}.service")


def platform(host: TestHost) -> dict[str, Any]:
    """The static inventory of a user who has this one host."""
    known = {"ansible_host": host.address, "fleet_bind": PRIVATE, "ansible_user": "root", **SHIPPED}
    roles: dict[str, dict[str, Any]] = {
        "responder": {"responder_port": 5070, "responder_allow": ["172.31.0.0/20"]},
        "system_under_test": {"system_under_test_responder": f"{PRIVATE}:5070"},
        "benchmark_host": {"benchmark_host_sysctl": {}},
    }
    return {
        name: {"hosts": {"sbc": known}, "vars": variables} for name, variables in roles.items()
    }  # fmt: skip


def test_everything_is_removed_and_the_page_is_at_its_end(deployed: User) -> None:
    """The last command; the account is empty in every Region."""
    done = deployed.types_the_next()
    assert done.text.count("nothing is left") == len(deployed.hosts)
    assert not deployed.has_more_to_type
