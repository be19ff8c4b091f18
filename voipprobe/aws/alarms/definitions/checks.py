"""What the keys of a definition must not contradict: catalogue, metric math, AWS's limits.

Each check yields (key, mistake) so that all mistakes of a file are told at once.
"""

import re
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from typing import Final

from voipprobe.aws.alarms.definitions.model import (
    RESULT_ID,
    AlarmDefinition,
    Definitions,
    MetricUse,
    RegionDefinition,
    Severity,
    Watches,
)
from voipprobe.aws.alarms.math.expression import read_expression
from voipprobe.aws.alarms.simulator.states import Missing
from voipprobe.aws.alarms.simulator.statistics import statistic
from voipprobe.metrics.catalogue import AGENT, CATALOGUE, PATH, STATISTICS, Kind
from voipprobe.model.errors import ConfigError

Mistakes = Iterator[tuple[str, str]]

HOUR_S: Final = 3600
LONGEST_S: Final = 7 * 86400
LONGEST_SHORT_S: Final = 86400
"""AWS: N periods last a day at most, seven days if a period is at least an hour."""

_ANY_PERCENTILE: Final = re.compile(r"p[\d.]+")


def mistakes_of(definitions: Definitions, given: Collection[str]) -> Mistakes:
    """Everything that is wrong with definitions whose keys and types are right.

    Args:
        definitions: these.
        given: the names of all alarms in the file, those that are wrong included.
    """
    for name, alarm in definitions.alarm.items():
        for key, mistake in _alarm(alarm):
            yield f"alarm.{name}.{key}", mistake
    for name, region in definitions.region.items():
        if name in definitions.alarm:
            yield f"region.{name}", "an alarm has this name already"
        for key, mistake in _region(region, definitions, given):
            yield f"region.{name}.{key}", mistake


def _alarm(alarm: AlarmDefinition) -> Mistakes:
    if RESULT_ID in alarm.metrics:
        yield f"metrics.{RESULT_ID}", "this name is the expression's own"
    for name, use in alarm.metrics.items():
        yield from _use(f"metrics.{name}", use, alarm)
    yield from _expression(alarm)
    yield from _thresholds(alarm)
    yield from _periods(alarm)


def _use(key: str, use: MetricUse, alarm: AlarmDefinition) -> Mistakes:
    metric = CATALOGUE.get(use.metric)
    if metric is None:
        near = get_close_matches(use.metric, CATALOGUE, n=1, cutoff=0.0)
        yield f"{key}.metric", f"there is no metric {use.metric!r}; did you mean {near[0]!r}?"
        return
    wanted = AGENT if alarm.watches is Watches.AGENTS else PATH
    if metric.dimensions != wanted:
        whose = ", ".join(metric.dimensions)
        yield f"{key}.metric", f"{use.metric} has {whose}; {alarm.watches} have {', '.join(wanted)}"
    if metric.sparse and alarm.expression is None and alarm.missing is not Missing.NOT_BREACHING:
        yield "missing", f"a gap of {use.metric} means zero: take notBreaching, or FILL"
    yield from statistic_mistakes(f"{key}.statistic", use.statistic, metric.kind)


def statistic_mistakes(key: str, name: str, kind: Kind) -> Mistakes:
    """Why a statistic does not exist, or says nothing of metrics of this kind; none if it does."""
    try:
        statistic(name)
    except ConfigError as error:
        yield key, str(error)
        return
    family = "PR" if name.startswith("PR") else name
    fits = family in STATISTICS[kind] or family == "SampleCount"
    if not fits and not (kind is Kind.DISTRIBUTION and _ANY_PERCENTILE.fullmatch(name)):
        yield key, f"{name} of a {kind} says nothing; it has {', '.join(STATISTICS[kind])}"


def _expression(alarm: AlarmDefinition) -> Mistakes:
    if alarm.expression is None:
        if len(alarm.metrics) > 1:
            yield "expression", "is needed with more than one metric"
        return
    if alarm.band:
        yield "expression", "a band is that of one metric: leave it out"
    try:
        read_expression(alarm.expression, list(alarm.metrics))
    except ConfigError as error:
        yield "expression", str(error)
        return
    words = set(re.findall(r"\w+", alarm.expression))
    for name in alarm.metrics.keys() - words if "METRICS" not in words else ():
        yield f"metrics.{name}", "the expression does not use it"


def _thresholds(alarm: AlarmDefinition) -> Mistakes:
    if bool(alarm.thresholds) == bool(alarm.band):
        yield "thresholds", "either these or a band is needed, and not both"
    if alarm.band and alarm.operator not in ("<", ">"):
        yield "operator", "a band has '<' (below it) and '>' (above it)"
    limits = alarm.thresholds or alarm.band
    if limits.keys() != set(Severity):
        return
    warning, critical = limits[Severity.WARNING], limits[Severity.CRITICAL]
    # more deviations are worse on both sides of a band
    less_is_worse = alarm.operator.startswith("<") and not alarm.band
    if not (critical < warning if less_is_worse else critical > warning):
        yield "thresholds", f"critical ({critical:g}) must be worse than warning ({warning:g})"


def _periods(alarm: AlarmDefinition) -> Mistakes:
    if alarm.datapoints > alarm.periods:
        yield "datapoints", f"{alarm.datapoints} cannot breach in {alarm.periods} periods"
    longest = LONGEST_S if alarm.period_s >= HOUR_S else LONGEST_SHORT_S
    if alarm.period_s * alarm.periods > longest:
        yield "periods", f"{alarm.periods} x {alarm.period_s} s is more than AWS's {longest} s"


def _region(region: RegionDefinition, definitions: Definitions, given: Collection[str]) -> Mistakes:
    for name in region.of:
        alarm = definitions.alarm.get(name)
        if alarm is None and name in given:
            continue
        if alarm is None:
            near = get_close_matches(name, given, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            yield "of", f"there is no alarm {name!r}{hint}"
        elif alarm.watches is Watches.AGENTS:
            yield "of", f"{name} watches agents, and this counts paths"
        elif region.of_severity not in alarm.severities:
            yield "of_severity", f"{name} has no {region.of_severity}"
