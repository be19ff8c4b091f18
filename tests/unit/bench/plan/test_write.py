"""A plan to a plan file and back."""

import tomllib
from pathlib import Path

import pytest
from support.bench_runs import EC2

from voipprobe.bench.plan.read import parse_plan
from voipprobe.bench.plan.sections import Plan, SystemSection
from voipprobe.bench.plan.write import plan_text

EXAMPLES = sorted((Path(__file__).parents[4] / "examples").glob("bench-*.toml"))


@pytest.mark.parametrize("text", [EC2, *(path.read_text() for path in EXAMPLES)])
def test_it_is_read_back_as_the_same_plan(text: str) -> None:
    """Shipped plans and one of the tests."""
    plan = parse_plan(text, "plan")
    assert parse_plan(plan_text(plan), "again") == plan


def test_defaults_are_written_out_and_the_unknown_is_not() -> None:
    """So that a later voipprobe with other defaults repeats the same run."""
    text = plan_text(parse_plan('name = "p"\n[system]\nkind = "kamailio-rtpengine"\n'
                                '[[size]]\ncpus = 0.5\n', "plan"))  # fmt: skip
    assert "precision_ratio = 0.02" in text
    assert "ramp_s" not in text
    assert "[ec2]" not in text, "which is none of a local run's"


def test_odd_settings_come_back() -> None:
    """Quotes, backslashes, controls, and keys that must be quoted."""
    odd = 'a "b" \\ \x7f \x01 é \N{SNOWMAN}'
    settings: dict[str, str | int | float | bool] = {"a b": odd, "n": 3, "x": 0.5, "y": True}
    system = SystemSection(kind="command", start=Path("start it.sh"), settings=settings)
    plan = parse_plan(EC2.replace('"ec2"', '"local"').replace('type = "c7i.large"', "cpus = 1")
                      .replace('type = "c7g.large"', "cpus = 2")
                      .replace('[generators]\ntype = "c7i.2xlarge"\n', ""), "plan")  # fmt: skip
    plan = plan.model_copy(update={"system": system})
    assert Plan.model_validate(tomllib.loads(plan_text(plan)), strict=False) == plan
