"""Deployment by real ssh to four hosts with root file systems of their own.

The tests follow each other: each goes on where the one before it ended.
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
from support.fleet.cloud import cloud
from support.fleet.deployment import Deployment, log, pid, release, rounds, skipped, wheel
from support.fleet.hosts import PRIVATE, TestHost, fleet

pytestmark = [pytest.mark.integration, pytest.mark.netns, pytest.mark.timeout(900)]

AT_ONCE = ("-e", json.dumps({"deploy_batches": ["100%"]}))


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    folder = tmp_path_factory.mktemp("deployment")
    with (
        fleet(folder) as made,
        cloud(folder, address=made.net.services.address, before=made.control()) as url,
    ):
        yield Deployment(fleet=made, url=url, folder=folder)


@pytest.fixture(scope="module")
def deployed(deployment: Deployment) -> Deployment:
    """After the first deployment."""
    done = deployment.deploy(*AT_ONCE)
    assert done.code == 0, done.text
    return deployment


def test_agents_come_up_and_form_the_mesh(deployed: Deployment) -> None:
    """Each has rounds that pass with the three others, with loss by direction, from behind NAT."""
    names = {host.region for host in deployed.hosts}
    for host in deployed.hosts:
        wanted = {f"mesh>{name}" for name in names - {host.region}}
        wait_for(partial(has_passed, host, wanted), 60)
        good = [one for one in rounds(host) if one["grade"] == "pass"]
        assert all("forward_loss_ratio" in one for one in good)


def has_passed(host: TestHost, works: set[str]) -> bool:
    """Whether all of these have had a round that passed."""
    return works <= {one["work"] for one in rounds(host) if one["grade"] == "pass"}


def test_they_publish(deployed: Deployment) -> None:
    """CloudWatch of each Region has the calls of its agent to all three others."""
    program = Path(__file__).parents[2] / "support" / "fleet" / "published.py"
    names = {host.region for host in deployed.hosts}

    def published() -> dict[str, list[str]]:
        argv = deployed.fleet.control((sys.executable, str(program), deployed.url, *names))
        done = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=60)
        found: dict[str, list[str]] = json.loads(done.stdout)
        return found

    wanted = {name: sorted(names - {name}) for name in names}
    wait_for(lambda: published() == wanted, 60)


def test_nothing_of_it_runs_as_root_or_touches_this_machine(deployed: Deployment) -> None:
    """The agent is nobody, secrets are root's, and our own /opt and /etc know nothing of it."""
    for host in deployed.hosts:
        status = host.run("cat", f"/proc/{pid(host)}/status")
        assert "Uid:\t65534" in status
        assert "CapEff:\t0000000000002000" in status
        assert host.run("stat", "-c", "%a %U", "/etc/voipprobe/secrets.env") == "600 root\n"
    assert not Path("/opt/voipprobe").exists()
    assert not Path("/etc/voipprobe/fleet.toml").exists()


def test_a_second_deployment_changes_nothing(deployed: Deployment) -> None:
    """The wheel that is built again is the same, and so is everything else."""
    before = [pid(host) for host in deployed.hosts]
    again = deployed.deploy()
    assert again.code == 0, again.text
    assert not any(again.changed.values()), again.text
    assert [pid(host) for host in deployed.hosts] == before


def test_a_changed_fleet_file_reloads_and_loses_no_round(deployed: Deployment) -> None:
    """Same processes, another interval, every path goes on, and every round is kept."""
    before = {host.region: (pid(host), skipped(host)) for host in deployed.hosts}
    done = deployed.deploy(*AT_ONCE, interval_s=16.0)
    assert done.code == 0, done.text
    for host in deployed.hosts:
        (reloaded,) = [line for line in log(host) if line["event"] == "reloaded"]
        wait_for(partial(has_gone_on, host, reloaded["at"]), 60)
        process, passed_over = before[host.region]
        assert pid(host) == process
        # one that is still under way when the next is due: four agents and Ansible on one machine
        assert skipped(host) <= passed_over + 1
        assert not [one for one in rounds(host) if "fault" in one]


def has_gone_on(host: TestHost, since: str) -> bool:
    """Whether each path has had a round that ended after this time."""
    return len({one["work"] for one in rounds(host) if one["at"] > since}) == 3


def test_a_broken_version_stops_at_the_first_host_and_is_rolled_back(
    deployed: Deployment, tmp_path: Path
) -> None:
    """It starts and is never ready: the first host goes back, no other is touched."""
    first, *others = deployed.hosts
    good, processes = release(first), [pid(host) for host in others]
    broken = wheel(tmp_path, "9.1", **{'"ready": self': '"ready": False and self'})
    options = {"voipprobe_wheel": str(broken), "agent_healthy_retries": 2}
    done = deployed.deploy("-e", json.dumps(options), interval_s=16.0)
    assert done.code != 0
    assert f"Rolled back to {good}, which is well" in done.text
    assert {host: failed for host, failed in done.failed.items() if failed} == {first.region: 1}
    assert not set(done.changed) & {host.region for host in others}
    assert release(first) == good
    assert [pid(host) for host in others] == processes
    assert {release(host) for host in others} == {good}
    before = len(rounds(first))
    wait_for(lambda: len(rounds(first)) > before, 60)


def test_a_mistake_in_the_measures_never_arrives(deployed: Deployment) -> None:
    """The release checks the fleet file on the host before it is put in its place."""
    first = deployed.hosts[0]
    before, process = first.run("cat", "/etc/voipprobe/fleet.toml"), pid(first)
    done = deployed.deploy("-e", json.dumps({"fleet_measures": "[[probe]]\nname = 'a'\nspeed = 3"}))
    assert done.code != 0
    assert "speed" in done.text
    assert first.run("cat", "/etc/voipprobe/fleet.toml") == before
    assert pid(first) == process


def test_status_tells_of_every_host(deployed: Deployment) -> None:
    """One line each; a host whose agent is down makes the playbook fail."""
    done = deployed.deploy(playbook="status", interval_s=16.0)
    assert done.code == 0, done.text
    for host in deployed.hosts:
        assert f"{host.region}: well, {release(host)}, 3 paths measured" in done.text
    last = deployed.hosts[-1]
    last.run("systemctl", "stop", "voipprobe-agent")
    done = deployed.deploy(playbook="status", interval_s=16.0)
    assert done.code != 0
    assert f"{last.region}: NOT WELL" in done.text


def test_real_systemd_accepts_the_units(deployed: Deployment) -> None:
    """`systemd-analyze verify` has nothing to say; the exposure of the agent is 2.2 at most."""
    host = deployed.hosts[0]
    unit = "/etc/systemd/system/voipprobe-agent.service"
    assert host.run("systemd-analyze", "verify", unit) == ""
    argv = ("systemd-analyze", "security", "--offline=true", "--threshold=22", unit)
    assert "OK" in host.run(*argv)


def test_a_platform_with_a_far_end_answers_calls(deployed: Deployment) -> None:
    """benchmark.yml on one host: kamailio and rtpengine before a responder; then nothing to do."""
    host = deployed.hosts[-1]
    host.run("systemctl", "stop", "voipprobe-agent")
    roles: dict[str, dict[str, Any]] = {
        "responder": {"responder_port": 5070, "responder_allow": ["172.31.0.0/20"]},
        "system_under_test": {"system_under_test_responder": f"{PRIVATE}:5070"},
        "benchmark_host": {"benchmark_host_sysctl": {}},
    }
    for run in ("first", "second"):
        done = deployed.deploy(playbook="benchmark", roles=roles)
        assert done.code == 0, done.text
        assert (done.changed[host.region] == 0) == (run == "second"), done.text
    probe = f"voipprobe probe sip:echo@{PRIVATE} --interface lo --calls 2 --format json"
    document = json.loads(host.run("sh", "-c", f"{probe} || true"))  # void on a busy machine
    assert [one["outcome"] for one in document["calls"]] == ["answered", "answered"]
    assert document["media"]["packets"] > 100
    for unit in ("voipprobe-responder", "voipprobe-kamailio", "voipprobe-rtpengine"):
        host.run("systemd-analyze", "verify", f"/etc/systemd/system/{unit}.service")
