"""A fleet with all that CloudWatch should have for it: alarms, dashboards, and what they cost."""

from dataclasses import dataclass
from pathlib import Path as File

from voipprobe.agent.config.plan import IPERF
from voipprobe.agent.config.read import read_fleet
from voipprobe.agent.config.sections import CloudWatchSection, DashboardsSection, FleetFile
from voipprobe.aws.alarms.alarm import Alarm
from voipprobe.aws.alarms.definitions.load import load_definitions, shipped_definitions
from voipprobe.aws.alarms.definitions.model import Definitions
from voipprobe.aws.alarms.fleet import AlarmFleet
from voipprobe.aws.alarms.render import render as render_alarms
from voipprobe.aws.dashboards.dashboard import Dashboard
from voipprobe.aws.dashboards.render import Given, names_of, render
from voipprobe.aws.dashboards.status import Account
from voipprobe.aws.dashboards.templates.load import load_templates
from voipprobe.aws.metrics.cost import Fleet, monthly_cost
from voipprobe.aws.metrics.prices import shipped_prices
from voipprobe.cli.alarm_fleet import alarm_fleet
from voipprobe.cli.render.numbers import count


@dataclass(frozen=True, kw_only=True)
class CloudFleet:
    """A fleet file with the definitions that are used for it.

    Attributes:
        file: as it was read. alarms: the same as alarms and dashboards need it.
        definitions: of the alarms. templates: where those of dashboards lie; None for ours.
    """

    file: FleetFile
    alarms: AlarmFleet
    definitions: Definitions
    templates: File | None

    @property
    def cloudwatch(self) -> CloudWatchSection:
        """Its section, which `alarm_fleet` has made sure of."""
        return self.file.publish.cloudwatch or CloudWatchSection()

    @property
    def dashboards(self) -> DashboardsSection:
        """Its section."""
        return self.cloudwatch.dashboards


def load_cloud_fleet(
    config: File, definitions: File | None = None, templates: File | None = None
) -> CloudFleet:
    """The fleet of a file.

    Args:
        config: the fleet file.
        definitions: of the alarms; None for ours.
        templates: folder of dashboards; None for ours.

    Raises:
        ConfigError: one of the files cannot be used.
    """
    file = read_fleet(config)
    return CloudFleet(
        file=file,
        alarms=alarm_fleet(file, str(config)),
        definitions=load_definitions(definitions or shipped_definitions()),
        templates=templates,
    )


def dashboards_of(fleet: CloudFleet, account: Account) -> tuple[Dashboard, ...]:
    """Every dashboard that the fleet should have in an account.

    Raises:
        ConfigError: a template is wrong, or CloudWatch would refuse a dashboard.
    """
    return render(_given(fleet, account, cost_in_words(fleet)))


def size_of(fleet: CloudFleet) -> Fleet:
    """What is paid for: every path, agent, alarm and dashboard of it."""
    alarms = render_alarms(fleet.definitions, fleet.alarms)
    iperf = sum(path.scenario == IPERF for path in fleet.alarms.paths)
    given = _given(fleet, Account(number="0" * 12), "")
    return Fleet(
        paths=len(fleet.alarms.paths) - iperf,
        agents=len(fleet.alarms.agents),
        iperf_paths=iperf,
        interval_s=fleet.cloudwatch.interval_s,
        alarm_metrics=sum(map(_metrics, alarms)),
        anomaly_alarms=sum("ThresholdMetricId" in one.request for one in alarms),
        composite_alarms=sum(one.is_composite for one in alarms),
        dashboards=len(names_of(given)),
    )


def cost_in_words(fleet: CloudFleet) -> str:
    """A month's bill as lines of Markdown."""
    cost = monthly_cost(size_of(fleet), shipped_prices())
    lines = [f"- {item.what}: {count(item.quantity)}, {item.usd:,.2f} USD" for item in cost.items]
    total = f"At most **{cost.usd:,.2f} USD a month**, free tier not taken off:"
    return "\n".join([total, *lines, f"\nPrices: {cost.origin}."])


def _given(fleet: CloudFleet, account: Account, cost: str) -> Given:
    return Given(
        fleet=fleet.alarms,
        prefix=fleet.dashboards.prefix,
        definitions=fleet.definitions,
        templates=load_templates(fleet.dashboards.show, fleet.definitions, fleet.templates),
        account=account,
        cost=cost,
    )


def _metrics(alarm: Alarm) -> int:
    """How many metrics an alarm pays for: each that its math reads; a band is counted apart."""
    if alarm.is_composite or "ThresholdMetricId" in alarm.request:
        return 0
    return sum("MetricStat" in one for one in alarm.request.get("Metrics", ())) or 1
