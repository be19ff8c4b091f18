"""Instance types that a benchmark can use, and those that would measure something else."""

from dataclasses import replace

import pytest

from voipprobe.aws.ec2.kinds import InstanceKind
from voipprobe.bench.ec2.checks import architecture, notes, require_fit
from voipprobe.bench.plan.read import parse_plan
from voipprobe.model.errors import ConfigError

GOOD = InstanceKind(
    name="c7i.large", vcpus=2, architectures=("x86_64",), has_ena=True, baseline_gbps=0.781,
    peak_gbps=12.5, is_burstable=False, can_cluster=True,
)  # fmt: skip
PLAN = """
name = "p"
provider = "ec2"
[system]
kind = "kamailio"
[[size]]
type = "c7i.large"
[call]
media = "beside"
[generators]
type = "c7i.large"
[budget]
dollars = 5.0
"""


def test_every_reason_is_told_at_once() -> None:
    kinds = {"a": replace(GOOD, name="t9.x", is_burstable=True), "b": GOOD,
             "c": replace(GOOD, name="m1.x", has_ena=False)}  # fmt: skip
    with pytest.raises(ConfigError) as raised:
        require_fit(parse_plan(PLAN, "p"), kinds)
    assert [line.split(":")[0] for line in str(raised.value).splitlines()] == ["t9.x", "m1.x"]
    allowed = parse_plan(PLAN + "[ec2]\nallow_burstable = true\n", "p")
    require_fit(allowed, {"a": kinds["a"], "b": GOOD})


def test_bandwidth_that_does_not_last_is_told() -> None:
    [told] = notes({"a": GOOD})
    assert "0.781 Gbit/s for ever, 12.5 for up to 60 minutes" in told
    assert notes({"a": replace(GOOD, baseline_gbps=12.5)}) == ()
    assert notes({"a": replace(GOOD, baseline_gbps=None)}) == ()


def test_the_image_follows_the_architecture() -> None:
    assert architecture(replace(GOOD, architectures=("i386", "x86_64"))) == "x86_64"
    assert architecture(replace(GOOD, architectures=("arm64",))) == "arm64"
    with pytest.raises(ConfigError, match="x86_64_mac"):
        architecture(replace(GOOD, architectures=("x86_64_mac",)))
