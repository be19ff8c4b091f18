"""What a run on EC2 would make and cost, in words, without asking AWS. Pure."""

from collections.abc import Mapping

from voipprobe.aws.ec2.prices import Price, known_prices
from voipprobe.bench.ec2.cost import SETUP_S, Bound, bound
from voipprobe.bench.ec2.roles import roles, types
from voipprobe.bench.plan.effective import Search, searches
from voipprobe.bench.plan.sections import Plan
from voipprobe.bench.steps import Step, steps

UNCHECKED = (
    "instance types, AZs and images", "quotas and capacity", "the account's permissions",
)  # fmt: skip


def ec2_steps(plan: Plan) -> tuple[Step, ...]:
    """Every step with what it does, the price bound, and what could not be checked."""
    prices = known_prices(types(plan), plan.ec2.region, dict(plan.ec2.prices))
    found = list(steps(plan))
    where = plan.ec2.az or "the first AZ that has room"
    found.append(("where", f"{plan.ec2.region}, {where}"))
    by_size = {one.size: one for one in searches(plan)}
    found += [(f"make for each {size}", _made(plan, one)) for size, one in by_size.items()]
    found.append(("reached", _reached(plan)))
    found += [(f"price of {name}", _price(one)) for name, one in prices.items()]
    found += _cost(plan, bound(plan, prices), prices)
    found.append(("removed", "everything after each search, verified; then the report"))
    found.append(("not checked", "; ".join(UNCHECKED)))
    found.append(("to do it", "say --yes"))
    return tuple(found)


def _made(plan: Plan, search: Search) -> str:
    parts = roles(plan, search)
    made = ", ".join(f"{role.count} x {role.kind} ({role.name})" for role in parts)
    return f"key pair, security group, placement group; {made}"


def _reached(plan: Plan) -> str:
    who = plan.ec2.ssh_from or "this host's own address as AWS sees it"
    return f"by ssh as {plan.ec2.user} at their {plan.ec2.address} address, from {who} alone"


def _price(price: Price | None) -> str:
    return "unknown" if price is None else f"${price.usd_per_hour:.4f} an hour: {price.source}"


def _cost(plan: Plan, found: Bound, prices: Mapping[str, Price | None]) -> list[Step]:
    budget = plan.budget.dollars or 0.0
    lives = f"every instance ends itself after {found.life_s / 60:.0f} minutes, whatever happens"
    if found.usd is None:
        return [("price bound", f"unknown: say [ec2.prices] for {', '.join(found.unknown)}")]
    verdict = "within" if found.usd <= budget else "ABOVE"
    doubt = "" if all(one and one.verified for one in prices.values()) else ", prices not verified"
    return [
        ("price bound", f"${found.usd:.2f}, {verdict} the budget of ${budget:.2f}{doubt}"),
        ("time bound", f"{lives} ({SETUP_S / 60:.0f} of them for setting up)"),
    ]
