"""Which of its peers a host is: the surest sign decides, and doubt is an error."""

from collections.abc import Callable

import pytest

from voipprobe.agent.config.identity import Identity, Instance, identify
from voipprobe.agent.config.sections import AgentSection, FleetFile, PeerSection
from voipprobe.model.errors import ConfigError

HERE = Instance(instance_id="i-1", region="us-east-1", az="us-east-1a")


def peer(name: str, **more: str) -> PeerSection:
    return PeerSection(name=name, address=more.pop("address", f"{name}.example.net"), **more)


def nowhere() -> Instance | None:
    return None


def nobody_asks() -> Instance | None:
    raise AssertionError("the metadata service was asked without need")


def who(
    *peers: PeerSection,
    instance: Callable[[], Instance | None] = lambda: HERE,
    named: str | None = None,
    local: tuple[str, ...] = (),
    in_file: str | None = None,
) -> Identity:
    return identify(
        FleetFile(agent=AgentSection(name=in_file), peer=peers),
        named=named,
        hostname="host-1",
        instance=instance,
        is_local=lambda host: host in local,
    )


BY_ID = peer("by-id", instance_id="i-1")
BY_AZ = peer("by-az", region="us-east-1", az="us-east-1a")
BY_REGION = peer("by-region", region="us-east-1")
BY_ADDRESS = peer("by-address", address="192.0.2.1")
OTHER = peer("other", region="us-west-2")


@pytest.mark.parametrize(
    ("peers", "found", "how"),
    [
        ((BY_ADDRESS, BY_REGION, BY_AZ, BY_ID), "by-id", "instance id"),
        ((BY_ADDRESS, BY_REGION, BY_AZ, OTHER), "by-az", "availability zone"),
        ((BY_ADDRESS, BY_REGION, OTHER), "by-region", "Region"),
        ((BY_ADDRESS, OTHER), "by-address", "address"),
    ],
)
def test_the_surest_sign_decides(peers: tuple[PeerSection, ...], found: str, how: str) -> None:
    """Each time the surest of the signs before is taken away."""
    identity = who(*peers, local=("192.0.2.1",))
    assert (identity.name, identity.how) == (found, how)
    assert identity.peer is not None
    assert identity.peer.name == found
    assert identity.region == "us-east-1"


def test_several_by_one_sign_are_told_by_the_next() -> None:
    """Two agents of one Region, of which one has our address."""
    twin = peer("twin", region="us-east-1", address="192.0.2.2")
    assert who(BY_REGION, twin, local=("192.0.2.2",)).name == "twin"


def test_several_by_every_sign_are_an_error_that_names_the_ways_out() -> None:
    twin = peer("twin", region="us-east-1")
    with pytest.raises(ConfigError, match=r"\(by-region, twin\): say which by --name, VOIPPROBE_A"):
        who(BY_REGION, twin)


def test_none_by_any_sign_is_an_error() -> None:
    with pytest.raises(ConfigError, match="none of the peers, or several"):
        who(OTHER, peer("third"))


@pytest.mark.parametrize(
    "contradiction", [{"instance_id": "i-2"}, {"az": "us-east-1b"}], ids=["instance", "zone"]
)
def test_a_peer_that_names_another_instance_is_not_us(contradiction: dict[str, str]) -> None:
    """Two agents under one name would publish as one: better to ask."""
    with pytest.raises(ConfigError):
        who(peer("near", region="us-east-1", **contradiction), OTHER)


def test_a_name_needs_no_metadata_service() -> None:
    """The command line comes before the file."""
    identity = who(BY_ID, OTHER, instance=nobody_asks, named="other", in_file="by-id")
    assert (identity.name, identity.how) == ("other", "the command line or the environment")
    assert who(BY_ID, instance=nobody_asks, in_file="by-id").how == "[agent] name"


def test_a_name_that_is_no_peer_is_an_error() -> None:
    with pytest.raises(ConfigError, match="'third' is none of the peers: by-id, other"):
        who(BY_ID, OTHER, named="third")


def test_a_name_that_no_metric_could_carry_is_an_error() -> None:
    """Without peers nothing else would check it."""
    with pytest.raises(ConfigError, match="'a b' cannot be the name of an agent"):
        who(named="a b")


def test_without_peers_the_region_names_us_or_else_the_host() -> None:
    assert who().name == "us-east-1"
    lonely = who(instance=nowhere)
    assert (lonely.name, lonely.how, lonely.peer, lonely.region) == (
        "host-1", "host name", None, None,
    )  # fmt: skip


def test_off_ec2_the_address_decides_and_the_file_says_the_region() -> None:
    """`bind` is our own address where the others know us by another."""
    behind_nat = peer("nat", address="198.51.100.1", bind="10.0.0.1", region="us-west-1")
    identity = who(BY_ID, behind_nat, instance=nowhere, local=("10.0.0.1", "by-region.example.net"))
    assert (identity.name, identity.region) == ("nat", "us-west-1")
