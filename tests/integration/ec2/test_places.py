"""Where machines are made and of which image, as EC2 answers."""

from datetime import datetime
from typing import Any

import pytest
from moto.ec2.models import ec2_backends
from support.ec2_runs import IMAGE, Ec2
from support.moto import ACCOUNT, REGION

from voipprobe.aws.ec2.images import DEBIAN, image_for
from voipprobe.aws.ec2.kinds import describe_kinds, offered_azs
from voipprobe.aws.ec2.network import subnets
from voipprobe.aws.session import client
from voipprobe.cli.main import WRONG_USE, run
from voipprobe.model.errors import ConfigError

pytestmark = pytest.mark.integration


def debian(ec2: Ec2, name: str, architecture: str, made: str) -> str:
    """An image of Debian's account; its id."""
    name_and_more = {"Name": name, "Architecture": architecture}
    told = ec2.client().register_image(**name_and_more)
    images: Any = ec2_backends[ACCOUNT][REGION].amis
    image = images[told["ImageId"]]  # moto takes a name alone
    image.owner_id, image.architecture = DEBIAN, architecture
    image.creation_date = datetime.fromisoformat(made)
    image.virtualization_type, image.root_device_name = "hvm", "/dev/xvda"
    return str(told["ImageId"])


def test_debians_newest_image_of_the_architecture(ec2: Ec2) -> None:
    """Not a newer one of another release, architecture or owner."""
    debian(ec2, "debian-12-amd64-20250101-1", "x86_64", "2025-01-01")
    newest = debian(ec2, "debian-12-amd64-20260101-1", "x86_64", "2026-01-01")
    arm = debian(ec2, "debian-12-arm64-20260201-1", "arm64", "2026-02-01")
    debian(ec2, "debian-13-amd64-20260301-1", "x86_64", "2026-03-01")
    theirs = debian(ec2, "debian-12-amd64-20260401-1", "x86_64", "2026-04-01")
    images: Any = ec2_backends[ACCOUNT][REGION].amis
    images[theirs].owner_id = "999999999999"
    found = image_for(client("ec2"), "x86_64", {}, REGION)
    assert (found.id, found.root_device) == (newest, "/dev/xvda")
    assert image_for(client("ec2"), "arm64", {"x86_64": IMAGE}, REGION).id == arm


def test_an_image_of_the_users_must_fit(ec2: Ec2) -> None:
    assert ec2.left() == []
    assert image_for(client("ec2"), "x86_64", {"x86_64": IMAGE}, REGION).root_device == "/dev/sda1"
    with pytest.raises(ConfigError, match=f"{IMAGE} is not for arm64"):
        image_for(client("ec2"), "arm64", {"arm64": IMAGE}, REGION)
    with pytest.raises(ConfigError, match=r"no image of debian-12 for arm64: say ec2\.images"):
        image_for(client("ec2"), "arm64", {}, REGION)


def test_subnets_of_the_azs_that_have_all_types(ec2: Ec2) -> None:
    """c7g is not everywhere; a plan may name an AZ or a subnet."""
    found = client("ec2")
    azs = offered_azs(found, ["c7i.large", "c7g.large"], REGION)
    assert set(azs) < set(offered_azs(found, ["c7i.large"], REGION)) | {"us-east-1e"}
    every = subnets(found, None, None, REGION)
    assert [one.az for one in every] == sorted(one.az for one in every)
    [only] = subnets(found, None, "us-east-1b", REGION)
    assert only.az == "us-east-1b"
    assert subnets(found, only.id, None, REGION) == (only,)
    with pytest.raises(ConfigError, match="no default subnet in us-east-9z"):
        subnets(found, None, "us-east-9z", REGION)
    assert ec2.door.made() == []


def test_types_are_described_as_ec2_has_them(ec2: Ec2) -> None:
    """Published figures: 781 Mbit/s for ever and 12.5 Gbit/s for a while."""
    assert ec2.door.seen == []
    found = describe_kinds(client("ec2"), ["c7i.large", "c7g.large", "t3.small"], REGION)
    large = found["c7i.large"]
    assert (large.vcpus, large.baseline_gbps, large.peak_gbps) == (2, 0.781, 12.5)
    assert large.bursts
    assert (large.has_ena, large.can_cluster, large.is_burstable) == (True, True, False)
    assert found["c7g.large"].architectures == ("arm64",)
    assert (found["t3.small"].is_burstable, found["t3.small"].can_cluster) == (True, False)


def test_a_region_that_is_not_known_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "reap", "--region", "us-east-9"]) == WRONG_USE
    assert "did you mean 'us-east-" in capsys.readouterr().err
