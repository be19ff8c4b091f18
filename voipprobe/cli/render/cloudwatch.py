"""The catalogue of metrics and a month's bill."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from voipprobe.aws.metrics.cost import MonthlyCost
from voipprobe.cli.render.layout import figures_table, heading, note, words_table
from voipprobe.cli.render.numbers import count
from voipprobe.metrics.catalogue import STATISTICS, SUBJECTS, Metric
from voipprobe.metrics.series import series

METRICS = ["metric", "unit", "kind", "what one sample is"]
COST = ["a month", "quantity", "free", "USD"]
SPARSE = "*"


def catalogue_tables() -> Iterator[RenderableType]:
    """A table for each subject; dimensions stand in its title, they are the same for all of it."""
    for subject, metrics in SUBJECTS.items():
        yield heading(f"{subject.capitalize()} (dimensions {', '.join(metrics[0].dimensions)})")
        yield words_table(METRICS, map(_metric_row, metrics))
        yield Text()
    for kind, statistics in STATISTICS.items():
        yield note(f"Statistics of a {kind.value}: {', '.join(statistics)}.")
    path, iperf, agent = series(1, 0), series(0, 0, iperf_paths=1), series(0, 1)
    yield note(f"{SPARSE} only when there is something to count.")
    yield note(
        f"A path of calls makes {path.usual} series ({path.most} with all of {SPARSE}), one of "
        f"iperf3 {iperf.most}, an agent {agent.usual} ({agent.most})."
    )


def cost_tables(cost: MonthlyCost) -> Iterator[RenderableType]:
    """What a fleet costs, line by line, and where the prices come from."""
    rows = [
        [item.what, count(item.quantity), count(item.free), f"{item.usd:,.2f}"]
        for item in cost.items
    ]
    yield figures_table(COST, [*rows, ["together", "", "", f"{cost.usd:,.2f}"]])
    yield Text()
    yield note(f"Prices: {cost.origin}.")


def _metric_row(metric: Metric) -> list[str]:
    name = metric.name + (SPARSE if metric.sparse else "")
    return [name, metric.unit.value, metric.kind.value, metric.meaning]
