"""What a run may cost, against sums done by hand."""

import pytest

from voipprobe.aws.ec2.prices import Price, extras_usd_per_hour, table_price
from voipprobe.bench.ec2.cost import SETUP_S, TEARDOWN_S, bound, life_s, require_affordable
from voipprobe.bench.ec2.roles import Role, roles, types
from voipprobe.bench.plan.effective import searches
from voipprobe.bench.plan.read import parse_plan
from voipprobe.bench.plan.sections import Plan
from voipprobe.model.errors import ConfigError

PLAN = """
name = "p"
provider = "ec2"
[system]
kind = "kamailio-rtpengine"
[[size]]
type = "c7g.large"
[[size]]
type = "c7i.large"
[call]
hold_s = 10.0
[search]
full_s = 60
settle_s = 5
cooldown_s = 5
[generators]
type = "c7i.2xlarge"
count = 2
[order]
repeats = 2
[budget]
dollars = 8.0
minutes = 120
"""
PRICES = {
    name: Price(usd_per_hour=usd, source="a test", verified=True)
    for name, usd in {"c7g.large": 0.07, "c7i.large": 0.09, "c7i.2xlarge": 0.36}.items()
}
FULL_S = 10 + 5 + 60 + 10 + 5


def plan(*changes: tuple[str, str]) -> Plan:
    text = PLAN
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return parse_plan(text, "p")


def test_each_search_has_its_own_machines_the_scarcest_first() -> None:
    wanted = (Role(name="system", kind="c7g.large"),
              Role(name="generator", kind="c7i.2xlarge", count=2),
              Role(name="callee", kind="c7i.2xlarge"))  # fmt: skip
    first = next(one for one in searches(plan()) if one.size == "c7g.large")
    assert roles(plan(), first) == wanted
    assert types(plan()) == ("c7g.large", "c7i.2xlarge", "c7i.large")


def test_a_responder_and_an_external_system_need_no_callee() -> None:
    answering = plan(('kind = "kamailio-rtpengine"', 'kind = "responder"'))
    assert [one.name for one in roles(answering, searches(answering)[0])] == ["system", "generator"]


def test_the_bound_is_what_all_cost_if_they_live_to_their_timers() -> None:
    """4 searches of half an hour of budget, a full trial that began before its end, set-up."""
    lives_s = SETUP_S + 1800 + FULL_S + TEARDOWN_S
    assert life_s(plan()) == lives_s
    machines = 2 * 0.07 + 2 * 0.09 + 4 * 3 * 0.36 + 4 * 4 * extras_usd_per_hour(16)
    assert bound(plan(), PRICES).usd == pytest.approx(machines * lives_s / 3600)


def test_without_a_budget_in_time_the_number_of_trials_bounds_it() -> None:
    timeless = plan(("minutes = 120\n", ""), ("full_s = 60", "full_s = 60\nmost_trials = 7"))
    assert life_s(timeless) == SETUP_S + 7 * FULL_S + TEARDOWN_S


def test_a_run_above_its_budget_is_refused_with_what_it_has_spent() -> None:
    """Less than $5 fit into $8; together with $4 that are spent they do not."""
    found = bound(plan(), PRICES)
    assert found.usd is not None
    assert 4.0 < found.usd < 5.0
    require_affordable(plan(), found)
    with pytest.raises(ConfigError, match=r"\$8\.\d\d, 4\.00 of it spent already, .* \$8\.00"):
        require_affordable(plan(), found, spent_usd=4.0)


def test_a_type_without_a_price_is_refused_by_name() -> None:
    found = bound(plan(), {**PRICES, "c7g.large": None})
    assert found.usd is None
    with pytest.raises(ConfigError, match=r"the price of c7g\.large is not known"):
        require_affordable(plan(), found)


@pytest.mark.parametrize(
    ("name", "region", "usd"),
    [
        ("c7i.large", "us-east-1", 0.08925),
        ("c7i.2xlarge", "us-east-1", 0.357),
        ("c7i.48xlarge", "us-east-1", 8.568),
        ("t3.micro", "us-west-2", 0.0104),
        ("c7g.medium", "us-east-2", 0.03625),
        ("m7i.large", "us-west-1", 0.126),
        ("c7i.metal-24xl", "us-east-1", None),
        ("q9.large", "us-east-1", None),
        ("c7i.large", "eu-central-1", None),
    ],
)
def test_the_shipped_table(name: str, region: str, usd: float | None) -> None:
    """Published prices of single sizes; what is not in proportion or not known is None."""
    found = table_price(name, region)
    assert (found.usd_per_hour if found else None) == pytest.approx(usd)
    assert found is None or not found.verified
