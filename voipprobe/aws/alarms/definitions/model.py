"""What a definition of an alarm is made of. Knows the file's keys; must not read files."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from voipprobe.aws.alarms.simulator.states import Missing


class Severity(StrEnum):
    """How bad: each has thresholds and actions of its own."""

    WARNING = "warning"
    CRITICAL = "critical"


class Watches(StrEnum):
    """What there is one alarm for."""

    PATHS = "paths"  # every path, iperf included
    CALLS = "calls"  # every path whose scenario is SIP
    SESSIONS = "sessions"  # of these: with INVITE
    MEDIA = "media"  # of these: with RTP
    IPERF = "iperf"
    AGENTS = "agents"


Text = Annotated[str, Field(min_length=1, max_length=400)]
MetricId = Annotated[str, Field(pattern=r"^[a-z][A-Za-z0-9_]*$", max_length=60)]
NAME_PATTERN: Final = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
NAME: Final = "lower-case words joined by hyphens"


RESULT_ID: Final = "watched"
"""The Id of the expression's own series; no metric may have it."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MetricUse(_Strict):
    """One metric with the statistic that is taken of it.

    Attributes:
        metric: its name in the catalogue. statistic: as CloudWatch writes it.
    """

    metric: str
    statistic: str


class AlarmDefinition(_Strict):
    """An alarm on metrics, for every path or agent, for each severity.

    Attributes:
        watches: what there is one for.
        summary: what is wrong when it goes off; the first line of its description.
        runbook: what to do then; its last line.
        metrics: what it reads, by the names that the expression uses.
        expression: metric math over them; None for one metric as it is.
        unit: of the value that is compared.
        operator: how it is compared.
        thresholds: with what, by severity, in `unit`.
        band: instead of thresholds: how many standard deviations from CloudWatch's own model.
        period_s: of a datapoint.
        datapoints: how many must breach. periods: of how many.
        missing: what a gap stands for. missing_because: why that is right here.
    """

    watches: Watches
    summary: Text
    runbook: Text
    metrics: Annotated[Mapping[MetricId, MetricUse], Field(min_length=1, max_length=10)]
    expression: Annotated[str, Field(max_length=1024)] | None = None
    unit: Text
    operator: Literal["<", "<=", ">", ">="]
    thresholds: Mapping[Severity, Annotated[float, Field(strict=True, allow_inf_nan=False)]] = (
        Field(default_factory=dict)
    )
    band: Mapping[Severity, Annotated[float, Field(strict=True, gt=0, le=20)]] = Field(
        default_factory=dict
    )
    period_s: Annotated[int, Field(strict=True, ge=60, multiple_of=60)]
    datapoints: Annotated[int, Field(strict=True, ge=1)]
    periods: Annotated[int, Field(strict=True, ge=1)]
    missing: Missing
    missing_because: Text

    @property
    def severities(self) -> tuple[Severity, ...]:
        """Those that it has, in order."""
        return tuple(one for one in Severity if one in self.thresholds or one in self.band)


class RegionDefinition(_Strict):
    """A composite alarm for every Region: the same ill on several paths into it.

    Attributes:
        severity: whose actions it takes.
        of: definitions of alarms on paths. of_severity: which of theirs count.
        at_least: on how many paths into the Region one of them must be in ALARM.
    """

    summary: Text
    runbook: Text
    severity: Severity
    of: Annotated[list[str], Field(min_length=1)]
    of_severity: Severity
    at_least: Annotated[int, Field(strict=True, ge=1)]


class Definitions(_Strict):
    """All of a file, by name."""

    alarm: Mapping[str, AlarmDefinition] = Field(default_factory=dict)
    region: Mapping[str, RegionDefinition] = Field(default_factory=dict)
