"""What SIPp writes, read back: statistics, response times, errors. Text in, values out."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass

# an entry is "date<tab>time<tab>epoch: words", and the next one may follow without a line end
CHATTER = ("Resolving remote host", "There were more errors", "The following events")

NO_CAUSE = re.compile(r"^Failed to shutdown socket|receive timeout on message .* jumping to label")
ERROR_STAMP = re.compile(r"\d{4}-\d\d-\d\d\t\d\d:\d\d:\d\d\.\d+\t\d+\.\d+: ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """One row of SIPp's statistics, cumulative since its start.

    Attributes:
        failures: calls by SIPp's own cause of failure, only causes that happened.
        call_rate_cps: over the whole run. period_rate_cps: over the last second.
    """

    created: int
    open: int
    successful: int
    failed: int
    retransmissions: int
    target_rate_cps: float
    call_rate_cps: float
    period_rate_cps: float
    watchdog: int
    failures: dict[str, int]


def parse_statistics(text: str) -> list[Statistics]:
    """Every complete row, in order.

    Columns are found by name, because they depend on the scenario and on the version; a row
    that is cut off (SIPp was killed while it wrote) is left out.
    """
    rows = csv.reader(io.StringIO(text), delimiter=";")
    header = next(rows, [])
    return [
        _row(dict(zip(header, row, strict=False)))
        for row in rows
        if len(row) >= len(header) and len(header) > 1
    ]


def _row(row: Mapping[str, str]) -> Statistics:
    return Statistics(
        created=int(row["TotalCallCreated"]),
        open=int(row["CurrentCall"]),
        successful=int(row["SuccessfulCall(C)"]),
        failed=int(row["FailedCall(C)"]),
        retransmissions=int(row["Retransmissions(C)"]),
        target_rate_cps=float(row["TargetRate"]),
        call_rate_cps=float(row["CallRate(C)"]),
        period_rate_cps=float(row["CallRate(P)"]),
        watchdog=int(row["WatchdogMajor(C)"]) + int(row["WatchdogMinor(C)"]),
        failures={
            name.removeprefix("Failed").removesuffix("(C)"): int(value)
            for name, value in row.items()
            if name.startswith("Failed") and name.endswith("(C)") and name != "FailedCall(C)"
            if int(value)
        },
    )


def parse_response_times(text: str) -> dict[str, list[float]]:
    """Response times of each call [ms] by counter name, from the `_rtt.csv` file.

    A last line that is cut off is left out: half of a name would be a counter of its own.
    """
    times: dict[str, list[float]] = {}
    whole_lines = text[: text.rfind("\n") + 1]
    for row in csv.reader(io.StringIO(whole_lines), delimiter=";"):
        if len(row) >= 3 and row[1].replace(".", "", 1).isdigit():
            times.setdefault(row[2], []).append(float(row[1]))
    return times


def first_error(text: str) -> str | None:
    """The first error that SIPp logged, in one line without its time stamp; None if none.

    What it says of sockets that it closes afterwards is no cause of anything, nor is a wait
    that the scenario goes on from (for the request to hang up, which rarely comes).
    """
    errors = [" ".join(part.split()) for part in ERROR_STAMP.split(text)[1:]]
    causes = [error for error in errors if not NO_CAUSE.search(error)]
    return causes[0] if causes else None


def last_complaint(text: str) -> str:
    """What SIPp said last on standard error, less what it says of every run; may be empty."""
    lines = [line.strip() for line in text.splitlines()]
    said = [line for line in lines if line and not line.startswith(CHATTER)]
    return said[-1] if said else ""
