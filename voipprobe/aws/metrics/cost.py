"""What a fleet costs in CloudWatch: series, requests and dollars a month.

Pure. Knows the price table's shape and how the publisher makes requests. All Regions are
reckoned as one: that matters only beyond the first tier.
"""

import math
from dataclasses import dataclass
from typing import Final

from voipprobe.aws.metrics.limits import DOCUMENTED
from voipprobe.aws.metrics.prices import Prices, Tier
from voipprobe.metrics.series import series

MONTH_S: Final = 730 * 3600
"""AWS's month."""
CENTS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """What is paid for.

    Attributes:
        paths: directed paths of calls, each scenario one. agents: that publish.
        iperf_paths: directed paths that iperf3 measures.
        interval_s: between two publications of an agent.
        alarm_metrics: metrics that all alarms together look at, anomaly bands not counted.
        anomaly_alarms: alarms on a band. composite_alarms: alarms on alarms.
    """

    paths: int
    agents: int
    iperf_paths: int = 0
    interval_s: float = 60.0
    alarm_metrics: int = 0
    anomaly_alarms: int = 0
    composite_alarms: int = 0
    dashboards: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of the bill; `free` of the quantity costs nothing."""

    what: str
    quantity: int
    free: int
    usd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyCost:
    """A month's bill, with where the prices come from."""

    items: tuple[Item, ...]
    usd: float
    origin: str
    verified: bool


def monthly_cost(fleet: Fleet, prices: Prices, *, free_tier: bool = False) -> MonthlyCost:
    """What a fleet costs at most, with every series that it can make.

    Args:
        fleet: its size.
        prices: the table.
        free_tier: take off what an account has for nothing; others may have used it up.
    """
    count = series(fleet.paths, fleet.agents, iperf_paths=fleet.iperf_paths).most
    alarms = fleet.alarm_metrics + fleet.anomaly_alarms * prices.anomaly_metrics
    free, per_request_usd = prices.free, prices.requests_per_1000_usd / 1000
    lines = (
        ("series", count, free.metrics, None),
        ("PutMetricData requests", _requests(fleet, count), free.requests, per_request_usd),
        ("alarm metrics", alarms, free.alarm_metrics, prices.alarm_metric_usd),
        ("composite alarms", fleet.composite_alarms, 0, prices.composite_usd),
        ("dashboards", fleet.dashboards, free.dashboards, prices.dashboard_usd),
    )
    items = []
    for what, quantity, granted, each_usd in lines:
        taken = min(quantity, granted) if free_tier else 0
        paid = quantity - taken
        usd = tiered_usd(paid, prices.metric) if each_usd is None else paid * each_usd
        items.append(Item(what=what, quantity=quantity, free=taken, usd=round(usd, CENTS)))
    total_usd = round(math.fsum(item.usd for item in items), CENTS)
    return MonthlyCost(
        items=tuple(items), usd=total_usd, origin=prices.origin, verified=prices.verified
    )


def tiered_usd(quantity: int, tiers: tuple[Tier, ...]) -> float:
    """What a quantity costs when the first so many have one price and the next another."""
    usd, below = 0.0, 0
    for tier in tiers:
        end = quantity if tier.up_to is None else min(quantity, tier.up_to)
        usd += max(0, end - below) * tier.usd
        below = max(below, end)
    return usd


def _requests(fleet: Fleet, count: int) -> int:
    """Each agent sends its series at each interval, a thousand in a request."""
    if not fleet.agents:
        return 0
    each = math.ceil(count / fleet.agents / DOCUMENTED.metrics)
    return math.ceil(fleet.agents * each * MONTH_S / fleet.interval_s)
