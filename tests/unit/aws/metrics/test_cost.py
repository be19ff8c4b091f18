"""A month's bill, by hand, and the table that it is made of."""

import datetime

import pytest

from voipprobe.aws.metrics.cost import Fleet, monthly_cost, tiered_usd
from voipprobe.aws.metrics.prices import shipped_prices
from voipprobe.metrics.series import series

PRICES = shipped_prices()


def quantities(fleet: Fleet, *, free_tier: bool = False) -> dict[str, tuple[int, float]]:
    items = monthly_cost(fleet, PRICES, free_tier=free_tier).items
    return {item.what: (item.quantity, item.usd) for item in items}


@pytest.mark.parametrize(
    ("quantity", "usd"),
    [
        (0, 0.0), (1, 0.30), (10_000, 3_000.0), (10_001, 3_000.10), (250_000, 27_000.0),
        (1_000_000, 64_500.0), (2_000_000, 84_500.0),
    ],
)  # fmt: skip
def test_tiers_at_their_borders(quantity: int, usd: float) -> None:
    """10,000 at $0.30, 240,000 at $0.10, 750,000 at $0.05, the rest at $0.02."""
    assert tiered_usd(quantity, PRICES.metric) == pytest.approx(usd)


def test_the_mesh_of_four_regions() -> None:
    """12 directed paths: 12 x 28 + 4 x 8 series, a request a minute from each of four agents."""
    found = monthly_cost(Fleet(paths=12, agents=4), PRICES)
    by_name = {item.what: item for item in found.items}
    assert by_name["series"].quantity == 368
    assert by_name["series"].usd == 110.40
    assert by_name["PutMetricData requests"].quantity == 4 * 730 * 60
    assert by_name["PutMetricData requests"].usd == 1.75
    assert found.usd == 112.15


def test_alarms_and_dashboards() -> None:
    """An anomaly band looks at three metrics."""
    fleet = Fleet(paths=0, agents=0, alarm_metrics=10, anomaly_alarms=2, composite_alarms=3,
                  dashboards=4)  # fmt: skip
    found = quantities(fleet)
    assert found["alarm metrics"] == (16, 1.60)
    assert found["composite alarms"] == (3, 1.50)
    assert found["dashboards"] == (4, 12.0)
    assert found["PutMetricData requests"] == (0, 0.0)


def test_the_free_tier_is_taken_off_when_it_is_asked_for() -> None:
    fleet = Fleet(paths=12, agents=4, alarm_metrics=12, dashboards=4)
    found = quantities(fleet, free_tier=True)
    assert found["series"] == (368, 107.40)
    assert found["PutMetricData requests"] == (175_200, 0.0)
    assert found["alarm metrics"] == (12, 0.20)
    assert found["dashboards"] == (4, 3.0)


def test_an_agent_with_more_series_than_a_request_holds_sends_more_requests() -> None:
    """40 paths an agent: 1,128 series, two requests a minute."""
    found = quantities(Fleet(paths=40, agents=1))
    assert found["series"][0] == 40 * 28 + 8
    assert found["PutMetricData requests"][0] == 2 * 730 * 60


def test_a_longer_interval_sends_fewer_requests() -> None:
    found = quantities(Fleet(paths=12, agents=4, interval_s=300))
    assert found["PutMetricData requests"][0] == 4 * 730 * 12


def test_series_of_a_fleet() -> None:
    """Counted by hand from the catalogue: 3 + 5 sparse, 9, 8, 3; 3 + 3; 3 + 5 sparse."""
    assert (series(1, 0).usual, series(1, 0).most) == (23, 28)
    assert (series(0, 0, iperf_paths=1).usual, series(0, 0, iperf_paths=1).most) == (6, 6)
    assert (series(0, 1).usual, series(0, 1).most) == (3, 8)
    assert series(12, 4, iperf_paths=12).most == 12 * 28 + 4 * 8 + 12 * 6


def test_prices_say_where_they_come_from() -> None:
    """And that nobody checked them, as long as nobody did."""
    assert PRICES.dated <= datetime.date(2026, 11, 26)
    assert PRICES.url.startswith("https://aws.amazon.com/cloudwatch/")
    assert (
        "as of 2026-11-26, not verified against AWS"
        in monthly_cost(Fleet(paths=1, agents=1), PRICES).origin
    )
