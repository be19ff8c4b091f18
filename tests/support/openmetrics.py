"""The parser of the Prometheus project, as a judge."""

from prometheus_client import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families


def families(text: str) -> list[Metric]:
    """Every family of an exposition; raises ValueError on any fault of form."""
    return list(text_string_to_metric_families(text))  # type: ignore[no-untyped-call]
