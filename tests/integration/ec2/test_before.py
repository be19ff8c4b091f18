"""What happens before anything is made: dry runs and refusals."""

from collections.abc import Callable
from typing import Any

import pytest
from support.ec2_runs import Ec2

pytestmark = pytest.mark.integration

Bench = Callable[..., Any]


def test_a_dry_run_asks_aws_nothing(ec2: Ec2, bench: Bench) -> None:
    """Without --yes: every step, the price bound and what was not checked; no request at all."""
    done = bench("run", str(ec2.plan()), "--provider", "ec2", "--output", str(ec2.runs))
    assert done.code == 0, done.err
    words = " ".join(done.out.split())
    assert "1 x c7i.large (system), 2 x c7i.xlarge (generator), 1 x c7i.xlarge (callee)" in words
    assert "within the budget of $5.00, prices not verified" in words
    assert "not checked" in words
    assert ec2.door.seen == []
    assert not ec2.runs.exists()


def test_a_run_that_may_cost_too_much_is_refused(ec2: Ec2, bench: Bench) -> None:
    """Before so much as a folder is made; the message has both figures."""
    plan = ec2.plan({"dollars = 5.0": "dollars = 0.01"})
    done = bench(*ec2.run_arguments(plan))
    assert done.code == 2
    assert "and its budget is $0.01" in done.err
    assert ec2.door.made() == []
    assert not ec2.runs.exists()


def test_the_pricing_api_goes_before_the_table(ec2: Ec2, bench: Bench) -> None:
    """At $90 an hour three such hosts for half an hour are above the budget."""
    ec2.door.prices.update({"c7i.large": 0.09, "c7i.xlarge": 90.0})
    done = bench(*ec2.run_arguments(ec2.plan()))
    assert done.code == 2
    assert "the run may cost $135" in done.err, done.err
    assert ec2.door.made() == []


@pytest.mark.parametrize(
    ("size", "said"),
    [
        ("c7i.larg", "no such instance type"),
        ("t3.large", "CPU credits"),
        ("m1.small", "has no ENA"),
    ],
)
def test_a_type_that_cannot_do_it_is_refused(ec2: Ec2, bench: Bench, size: str, said: str) -> None:
    """By its name where that says it, else by DescribeInstanceTypes."""
    prices = 'prices = { "m1.small" = 0.05, "c7i.larg" = 0.05 }'
    plan = ec2.plan({"c7i.large": size}, more=prices)
    done = bench(*ec2.run_arguments(plan))
    assert done.code == 2, done.err
    assert said in done.err
    assert ec2.door.made() == []
