"""Who may come by ssh."""

import pytest

from voipprobe.bench.ec2.access import own_network, ssh_network
from voipprobe.bench.plan.read import parse_plan

PLAN = """
name = "p"
provider = "ec2"
[system]
kind = "responder"
[[size]]
type = "c7i.large"
[generators]
type = "c7i.large"
[budget]
dollars = 5.0
[ec2]
"""


@pytest.mark.parametrize(
    ("more", "network"),
    [
        ('ssh_from = "198.51.100.7/32"', "198.51.100.7/32"),
        ('ssh_from = "nobody"', None),
        ('address = "id"', None),
        ('address = "id"\nssh_from = "198.51.100.0/24"', "198.51.100.0/24"),
    ],
)
def test_the_plan_says_who(more: str, network: str | None) -> None:
    """For sessions of SSM nobody needs to."""
    assert ssh_network(parse_plan(PLAN + more, "plan")) == network


def test_one_address_is_a_network_of_one() -> None:
    assert own_network("198.51.100.7\n") == "198.51.100.7/32"
    assert own_network("2001:db8::1") == "2001:db8::1/128"
    with pytest.raises(ValueError, match="does not appear to be"):
        own_network("<html>please log in")
