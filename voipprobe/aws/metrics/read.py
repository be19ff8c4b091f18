"""Metrics back from CloudWatch: GetMetricData, 500 series a request.

Statistics and percentiles are computed by CloudWatch, from the Values and Counts that it keeps.
(moto, which stands for it in tests, answers HTTP 500 to a percentile.)
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from voipprobe.aws.session import client, cloud_errors
from voipprobe.model.errors import CloudError

SERIES_A_REQUEST: Final = 500
Points = tuple[tuple[float, float], ...]
"""(epoch seconds of the period's start, value), in order of time; no point where there is none."""


class Series(NamedTuple):
    """One statistic of one metric of one path or agent.

    Attributes:
        dimensions: (name, value), all that the metric has.
        statistic: as CloudWatch names it: "Sum", "Minimum", "p95", "PR(:80)".
    """

    metric: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str


def read_series(
    namespace: str,
    wanted: Sequence[Series],
    *,
    start: float,
    end: float,
    period_s: int = 60,
    region: str | None = None,
) -> dict[Series, Points]:
    """The points of each series in [start, end), which may be none.

    Args:
        namespace: of the metrics.
        wanted: any number.
        start: epoch seconds, a multiple of the period.
        end: likewise.
        period_s: a multiple of 60; CloudWatch keeps minutes for 15 days.
        region: None for the one that the environment names.

    Raises:
        CloudError: refused or not answered.
    """
    with closing(client("cloudwatch", region=region)) as reader:
        return read_by(reader, namespace, wanted, start=start, end=end, period_s=period_s)


def read_by(
    reader: Any,
    namespace: str,
    wanted: Sequence[Series],
    *,
    start: float,
    end: float,
    period_s: int,
) -> dict[Series, Points]:
    """The same by a client of CloudWatch: to make one takes longer than to ask."""
    found: dict[Series, list[tuple[float, float]]] = {series: [] for series in wanted}
    for first in range(0, len(wanted), SERIES_A_REQUEST):
        chunk = wanted[first : first + SERIES_A_REQUEST]
        queries = [_query(namespace, *one, period_s) for one in enumerate(chunk)]
        for result in _results(reader, queries, start, end):
            found[chunk[int(result["Id"][1:])]] += _points(result)
    return {series: tuple(sorted(points)) for series, points in found.items()}


def _query(namespace: str, number: int, series: Series, period_s: int) -> dict[str, Any]:
    dimensions = [{"Name": name, "Value": value} for name, value in series.dimensions]
    metric = {"Namespace": namespace, "MetricName": series.metric, "Dimensions": dimensions}
    stat = {"Metric": metric, "Period": period_s, "Stat": series.statistic}
    return {"Id": f"s{number}", "MetricStat": stat}


def _results(
    reader: Any, queries: list[dict[str, Any]], start: float, end: float
) -> Iterator[Mapping[str, Any]]:
    """Every page's results; a series may be spread over several."""
    request: dict[str, Any] = {
        "MetricDataQueries": queries,
        "StartTime": datetime.fromtimestamp(start, UTC),
        "EndTime": datetime.fromtimestamp(end, UTC),
        "ScanBy": "TimestampAscending",
    }
    doing = f"GetMetricData in {reader.meta.region_name}"
    while True:
        with cloud_errors(doing):
            page = reader.get_metric_data(**request)
        for result in page["MetricDataResults"]:
            _check(doing, result)
            yield result
        if not page.get("NextToken"):
            return
        request["NextToken"] = page["NextToken"]


def _check(doing: str, result: Mapping[str, Any]) -> None:
    status = result.get("StatusCode", "Complete")
    if status in {"InternalError", "Forbidden"}:
        raise CloudError(f"{doing}: {status}", retryable=status == "InternalError", code=status)


def _points(result: Mapping[str, Any]) -> list[tuple[float, float]]:
    times = (at.timestamp() for at in result["Timestamps"])
    return list(zip(times, map(float, result["Values"]), strict=True))
