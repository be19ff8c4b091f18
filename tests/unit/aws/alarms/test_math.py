"""Metric math: AWS's own examples, what our alarms use, and what is refused and where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voipprobe.aws.alarms.math.expression import read_expression
from voipprobe.aws.alarms.math.syntax import MathError
from voipprobe.model.errors import ConfigError

Series = list[float | None]
HOLE = None


def values(text: str, **series: Series) -> Series:
    """The expression at each time of the series."""
    expression = read_expression(text, list(series))
    times = zip(*series.values(), strict=True)
    return [expression.value(dict(zip(series, time, strict=True))) for time in times]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one < two", [0, 0, 1, 0]),
        ("one >= 30", [1, 0, 0, 0]),
        ("one > 15 AND two > 15", [1, 0, 0, 0]),
    ],
)
def test_the_examples_of_comparison(text: str, expected: Series) -> None:
    """Source: "Comparison and logical operators"."""
    assert values(text, one=[30, 20, 0, 0], two=[20, HOLE, 20, HOLE]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IF(one, two, three)", [30, 0, 20, HOLE, HOLE]),
        ("IF(one, 5, three)", [5, 5, 20, HOLE, HOLE]),
        ("IF(one, two, 5)", [30, 0, 5, 5, HOLE]),
        ("IF(one, two)", [30, 0, HOLE, HOLE, HOLE]),
    ],
)
def test_the_examples_of_if(text: str, expected: Series) -> None:
    """Source: "Using IF expressions", its three tables; the fourth is its text."""
    series: dict[str, Series] = {
        "one": [1, 1, 0, 0, HOLE],
        "two": [30, HOLE, 0, 0, 30],
        "three": [0, 0, 20, HOLE, 20],
    }
    assert values(text, **series) == expected


def test_a_guarded_ratio_has_no_value_without_attempts() -> None:
    """No attempts and no datapoint are both no value; no success at all is 0, not missing."""
    found = values("IF(n > 0, 100 * ok / n)", ok=[9, 0, 0, HOLE, HOLE], n=[10, 10, 0, 10, HOLE])
    assert found == [90, 0, HOLE, 0, HOLE]


def test_division_by_zero_is_dropped() -> None:
    """AWS: the data point is dropped."""
    assert values("a / b", a=[1, 1], b=[0, 2]) == [HOLE, 0.5]


def test_a_hole_against_a_number_stays_a_hole() -> None:
    """But between two series it is 0, where the other has a value."""
    assert values("a + 1", a=[HOLE]) == [HOLE]
    assert values("-a", a=[HOLE]) == [HOLE]
    assert values("a - b", a=[HOLE, HOLE], b=[3, HOLE]) == [-3, HOLE]


def test_fill_and_sums() -> None:
    """FILL with a number; SUM, MIN and MAX of arrays, METRICS() being all."""
    assert values("FILL(a, 7)", a=[HOLE, 1]) == [7, 1]
    assert values("SUM([a, b])", a=[1, HOLE, HOLE], b=[2, 2, HOLE]) == [3, 2, HOLE]
    assert values("MAX(METRICS()) - MIN(METRICS())", a=[1], b=[5], c=[3]) == [4]


def test_operators_bind_as_everywhere() -> None:
    """Products before sums before comparisons before AND before OR; from the left."""
    assert values("a - 2 - 3 * 2 + -1", a=[20]) == [11]
    assert values("a == 1 || a == 2 && a > 5", a=[1]) == [1]
    assert values("(a == 1 OR a == 2) AND a > 5", a=[1]) == [0]
    assert values("8 / a / 2", a=[2]) == [2]
    assert values("a + 1e-1 + .5", a=[0]) == [pytest.approx(0.6)]


@pytest.mark.parametrize(
    ("text", "problem", "place"),
    [
        ("", "a metric, a number, a function or '(' should stand here", "<here>"),
        ("100 * ok / / n", "should stand here", "100 * ok / <here>/ n"),
        ("100 * ok n", "an operator should stand here", "100 * ok <here>n"),
        ("(ok", "')' should stand here", "(ok<here>"),
        ("IF(n > 0, ok", "',' should stand here", "IF(n > 0, ok<here>"),
        ("ok # n", "'#' means nothing here", "ok <here># n"),
        ("ok ^ 2", "'^' means nothing here", "ok <here>^ 2"),
        ("0k", "an operator should stand here", "0<here>k"),
        ("okk / n", "there is no metric 'okk' (did you mean 'ok'?)", "<here>okk / n"),
        ("zzz", "there are ok, n", "<here>zzz"),
        ("AVG([ok, n])", "AVG is no function that our alarms may use", "<here>AVG([ok, n])"),
        ("SUM(ok)", "this is a series, not several series", "SUM(<here>ok)"),
        ("FILL(ok, REPEAT)", "there is no metric 'REPEAT'", "FILL(ok, <here>REPEAT)"),
        ("FILL(ok)", "FILL takes 2 arguments, not 1", "<here>FILL(ok)"),
        ("IF(ok)", "IF takes 2 or 3 arguments, not 1", "<here>IF(ok)"),
        ("METRICS(ok)", "METRICS takes 0 arguments, not 1", "<here>METRICS(ok)"),
        ("[ok, n]", "an alarm watches one series; this is several series", "<here>[ok, n]"),
        ("1 + 2", "an alarm watches one series; this is a number", "<here>1 + 2"),
        ("METRICS() / 2", "this is several series, not a number or a series", "<here>METRICS()"),
        ("ANOMALY_DETECTION_BAND(ok)", "is no function that our alarms may use", "<here>ANOM"),
        ("(" * 60 + "ok" + ")" * 60, "nested deeper than 50", "<here>"),
        ("ok AND OR n", "should stand here", "ok AND <here>OR n"),
    ],
)
def test_mistakes_are_pointed_at(text: str, problem: str, place: str) -> None:
    """One line with the problem and the place."""
    with pytest.raises(MathError) as caught:
        read_expression(text, ["ok", "n"])
    assert problem in str(caught.value)
    assert place in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.text(alphabet="abnIF()[],.+-*/<>=!&|0123456789 eSUMANDOR", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    """And what is read can be evaluated, with and without datapoints."""
    try:
        expression = read_expression(text, ["a", "b", "n"])
    except ConfigError:
        return
    for point in ({"a": 1.0, "b": 0.0, "n": HOLE}, dict.fromkeys("abn")):
        value = expression.value(point)
        assert value is None or isinstance(value, float)
