"""The definitions file: what is shipped, and every mistake that one can make in it."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.alarm_fleet import SHIPPED

from voipprobe.aws.alarms.definitions.load import (
    check_definitions,
    load_definitions,
    shipped_definitions,
)
from voipprobe.aws.alarms.definitions.model import Severity, Watches
from voipprobe.aws.alarms.simulator.states import Missing
from voipprobe.model.errors import ConfigError

GOOD = """
[alarm.loss]
watches = "media"
summary = "Loss."
runbook = "Look."
expression = "IF(n > 0, 100 * lost / n)"
unit = "%"
operator = ">"
thresholds = { warning = 1, critical = 3 }
period_s = 300
datapoints = 2
periods = 3
missing = "ignore"
missing_because = "So."
[alarm.loss.metrics]
lost = { metric = "PacketsLost", statistic = "Sum" }
n = { metric = "PacketsExpected", statistic = "Sum" }
[region.bad]
summary = "Bad."
runbook = "Look."
severity = "critical"
of = ["loss"]
of_severity = "critical"
at_least = 2
"""


def told(text: str) -> str:
    """What is said of a file."""
    with pytest.raises(ConfigError) as caught:
        check_definitions(tomllib.loads(text), "alarms.toml")
    assert str(caught.value).startswith("alarms.toml: ")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_example_is_good() -> None:
    """Else the mistakes below would prove nothing."""
    found = check_definitions(tomllib.loads(GOOD), "alarms.toml")
    assert found.alarm["loss"].severities == (Severity.WARNING, Severity.CRITICAL)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("period_s = 300", "period = 300", "loss.period: unknown key; did you mean 'period"),
        ("period_s = 300", "", "alarm.loss.period_s: Field required"),
        ("period_s = 300", "period_s = 90", "period_s: Input should be a multiple of 60"),
        ("period_s = 300", 'period_s = "300"', "period_s: Input should be a valid integer"),
        ("period_s = 300", "period_s = 302400", "3 x 302400 s is more than"),
        ('"Sum" }\nn', '"Sum", x = 1 }\nn', "alarm.loss.metrics.lost.x: unknown key"),
        ('"PacketsLost"', '"PacketLost"', "there is no metric 'PacketLost'; did you mean"),
        ('"PacketsLost"', '"Heartbeat"', "Heartbeat has Source; media have Source, Destination"),
        ('lost = { metric = "PacketsLost", statistic = "Sum"',
         'lost = { metric = "PacketsLost", statistic = "p99"',
         "metrics.lost.statistic: p99 of a counter says nothing; it has Sum"),
        ('lost = { metric = "PacketsLost", statistic = "Sum"',
         'lost = { metric = "PacketsLost", statistic = "sum"', "'sum' is not one of SampleCount"),
        ("100 * lost / n", "100 * lots / n",
         "loss.expression: column 17: there is no metric 'lots' (did you mean 'lost'?): IF("),
        ("100 * lost / n", "100 * / n", "<here>/ n"),
        ("100 * lost / n", "100 / n", "alarm.loss.metrics.lost: the expression does not use it"),
        ('expression = "IF(n > 0, 100 * lost / n)"', "", "expression: is needed"),
        ("lost = { m", "watched = { m", "metrics.watched: this name is the expression's own"),
        ("warning = 1, critical = 3", "warning = 3, critical = 1",
         "thresholds: critical (1) must be worse than warning (3)"),
        ("warning = 1, critical = 3", "warning = 3, critical = 3", "must be worse than"),
        ("warning = 1, critical = 3", "warning = 1, fatal = 3", "thresholds.fatal"),
        ("warning = 1, critical = 3", 'warning = "1"', "warning: Input should be a valid number"),
        ("warning = 1, critical = 3", "warning = nan", "Input should be a finite number"),
        ("warning = 1, critical = 3", "", "thresholds: either these or a band is needed"),
        ("thresholds = {", "band = {", "expression: a band is that of one metric"),
        ("datapoints = 2", "datapoints = 4", "datapoints: 4 cannot breach in 3 periods"),
        ("datapoints = 2", "datapoints = 0", "datapoints: Input should be greater than"),
        ('missing = "ignore"', 'missing = "notbreaching"', "missing: Input should be 'missing', "),
        ('operator = ">"', 'operator = "="', "operator: Input should be '<'"),
        ('watches = "media"', 'watches = "routers"', "watches: Input should be 'paths'"),
        ('runbook = "Look."\nexpression', 'runbook = ""\nexpression', "runbook: String"),
        ("[alarm.loss]", "[alarm.Loss_High]\n[alarm.loss]",
         "alarm.Loss_High: a name is lower-case words joined by hyphens"),
        ("[alarm.loss]", "[alarms.x]\n[alarm.loss]", "alarms: unknown key"),
        ('of = ["loss"]', 'of = ["lost"]', "region.bad.of: there is no alarm 'lost'; did you mean"),
        ('of_severity = "critical"', 'of_severity = "bad"', "region.bad.of_severity: Input should"),
        ("at_least = 2", "at_least = 2\nevery = 1", "region.bad.every: unknown key"),
        ("[region.bad]", "[region.loss]", "region.loss: an alarm has this name already"),
        ("warning = 1, critical = 3", "warning = 1", "bad.of_severity: loss has no critical"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_key(old: str, new: str, problem: str) -> None:
    """One mistake in an otherwise good file."""
    assert GOOD.count(old) >= 1
    assert problem in told(GOOD.replace(old, new, 1))


def test_all_mistakes_are_told_at_once_and_each_once() -> None:
    """A definition that is broken is not also missing where it is named."""
    text = GOOD.replace("period_s = 300", "period = 300").replace("at_least", "atleast")
    text += (
        GOOD.replace("loss", "worse").replace("100 *", "x *").replace("[region.bad]", "[region.c]")
    )
    found = told(text)
    for problem in ("alarm.loss.period: unknown key", "alarm.loss.period_s: Field required",
                    "region.bad.atleast: unknown key", "region.bad.at_least: Field required",
                    "alarm.worse.expression: column 11: there is no metric 'x'"):  # fmt: skip
        assert problem in found
    assert "there is no alarm" not in found


def test_a_broken_alarm_is_not_also_missing_where_it_is_named() -> None:
    """One mistake, told once."""
    found = told(GOOD.replace("period_s = 300", "period_s = 90"))
    assert found.count(";") == 0
    assert "region.bad" not in found


@pytest.mark.parametrize(
    ("operator", "warning", "critical"),
    [(">=", 3, 3), ("<", 1, 3), ("<=", 1, 1), (">", 3, 1)],
)
def test_critical_is_worse_than_warning(operator: str, warning: int, critical: int) -> None:
    """Which is more or less, as the operator has it; equal is not worse."""
    text = GOOD.replace('operator = ">"', f'operator = "{operator}"')
    wrong = f"warning = {warning}, critical = {critical}"
    assert "must be worse than" in told(text.replace("warning = 1, critical = 3", wrong))
    more, less = (3, 1) if operator.startswith(">") else (1, 3)
    right = f"warning = {less}, critical = {more}"
    check_definitions(tomllib.loads(text.replace("warning = 1, critical = 3", right)), "x")


def test_a_sparse_metric_without_a_filler_must_take_a_gap_for_good() -> None:
    """No sample means zero."""
    text = GOOD[: GOOD.index("[region")].replace("PacketsLost", "FailuresBusy")
    one = text.replace('expression = "IF(n > 0, 100 * lost / n)"\n', "")
    one = one[: one.rindex("n = {")]
    assert "a gap of FailuresBusy means zero" in told(one)
    check_definitions(tomllib.loads(one.replace('"ignore"', '"notBreaching"')), "x")


def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    """No such file; not TOML, with the line."""
    with pytest.raises(ConfigError, match="No such file"):
        load_definitions(tmp_path / "alarms.toml")
    (tmp_path / "alarms.toml").write_text("[alarm.loss]\nwatches = \n")
    with pytest.raises(ConfigError, match="line 2"):
        load_definitions(tmp_path / "alarms.toml")


JUNK: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["alarm", "region", "a", "of", "metrics", "m"]), inner,
                      max_size=3),
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(["alarm", "region", "x"]), JUNK, max_size=3))
def test_any_table_is_taken_or_refused(table: dict[str, Any]) -> None:
    """Never a traceback."""
    try:
        check_definitions(table, "alarms.toml")
    except ConfigError:
        return


def test_what_is_shipped_covers_what_was_asked_for() -> None:
    """And says why for each treatment of missing data; heartbeats' silence is breaching."""
    assert shipped_definitions().name == "alarms.toml"
    assert {
        "success-ratio-low", "seer-low", "retransmissions-high", "mos-low", "loss-high",
        "jitter-high", "round-trip-above-baseline", "throughput-below-baseline", "agent-silent",
        "rounds-void",
    } <= SHIPPED.alarm.keys()  # fmt: skip
    assert "region-unhealthy" in SHIPPED.region
    assert SHIPPED.alarm["agent-silent"].missing is Missing.BREACHING
    on_paths = [a for a in SHIPPED.alarm.values() if a.watches is not Watches.AGENTS]
    assert {a.missing for a in on_paths} == {Missing.IGNORE, Missing.MISSING}


def test_every_shipped_ratio_is_guarded() -> None:
    """A division by a count of nothing is no alarm."""
    ratios = [a.expression for a in SHIPPED.alarm.values() if a.expression]
    assert ratios
    assert all(text.startswith("IF(") and (" > 0," in text or " >= 3," in text) for text in ratios)
