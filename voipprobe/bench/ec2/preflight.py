"""Everything that can be asked of AWS before anything is made, and refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from voipprobe.aws.ec2.images import Image, image_for
from voipprobe.aws.ec2.kinds import InstanceKind, describe_kinds, offered_azs
from voipprobe.aws.ec2.network import Subnet, subnets
from voipprobe.aws.ec2.prices import Price, asked_prices, known_prices
from voipprobe.aws.regions import require_region
from voipprobe.aws.session import client
from voipprobe.bench.ec2.checks import architecture, require_fit
from voipprobe.bench.ec2.cost import Bound, bound, require_affordable
from voipprobe.bench.ec2.roles import roles, types
from voipprobe.bench.plan.effective import Search, searches
from voipprobe.bench.plan.sections import Plan
from voipprobe.model.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """What is known before the start.

    Attributes:
        kinds, prices: by type. images: by architecture.
        places: subnets that may be tried for each size, in their order.
    """

    ec2: Any
    kinds: Mapping[str, InstanceKind]
    prices: Mapping[str, Price]
    images: Mapping[str, Image]
    places: Mapping[str, tuple[Subnet, ...]]
    bound: Bound

    def image(self, kind: str) -> Image:
        """The image for a type."""
        return self.images[architecture(self.kinds[kind])]


def preflight(
    plan: Plan, *, left: tuple[Search, ...], spent_usd: float = 0.0,
    connect: Callable[..., Any] = client,
) -> Preflight:  # fmt: skip
    """Look everything up, and refuse what cannot be or would cost too much. Makes nothing.

    Args:
        plan: of the run.
        left: searches that are still to be done.
        spent_usd: what the run has cost already.
        connect: makes clients of AWS services.

    Raises:
        ConfigError: types, places or the budget do not allow it.
        CloudError: AWS does not answer.
    """
    region = plan.ec2.region
    require_region(region, "ec2")
    ec2 = connect("ec2", region=region)
    wanted = types(plan)
    kinds = describe_kinds(ec2, wanted, region)
    require_fit(plan, kinds)
    prices = _prices(plan, wanted)
    found = bound(plan, prices, left)
    require_affordable(plan, found, spent_usd)
    architectures = sorted({architecture(kind) for kind in kinds.values()})
    return Preflight(
        ec2=ec2,
        kinds=kinds,
        prices=prices,
        images={one: image_for(ec2, one, _own_images(plan), region) for one in architectures},
        places=_places(ec2, plan),
        bound=found,
    )


def _own_images(plan: Plan) -> dict[str, str]:
    return {str(name): image for name, image in plan.ec2.images.items()}


def _prices(plan: Plan, wanted: tuple[str, ...]) -> dict[str, Price]:
    """The user's own words, then the Pricing API, then the shipped table."""
    region, own = plan.ec2.region, dict(plan.ec2.prices)
    known = known_prices(wanted, region, own)
    asked = asked_prices([name for name in wanted if name not in own], region)
    return {**{name: one for name, one in known.items() if one is not None}, **asked}


def _places(ec2: Any, plan: Plan) -> dict[str, tuple[Subnet, ...]]:
    """For each size, the subnets whose AZ has all types of its searches."""
    region = plan.ec2.region
    allowed = subnets(ec2, plan.ec2.subnet_id, plan.ec2.az, region)
    found: dict[str, tuple[Subnet, ...]] = {}
    for search in searches(plan):
        if search.size in found:
            continue
        names = [role.kind for role in roles(plan, search)]
        azs = offered_azs(ec2, names, region)
        found[search.size] = tuple(one for one in allowed if one.az in azs)
        if not found[search.size]:
            where = ", ".join(one.az for one in allowed)
            raise ConfigError(
                f"no AZ has all of {', '.join(sorted(set(names)))}: asked for {where}"
            )
    return found
