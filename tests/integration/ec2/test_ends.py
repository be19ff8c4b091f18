"""However a run on EC2 ends, nothing of it stays."""

import json
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest
from support.ec2_door import Form, makes
from support.ec2_runs import Ec2, killed_at, wait_for

pytestmark = pytest.mark.integration

Bench = Callable[..., Any]
REAP = ("reap", "--region", "us-east-1")

MAKING = (
    "ImportKeyPair", "CreateSecurityGroup", "AuthorizeSecurityGroupIngress",
    "CreatePlacementGroup", "RunInstances", "RunInstances", "RunInstances",
)  # fmt: skip


@pytest.mark.parametrize("number", range(1, len(MAKING) + 1))
def test_a_crash_at_each_creation_leaves_nothing_that_reap_does_not_find(
    ec2: Ec2, bench: Bench, number: int
) -> None:
    """Killed when it is made and before we know: the journal knew, the tags say whose."""
    with killed_at(ec2.door, lambda form: len(ec2.door.made()) == number and makes(form)) as tell:
        running = ec2.start(*ec2.run_arguments(ec2.plan()))
        tell(running.pid)
        running.communicate(timeout=60)
    assert running.returncode == -signal.SIGKILL
    assert tuple(form["Action"] for form in ec2.door.made()) == MAKING[:number]
    assert ec2.left()
    [journal] = ec2.runs.glob("*/machines.jsonl")
    assert json.loads(journal.read_text().splitlines()[-1])["event"] == "making"
    assert bench(*REAP).code == 1
    assert ec2.left(), "it is only shown without --yes"
    reaped = bench(*REAP, "--yes")
    assert reaped.code == 0, reaped.err
    assert "nothing of it is left" in reaped.out
    assert ec2.left() == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_end_while_hosts_are_installed(ec2: Ec2, bench: Bench, number: signal.Signals) -> None:
    """SIGTERM cleans up by itself; after SIGKILL, reap does."""
    running = ec2.start(*ec2.run_arguments(ec2.plan()))
    told = wait_for(running.stderr, "installing on 4 hosts")
    assert len(ec2.left()) == 4 + 4 + 3, told  # instances, volumes, and what is around them
    running.send_signal(number)
    _, said = running.communicate(timeout=60)
    if number is signal.SIGTERM:
        assert running.returncode == 130, said
    else:
        assert bench(*REAP, "--yes").code == 0
    assert ec2.left() == []


def test_crash_in_the_middle_of_the_removal(ec2: Ec2, bench: Bench) -> None:
    """The quota refuses the last instance, and we are killed as the first is terminated."""
    ec2.door.refuse = lambda form: refused_last(ec2, form)
    is_it = lambda form: form["Action"] == "TerminateInstances"  # noqa: E731
    with killed_at(ec2.door, is_it) as tell:
        running = ec2.start(*ec2.run_arguments(ec2.plan()))
        tell(running.pid)
        running.communicate(timeout=60)
    assert running.returncode == -signal.SIGKILL
    assert ec2.left()
    assert bench(*REAP, "--yes").code == 0
    assert ec2.left() == []


def refused_last(ec2: Ec2, form: Form) -> str | None:
    """The account's quota is used up by the third kind of machine."""
    is_third = form["Action"] == "RunInstances" and ec2.door.actions().count("RunInstances") == 3
    return "VcpuLimitExceeded" if is_third else None


def test_a_quota_is_named_and_stops(ec2: Ec2, bench: Bench) -> None:
    """No other AZ is tried, what was made is gone, and the message says where to ask for more."""
    ec2.door.refuse = lambda form: refused_last(ec2, form)
    done = bench(*ec2.run_arguments(ec2.plan()))
    assert done.code == 3, done.err
    assert "VcpuLimitExceeded" in done.err
    assert "Service Quotas" in done.err
    assert ec2.door.actions().count("RunInstances") == 3
    assert ec2.left() == []
    check_requests(ec2)


def test_an_answer_that_is_lost_leaves_no_instance_behind(ec2: Ec2, bench: Bench) -> None:
    """The instance is made, nobody tells us, and it is listed some time later only.

    Its security group cannot go while it is there: that is what is waited for.
    """
    lost_at: list[float] = []

    def is_lost(form: Form) -> bool:
        if form["Action"] == "RunInstances":
            lost_at.append(time.monotonic())
        return form["Action"] == "RunInstances"

    ec2.door.is_lost = is_lost
    ec2.door.is_blind = lambda _: bool(lost_at) and time.monotonic() < lost_at[-1] + 2.0
    done = bench(*ec2.run_arguments(ec2.plan()))
    assert done.code == 3
    assert "RunInstances" in done.err
    tried = [form for form in ec2.door.made() if form["Action"] == "RunInstances"]
    assert len(tried) > 1, "botocore tries again"
    assert len({form["ClientToken"] for form in tried}) == 1, "with the same token: AWS makes one"
    assert ec2.left() == []


def test_what_ec2_does_not_know_yet_is_waited_for(ec2: Ec2, bench: Bench) -> None:
    """A group and a key that were made a moment ago; then the quota ends it."""
    unknown = {"AuthorizeSecurityGroupIngress": "InvalidGroup.NotFound",
               "RunInstances": "InvalidKeyPair.NotFound"}  # fmt: skip
    ec2.door.refuse = lambda form: (
        unknown.pop(form["Action"], None) or (form.get("InstanceType") and "VcpuLimitExceeded")
    )
    done = bench(*ec2.run_arguments(ec2.plan()))
    assert done.code == 3
    assert not unknown
    assert "VcpuLimitExceeded" in done.err
    assert ec2.left() == []


def test_no_room_in_an_az_is_tried_in_the_next(ec2: Ec2, bench: Bench) -> None:
    """All of them anew: a placement group is in one AZ. Where no AZ has room, that is said."""
    ec2.door.refuse = lambda form: (
        "InsufficientInstanceCapacity"
        if form["Action"] == "RunInstances" and form["InstanceType"] == "c7i.large"
        else None
    )
    done = bench(*ec2.run_arguments(ec2.plan()))
    assert done.code == 3, done.err
    subnets = [form["SubnetId"] for form in ec2.door.made() if form["Action"] == "RunInstances"]
    assert len(set(subnets)) == len(subnets) > 3
    assert done.err.count("has no room (InsufficientInstanceCapacity)") == len(subnets) - 1
    assert "no AZ had room" in done.err
    assert ec2.left() == []


def test_reap_leaves_alone_what_is_others(ec2: Ec2, bench: Bench) -> None:
    """Unless it is past its deadline, is named by its run, or everyone's is meant."""
    for name, owner, deadline in (("theirs", "them@there", "2999"), ("old", "them@there", "2020")):
        tags = {"voipprobe": "benchmark", "voipprobe-run": name, "voipprobe-owner": owner,
                "voipprobe-deadline": f"{deadline}-01-01T00:00:00Z"}  # fmt: skip
        listed = [{"Key": key, "Value": value} for key, value in tags.items()]
        ec2.client().create_key_pair(
            KeyName=name, TagSpecifications=[{"ResourceType": "key-pair", "Tags": listed}]
        )
    ec2.client().create_key_pair(KeyName="no benchmark's")
    assert bench(*REAP, "--yes").code == 0
    assert ec2.left() == ["theirs", "no benchmark's"]
    assert bench(*REAP, "--run", "theirs", "--yes").code == 0
    assert ec2.left() == ["no benchmark's"]


def check_requests(ec2: Ec2) -> None:
    """The parts of the requests that safety rests on, as they went over the wire."""
    by_action: dict[str, list[Form]] = {}
    for form in ec2.door.made():
        by_action.setdefault(form["Action"], []).append(form)
    machines = by_action["RunInstances"]
    assert len({form["ClientToken"] for form in machines}) == 3
    for form in machines:
        assert form["InstanceInitiatedShutdownBehavior"] == "terminate"
        assert form["MetadataOptions.HttpTokens"] == "required"
        assert form["BlockDeviceMapping.1.Ebs.Encrypted"] == "true"
        assert form["Placement.GroupName"] == by_action["CreatePlacementGroup"][0]["GroupName"]
        kinds = {form[f"TagSpecification.{n}.ResourceType"] for n in (1, 2)}
        assert kinds == {"instance", "volume"}
    rules = by_action["AuthorizeSecurityGroupIngress"][0]
    open_to = {value for name, value in rules.items() if name.endswith("CidrIp")}
    assert open_to == {"172.31.255.254/32"}
    ssh = next(name for name, value in rules.items() if value == "172.31.255.254/32")
    assert rules[ssh.partition(".IpRanges")[0] + ".FromPort"] == "22"
    assert "BEGIN OPENSSH PRIVATE KEY" not in json.dumps(ec2.door.seen)
    [key] = ec2.runs.glob("*/key")
    assert key.stat().st_mode & 0o777 == 0o600
