"""The price table that is shipped: figures with their source and date."""

import datetime
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A price for so many series in all; `up_to` is None for the last one."""

    up_to: int | None
    usd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Free:
    """What an account has for nothing in a month."""

    metrics: int
    requests: int
    alarm_metrics: int
    dashboards: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """US dollars a month, and where they come from.

    Attributes:
        verified: whether they were checked against AWS itself.
    """

    source: str
    url: str
    dated: datetime.date
    verified: bool
    region: str
    metric: tuple[Tier, ...]
    requests_per_1000_usd: float
    alarm_metric_usd: float
    anomaly_metrics: int
    composite_usd: float
    dashboard_usd: float
    free: Free

    @property
    def origin(self) -> str:
        """Source, date, and whether to trust them, in one line."""
        trust = "checked against AWS" if self.verified else "not verified against AWS"
        return f"{self.source} ({self.url}), as of {self.dated}, {trust}"


@cache
def shipped_prices() -> Prices:
    """The table of this version."""
    text = resources.files(__package__).joinpath("prices.toml").read_text()
    return _prices(tomllib.loads(text))


def _prices(table: dict[str, Any]) -> Prices:
    alarm = table["alarm"]
    return Prices(
        source=table["source"],
        url=table["url"],
        dated=table["dated"],
        verified=table["verified"],
        region=table["region"],
        metric=tuple(Tier(up_to=one.get("up_to"), usd=one["usd"]) for one in table["metric"]),
        requests_per_1000_usd=table["request"]["per_1000_usd"],
        alarm_metric_usd=alarm["metric_usd"],
        anomaly_metrics=alarm["anomaly_metrics"],
        composite_usd=alarm["composite_usd"],
        dashboard_usd=table["dashboard"]["usd"],
        free=Free(**table["free"]),
    )
