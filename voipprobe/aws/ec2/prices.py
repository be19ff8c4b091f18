"""What an instance type costs by the hour: by the Pricing API, else by the shipped table.

The API has one endpoint for all Regions, and may be forbidden or out of reach; then the table
answers, and says that nobody has checked it.
"""

import contextlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from voipprobe.aws.session import client, cloud_errors
from voipprobe.model.errors import CloudError, ConfigError

API_REGION: Final = "us-east-1"
HOURS_PER_MONTH: Final = 730.0
_LARGES: Final = {"nano": 1 / 16, "micro": 1 / 8, "small": 1 / 4, "medium": 1 / 2, "large": 1.0,
                  "xlarge": 2.0}  # fmt: skip
"""A size as a share of its family's large."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Of one type. `source` says where it comes from, with its date or its lack of proof."""

    usd_per_hour: float
    source: str
    verified: bool


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("prices.toml").read_text())


def table_price(name: str, region: str) -> Price | None:
    """By the shipped table; None for a type or a Region that it lacks. Asks nobody."""
    table = _table()
    family, _, size = name.partition(".")
    large, factor = table["large_usd"].get(family), table["region"].get(region)
    share = _share(size)
    if large is None or factor is None or share is None:
        return None
    source = f"shipped table of {table['dated']}, not verified against AWS"
    return Price(usd_per_hour=large * share * factor, source=source, verified=False)


def extras_usd_per_hour(volume_gb: int) -> float:
    """What an instance costs beside itself: its volume and its public address."""
    table = _table()
    volume: float = volume_gb * table["volume_gb_month_usd"] / HOURS_PER_MONTH
    return volume + float(table["address_hour_usd"])


def known_prices(
    names: Iterable[str], region: str, own: Mapping[str, float]
) -> dict[str, Price | None]:
    """Each type's price without asking AWS: the user's own words first, then the table."""
    return {
        name: Price(usd_per_hour=own[name], source="the plan", verified=False)
        if name in own
        else table_price(name, region)
        for name in sorted(set(names))
    }


def asked_prices(names: Iterable[str], region: str) -> dict[str, Price]:
    """Each type's price by the Pricing API; those that it does not tell are missing."""
    found: dict[str, Price] = {}
    with contextlib.suppress(CloudError, ConfigError):
        pricing = client("pricing", region=API_REGION, attempts=2)
        for name in sorted(set(names)):
            usd = _asked(pricing, name, region)
            if usd is not None:
                source = f"AWS Pricing API, {region}"
                found[name] = Price(usd_per_hour=usd, source=source, verified=True)
    return found


def _share(size: str) -> float | None:
    match = re.fullmatch(r"(\d+)xlarge", size)
    return 2.0 * int(match[1]) if match else _LARGES.get(size)


def _asked(pricing: Any, name: str, region: str) -> float | None:
    wanted = {
        "instanceType": name, "regionCode": region, "operatingSystem": "Linux",
        "tenancy": "Shared", "preInstalledSw": "NA", "capacitystatus": "Used",
    }  # fmt: skip
    filters = [{"Type": "TERM_MATCH", "Field": k, "Value": v} for k, v in wanted.items()]
    with cloud_errors("GetProducts of AmazonEC2"):
        answer = pricing.get_products(ServiceCode="AmazonEC2", Filters=filters)
    found = [usd for text in answer.get("PriceList", []) for usd in _hourly(json.loads(text))]
    return max(found, default=None)


def _hourly(product: Mapping[str, Any]) -> Iterable[float]:
    """Every on-demand price by the hour of a product of the API; those of nothing left out."""
    for offer in product.get("terms", {}).get("OnDemand", {}).values():
        for one in offer.get("priceDimensions", {}).values():
            usd = float(one.get("pricePerUnit", {}).get("USD", 0))
            if one.get("unit") == "Hrs" and usd > 0:
                yield usd
