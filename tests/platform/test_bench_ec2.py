"""`voipprobe bench --provider ec2` from its plan to its report: moto's instances get machines in
namespaces, which are reached by real sshd, and run real SIPp and Kamailio.
"""

import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from support.ec2_door import ec2_door
from support.ec2_machines import Machines, machines, processes_in
from support.ec2_runs import BENCH, IMAGE, PLAN, Ec2, wait_for
from support.moto import moto_server

from voipprobe.bench.plan.read import parse_plan
from voipprobe.bench.raw.reader import RawRun, read_raw
from voipprobe.bench.report.rows import rows
from voipprobe.bench.verdict.limits import Limit

pytestmark = [
    pytest.mark.alone,
    pytest.mark.integration,
    pytest.mark.netns,
    pytest.mark.platform,
    pytest.mark.timeout(400),
    pytest.mark.skipif(not Path("/usr/sbin/sshd").exists(), reason="needs openssh-server"),
]

RELAYED = {'kind = "kamailio"': 'kind = "kamailio-rtpengine"', '"beside"': '"through"'}


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ec2, Machines]]:
    folder = tmp_path_factory.mktemp("ec2")
    with moto_server() as moto, ec2_door(moto.url) as door, machines(folder) as made:
        yield Ec2(moto=moto, door=door, folder=folder), made


def test_a_run_that_is_killed_in_a_trial_goes_on_to_its_report(
    cloud: tuple[Ec2, Machines],
) -> None:
    """SIGKILL ends the calls on all hosts; --resume removes what it left and finishes the search.

    rtpengine's limit of 20 calls is found through two generators whose processes act as one.
    """
    ec2, made = cloud
    plan = ec2.plan(RELAYED, ssh_config=made.ssh_config)
    running = ec2.start(*ec2.run_arguments(plan))
    wait_for(running.stderr, "trial 1: 10 calls")
    first = list(made.up)
    assert_soon(lambda: len(calling(made)) > 1, "the second trial has a caller and a far end")
    time.sleep(0.5)
    running.kill()
    running.communicate(timeout=30)
    assert_soon(lambda: not calling(made), "a broken line ends the calls")
    assert list(made.up) == first, "the instances are still there: they cost money"
    [run] = ec2.runs.iterdir()
    before = read_raw(run / "raw.jsonl").trials
    again = ec2.start(*ec2.run_arguments(plan, "--resume", str(run)))
    out, told = again.communicate(timeout=300)
    raw = read_raw(run / "raw.jsonl")
    assert again.returncode == 0, told + history(raw)
    assert raw.trials[: len(before)] == before
    assert not set(first) & set(made.ever[len(first) :])
    assert ec2.left() == []
    assert_soon(lambda: not made.up, "machines go with their instances")
    assert "c7i.large" in out
    check_answer(raw)
    check_trials(raw)


def check_answer(raw: RawRun) -> None:
    """The limit is between the bounds, and is called what it is."""
    [row] = rows(raw)
    assert row.calls is not None, history(raw)
    assert row.calls <= 20 * 1.25, history(raw)
    assert row.calls_high is not None
    assert row.calls_high > 20, history(raw)
    assert row.limit is Limit.CONFIGURED, history(raw)
    assert row.instance_type == "c7i.large"
    assert row.usd_per_hour == pytest.approx(0.08925)
    machine = raw.machines[-1]
    assert machine.instance_id is not None
    assert {"kamailio", "rtpengine"} <= set(machine.versions)
    assert set(machine.hosts) == {"system", "generator-1", "generator-2", "callee"}


def check_trials(raw: RawRun) -> None:
    """All hosts gave evidence; both generators placed calls where there was work for two."""
    for one in raw.trials:
        generator = one.measured.generator
        assert generator is not None
        working = ["generator-1", "generator-2"] if one.load > 16 else ["generator-1"]
        assert [host.name for host in generator.hosts] == [*working, "callee"]
        for host in generator.hosts:
            assert host.delta is not None
            names = [process.name for process in host.delta.processes or ()]
            assert set(names) == {"sipp"}, (one.load, host.name)
        [system] = one.measured.system
        assert system.shared, "all hosts have the boot id of this machine"
        ran = {process.name for process in system.delta.processes or ()}
        assert {"kamailio", "rtpengine"} <= ran
        assert system.media_ports is not None
        assert system.media_ports.used >= 2 * one.measured.counts["success_ratio"].hits / 10
    assert max(one.load for one in raw.trials) > 16, history(raw)


def test_a_failed_installation_is_told_and_leaves_nothing(cloud: tuple[Ec2, Machines]) -> None:
    """With the name of the host; the others are not waited for."""
    ec2, made = cloud
    made.state = "failed"
    try:
        plan = ec2.plan(ssh_config=made.ssh_config)
        running = ec2.start(*ec2.run_arguments(plan))
        _, told = running.communicate(timeout=120)
    finally:
        made.state = "ready"
    assert running.returncode == 3
    assert "its installation failed" in told
    assert ec2.left() == []


def test_ctrl_c_in_a_trial_removes_everything(cloud: tuple[Ec2, Machines]) -> None:
    """Within seconds: the answers of the hosts are not waited for.

    The hosts had a wheel of ours, byte for byte, before.
    """
    ec2, made = cloud
    wheel = ec2.folder / "ours-1-py3-none-any.whl"
    wheel.write_bytes(bytes(range(256)) * 40)
    plan = ec2.plan(more=f'install = "{wheel}"', ssh_config=made.ssh_config)
    running = ec2.start(*ec2.run_arguments(plan))
    wait_for(running.stderr, "10 calls, light")
    for name in made.up:
        assert (made.folder / name / wheel.name).read_bytes() == wheel.read_bytes()
    time.sleep(1.0)
    begin = time.monotonic()
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=60)
    assert running.returncode == 130, told
    assert time.monotonic() - begin < 30
    assert ec2.left() == []


def calling(made: Machines) -> list[int]:
    """Processes of SIPp on all machines."""
    every = [pid for name in list(made.up) for pid in processes_in(made.host(name))]
    return [pid for pid in every if name_of(pid) == "sipp"]


def name_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def assert_soon(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def history(raw: RawRun) -> str:
    return "\n".join(f"{one.load} {one.verdict.status} {one.verdict.reasons}" for one in raw.trials)


def test_a_broken_line_ends_what_is_under_way(tmp_path: Path) -> None:
    """A host that watches for two minutes, with a far end running, ends when nobody listens."""
    plan = parse_plan(PLAN.format(image=IMAGE, more=""), "plan").model_dump(mode="json")
    part = {"role": "callee", "name": "callee", "plan": plan, "address": "127.77.0.1",
            "system": None, "callee": "127.77.0.1", "peers": ["127.77.0.1/32"],
            "scripts": {}}  # fmt: skip
    asked = [{"do": "prepare", "cast": part}, {"do": "answer", "number": 1},
             {"do": "watch", "begin_at": 0, "for_s": 120}]  # fmt: skip
    with (tmp_path / "err").open("wb") as errors:
        host = subprocess.Popen(
            [*BENCH, "host"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
        )
    assert host.stdin is not None
    assert host.stdout is not None
    for number, one in enumerate(asked):
        host.stdin.write(json.dumps(one).encode() + b"\n")
        host.stdin.flush()
        if number < 2:
            assert "ok" in json.loads(host.stdout.readline()), (tmp_path / "err").read_text()
    time.sleep(0.5)
    [sipp] = [one for one in descendants(host.pid) if name_of(one) == "sipp"]
    host.stdin.close()
    begin = time.monotonic()
    host.wait(60)
    host.stdout.close()
    assert time.monotonic() - begin < 60
    assert_soon(lambda: name_of(sipp) != "sipp", "its far end ends with it")


def descendants(pid: int) -> list[int]:
    return [one.pid for one in psutil.Process(pid).children(recursive=True)]
