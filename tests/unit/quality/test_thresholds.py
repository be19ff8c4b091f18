"""Expressions of thresholds: what is read, what is refused, what is met."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voipprobe.model.errors import ConfigError
from voipprobe.quality.metrics import KNOWN_METRICS
from voipprobe.quality.thresholds import EXAMPLE, OPERATORS, check, parse


@pytest.mark.parametrize(
    ("expression", "metric", "operator", "limit"),
    [
        ("mos.p5>=4.0", "mos.p5", ">=", 4.0),
        ("ser>=0.999", "ser", ">=", 0.999),
        ("jitter_ms.p95<=20", "jitter_ms.p95", "<=", 20.0),
        ("loss_ratio.mean<=0.005", "loss_ratio.mean", "<=", 0.005),
        ("retransmission_ratio<=0.001", "retransmission_ratio", "<=", 0.001),
        ("srd_ms.p99<=500", "srd_ms.p99", "<=", 500.0),
        ("  attempts\t==  2e1 \n", "attempts", "==", 20.0),
        ("loss_ratio<.01", "loss_ratio", "<", 0.01),
        ("mos.min>+1", "mos.min", ">", 1.0),
    ],
)
def test_every_documented_form_is_read(
    expression: str, metric: str, operator: str, limit: float
) -> None:
    found = parse(expression, KNOWN_METRICS)
    assert (found.metric, found.operator, found.limit) == (metric, operator, limit)
    assert found.expression == expression.strip()


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ("", "no operator"),
        ("ser", "no operator"),
        ("ser 0.9", "no operator"),
        ("ser>=", "'' is not a number"),
        (">=0.9", "names no metric"),
        ("ser=0.9", "'=' is not one of"),
        ("ser=>0.9", "'=>' is not one of"),
        ("ser!=0.9", "'!=' is not one of"),
        ("ser>=0,9", "'0,9' is not a number"),
        ("ser>=99%", "'99%' is not a number"),
        ("ser>=0.9<=1", "'0.9<=1' is not a number"),
        ("ser>=nan", "not a finite number"),
        ("ser<=inf", "not a finite number"),
        ("mos>=4", "there is no metric 'mos'; did you mean 'mos.p5'"),
        ("jiter_ms.p95<=20", "did you mean 'jitter_ms.p95'"),
        ("SER>=0.9", "there is no metric 'SER'"),
    ],
)
def test_what_is_wrong_is_said_with_an_example(expression: str, problem: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        parse(expression, KNOWN_METRICS)
    message = str(refusal.value)
    assert problem in message
    assert repr(expression) in message
    assert EXAMPLE in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("operator", "below", "at", "above"),
    [
        (">=", False, True, True),
        ("<=", True, True, False),
        (">", False, False, True),
        ("<", True, False, False),
        ("==", False, True, False),
    ],
)
def test_both_sides_of_each_limit(operator: str, below: bool, at: bool, above: bool) -> None:
    threshold = parse(f"ser{operator}0.5", {"ser"})
    met = [check(threshold, {"ser": value}).met for value in (0.4, 0.5, 0.6)]
    assert met == [below, at, above]


def test_an_unknown_value_neither_meets_nor_breaks() -> None:
    threshold = parse("ser>=0.5", {"ser"})
    for values in ({"ser": None}, {}):
        found = check(threshold, values)
        assert (found.expression, found.value, found.met) == ("ser>=0.5", None, None)


def test_zero_is_a_value() -> None:
    found = check(parse("loss_ratio<=0", {"loss_ratio"}), {"loss_ratio": 0.0})
    assert (found.value, found.met) == (0.0, True)


@given(
    metric=st.sampled_from(sorted(KNOWN_METRICS)),
    operator=st.sampled_from(sorted(OPERATORS)),
    limit=st.floats(allow_nan=False, allow_infinity=False),
    space=st.sampled_from(["", " ", "  "]),
)
def test_what_is_written_is_read(metric: str, operator: str, limit: float, space: str) -> None:
    found = parse(f"{metric}{space}{operator}{space}{limit!r}", KNOWN_METRICS)
    assert (found.metric, found.operator, found.limit) == (metric, operator, limit)


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(expression: str) -> None:
    """Whatever a user types, nothing but a ConfigError comes out."""
    try:
        parse(expression, KNOWN_METRICS)
    except ConfigError:
        return
