"""From an empty account to instances in every Region, and back: real playbooks, moto as the wire.

The tests follow each other: each goes on where the one before it ended.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest
from support.fleet.cloud import actions
from support.fleet.hosts import FULL, REGIONS
from support.playbooks import Played, play

from voipprobe.aws.iam.roles import POLICIES

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not FULL, reason="test_deploy.py has an account too: make test-fleet"),
]

INVENTORY = ("-i", "inventories/aws")
ADMIN = "203.0.113.7/32"
OPTIONS = (*INVENTORY, "-e", json.dumps({"aws_admin_cidr": ADMIN, "fleet_regions": REGIONS}))
# few paths: CloudWatch takes three alarms a second, and so do we
FEW_PATHS = """
[[probe]]
name = "mesh"
peers = true
sources = ["us-west-2a-1"]
[publish.cloudwatch]
"""
OURS = [{"Name": "tag:voipprobe-fleet", "Values": ["voipprobe"]}]
ALIVE = [{"Name": "instance-state-name", "Values": ["pending", "running", "stopping", "stopped"]}]


def client(account: Mapping[str, str], service: str, region: str = REGIONS[0]) -> Any:
    return boto3.client(
        service, region_name=region, endpoint_url=account["AWS_ENDPOINT_URL"],
        aws_access_key_id="onlooker", aws_secret_access_key="secret",
    )  # fmt: skip


def instances(account: Mapping[str, str], region: str, *filters: Any) -> list[Any]:
    answer = client(account, "ec2", region).describe_instances(Filters=[*ALIVE, *filters])
    return [one for row in answer["Reservations"] for one in row["Instances"]]


def permissions(account: Mapping[str, str], region: str, way: str) -> Iterator[tuple[Any, str]]:
    """Every rule of our groups, with each network that it names."""
    for group in client(account, "ec2", region).describe_security_groups(Filters=OURS)[
        "SecurityGroups"
    ]:
        for rule in group[way]:
            assert not rule.get("Ipv6Ranges")
            assert not rule.get("UserIdGroupPairs")
            yield from ((rule, one["CidrIp"]) for one in rule["IpRanges"])


@pytest.fixture(scope="module")
def provisioned(account: dict[str, str]) -> Played:
    """The first run of provision.yml, beside an instance that is somebody else's."""
    ec2 = client(account, "ec2")
    ec2.run_instances(ImageId=ec2.describe_images()["Images"][0]["ImageId"], MinCount=1, MaxCount=1)
    return play("provision.yml", *OPTIONS, environment=account)


def test_an_empty_account_gets_an_agent_in_every_region(
    provisioned: Played, account: dict[str, str]
) -> None:
    """One instance each: IMDSv2 only, an encrypted disk, our role, an Elastic IP, our tags."""
    assert provisioned.code == 0, provisioned.text
    assert set(provisioned.changed) == {"localhost", *REGIONS}
    assert all(provisioned.changed.values())
    for region in REGIONS:
        ec2 = client(account, "ec2", region)
        (one,) = instances(account, region, *OURS)
        tags = {tag["Key"]: tag["Value"] for tag in one["Tags"]}
        assert tags["Name"] == f"{region}a-1"
        assert tags["voipprobe-role"] == "agent"
        assert one["MetadataOptions"]["HttpTokens"] == "required"
        assert one["IamInstanceProfile"]["Arn"].endswith("instance-profile/voipprobe-agent")
        (disk,) = one["BlockDeviceMappings"]
        volumes = ec2.describe_volumes(VolumeIds=[disk["Ebs"]["VolumeId"]])["Volumes"]
        assert [volume["Encrypted"] for volume in volumes] == [True]
        (address,) = ec2.describe_addresses(Filters=OURS)["Addresses"]
        assert address["InstanceId"] == one["InstanceId"]


def test_no_port_is_open_to_the_world(provisioned: Played, account: dict[str, str]) -> None:
    """In: calls and iperf3 from the agents, ssh from one network. Out: the same, and HTTPS."""
    assert provisioned.code == 0
    peers = set()
    for region in REGIONS:
        found = client(account, "ec2", region).describe_addresses(Filters=OURS)["Addresses"]
        peers |= {f"{one['PublicIp']}/32" for one in found}
    assert len(peers) == len(REGIONS)
    for region in REGIONS:
        ways = {}
        for way in ("IpPermissions", "IpPermissionsEgress"):
            open_to: dict[tuple[str, int, int], set[str]] = {}
            for rule, network in permissions(account, region, way):
                key = (rule["IpProtocol"], rule["FromPort"], rule["ToPort"])
                open_to.setdefault(key, set()).add(network)
            ways[way] = open_to
        calls = {
            ("udp", 5060, 5060): peers, ("tcp", 5060, 5060): peers, ("udp", 7000, 7007): peers,
            ("tcp", 5064, 5064): peers, ("udp", 5201, 5201): peers, ("tcp", 5201, 5201): peers,
        }  # fmt: skip
        assert ways["IpPermissions"] == {**calls, ("tcp", 22, 22): {ADMIN}}
        assert ways["IpPermissionsEgress"] == {**calls, ("tcp", 443, 443): {"0.0.0.0/0"}}


def test_an_agent_may_put_metrics_and_nothing_else(
    provisioned: Played, account: dict[str, str]
) -> None:
    """The role has one policy, the one that `cloudwatch iam agent` prints."""
    assert provisioned.code == 0
    iam = client(account, "iam")
    (name,) = iam.list_role_policies(RoleName="voipprobe-agent")["PolicyNames"]
    document = iam.get_role_policy(RoleName="voipprobe-agent", PolicyName=name)["PolicyDocument"]
    (statement,) = document["Statement"]
    assert statement["Action"] == ["cloudwatch:PutMetricData"]
    assert statement["Condition"] == {"StringEquals": {"cloudwatch:namespace": "voipprobe"}}
    attached = iam.list_attached_role_policies(RoleName="voipprobe-agent")["AttachedPolicies"]
    assert attached == []


def test_a_second_run_changes_nothing(provisioned: Played, account: dict[str, str]) -> None:
    """The same words again: ok everywhere, changed nowhere."""
    assert provisioned.code == 0
    again = play("provision.yml", *OPTIONS, environment=account)
    assert again.code == 0, again.text
    assert again.changed == dict.fromkeys(("localhost", *REGIONS), 0)


def test_agents_that_are_too_many_are_told_and_left_alone(
    provisioned: Played, account: dict[str, str]
) -> None:
    """Nobody loses an agent by a smaller number in a file: ending it is somebody's own decision."""
    assert provisioned.code == 0
    fewer = play("provision.yml", *OPTIONS, "-e", "aws_agents_per_zone=0", environment=account)
    assert fewer.code == 0, fewer.text
    assert fewer.changed == dict.fromkeys(("localhost", *REGIONS), 0)
    for region in REGIONS:
        assert f"{region}: {region}a-1: not asked for any more" in fewer.text
        assert len(instances(account, region, *OURS)) == 1


def test_alarms_and_dashboards_follow_the_inventory(
    provisioned: Played, account: dict[str, str]
) -> None:
    """monitoring.yml makes them for the agents that there are; a second run has nothing to do."""
    assert provisioned.code == 0
    measures = json.dumps({"fleet_measures": FEW_PATHS})
    for changed in (2 * 2, 0):  # planned and done, for alarms and for dashboards
        done = play("monitoring.yml", *OPTIONS, "-e", measures, environment=account)
        assert done.code == 0, done.text
        assert done.changed == {"localhost": changed}
    alarms = client(account, "cloudwatch", REGIONS[-1]).describe_alarms()["MetricAlarms"]
    assert any("us-west-2a-1" in one["AlarmName"] for one in alarms)
    assert client(account, "cloudwatch").list_dashboards()["DashboardEntries"]


def test_nothing_is_removed_without_a_word(provisioned: Played, account: dict[str, str]) -> None:
    """destroy.yml asks for the fleet's name; no answer, or another name, is no."""
    assert provisioned.code == 0
    refused = play("destroy.yml", *OPTIONS, "-e", "destroy_fleet=other", environment=account)
    assert refused.code != 0
    assert "nothing was removed" in refused.text
    assert len(instances(account, REGIONS[-1], *OURS)) == 1


def test_destroy_leaves_nothing_of_ours_and_all_of_others(
    provisioned: Played, account: dict[str, str]
) -> None:
    """Instances, addresses, groups, keys, the role, alarms and dashboards are gone."""
    assert provisioned.code == 0
    done = play("destroy.yml", *OPTIONS, "-e", "destroy_fleet=voipprobe", environment=account)
    assert done.code == 0, done.text
    for region in REGIONS:
        ec2 = client(account, "ec2", region)
        assert instances(account, region, *OURS) == []
        assert ec2.describe_addresses()["Addresses"] == []
        groups = ec2.describe_security_groups()["SecurityGroups"]
        assert {one["GroupName"] for one in groups} == {"default"}
        assert ec2.describe_key_pairs()["KeyPairs"] == []
        assert client(account, "cloudwatch", region).describe_alarms()["MetricAlarms"] == []
    iam = client(account, "iam")
    assert iam.list_roles()["Roles"] == []
    assert iam.list_instance_profiles()["InstanceProfiles"] == []
    assert client(account, "cloudwatch").list_dashboards()["DashboardEntries"] == []
    (foreign,) = instances(account, REGIONS[0])
    assert not foreign.get("Tags")
    again = play("destroy.yml", *OPTIONS, "-e", "destroy_fleet=voipprobe", environment=account)
    assert again.code == 0, again.text
    assert not any(again.changed.values())


def test_the_policies_allow_what_was_done_and_little_more(
    provisioned: Played, account: dict[str, str], home: Path
) -> None:
    """Every action of all the playbooks above; what remains is for ways that they did not go."""
    assert provisioned.code == 0
    done = actions(home, account["AWS_ACCESS_KEY_ID"])
    allowed = {role: granted(role) for role in ("provisioner", "deployer")}
    free = {"sts:GetCallerIdentity"}
    assert done - free - allowed["provisioner"] - allowed["deployer"] == set()
    assert allowed["provisioner"] - done == {
        "iam:PassRole", "iam:TagRole",  # asked for by others that start something or have tags
        "iam:AttachRolePolicy", "iam:DetachRolePolicy",  # without ssh
        "ec2:RevokeSecurityGroupIngress",  # when rules change
        "ec2:DisassociateAddress",  # an address whose instance still runs
    }  # fmt: skip


def granted(role: str) -> set[str]:
    statements = POLICIES[role]("voipprobe", "aws")["Statement"]
    return {action for one in statements for action in one["Action"]}
