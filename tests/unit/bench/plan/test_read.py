"""Plans and their mistakes: every one is told, with its line, its key and words."""

from pathlib import Path

import pytest

from voipprobe.bench.plan.read import parse_plan, read_plan
from voipprobe.model.errors import ConfigError

EXAMPLES = Path(__file__).parents[4] / "examples"
LOCAL = """
name = "p"
[system]
kind = "kamailio-rtpengine"
[[size]]
cpus = 0.5
"""
EC2 = """
name = "p"
provider = "ec2"
[system]
kind = "kamailio-rtpengine"
[[size]]
type = "c7g.large"
[generators]
type = "c7i.large"
[budget]
dollars = 5.0
"""


def refusal(text: str) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        parse_plan(text, "p.toml")
    return str(raised.value).splitlines()


@pytest.mark.parametrize(
    ("name", "provider"),
    [("bench-local", "local"), ("bench-repeats", "local"), ("bench-ec2", "ec2")],
)
def test_the_shipped_plans_are_plans(name: str, provider: str) -> None:
    assert read_plan(EXAMPLES / f"{name}.toml").provider == provider


def test_a_short_plan_has_every_default() -> None:
    plan = parse_plan(LOCAL, "p.toml")
    assert (plan.search.precision_ratio, plan.call.scenario) == (0.02, "call")
    assert plan.size[0].label == "0.5cpu"


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    text = """
name = "a name"
provider = "azure"
[system]
kind = "kamailio"
speed = 3
[[size]]
cpus = "half"
[search]
minimum = 0
"""
    assert refusal(text) == [
        "p.toml:2: name: has characters that cannot stand there, not 'a name'",
        "p.toml:3: provider: should be 'local' or 'ec2', not 'azure'",
        "p.toml:6: system.speed: there is no such key",
        "p.toml:8: size[1].cpus: should be a number, not 'half'",
        "p.toml:10: search.minimum: should be greater than or equal to 1, not 0",
    ]


def test_what_is_missing_is_told_without_a_line() -> None:
    assert refusal("[system]\n") == [
        "p.toml: name: is missing",
        "p.toml:1: system.kind: is missing",
    ]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("[search]\nminimum = 20_000", "p.toml:8: search.minimum: 20000 is above the maximum"),
        ("[search]\nshort_s = 5.0", "p.toml:7: search.full_s: trials must not get shorter"),
        ("[call]\nhold_s = 20.0\n[search]\nramp_s = 10.0",
         "p.toml:10: search.ramp_s: the ramp must last one hold time at least: 20 s, not 10"),
        ("[objective]\nthresholds = [\"ser>=1\", \"speed>4\"]",
         "p.toml:8: objective.thresholds[2]: threshold 'speed>4': there is no metric 'speed'"),
        ("[objective]\nthresholds = []", "p.toml:8: objective.thresholds: should not be empty"),
        ("[[size]]\ncpus = 0.5", "p.toml:7: size[2]: '0.5cpu' is there already"),
        ("[[size]]\ntype = \"c7g.large\"", "p.toml:7: size[2]: a size of provider local needs"),
        ("[generators]\ntype = \"c7g.large\"", "p.toml:8: generators.type: means nothing"),
        ("[generators]\ncount = 2", "p.toml:8: generators.count: provider local has one host"),
        ("[call]\nscenario = \"options\"", "p.toml:8: call.scenario: 'options' makes no calls"),
        ("[call]\nscenario = \"call-busy\"", "p.toml:8: call.scenario: 'call-busy' makes no calls"),
        ("[call]\nscenario = \"nonesuch\"", "p.toml:8: call.scenario: "),
        ("[call]\nmedia = \"none\"", "p.toml:8: call.media: scenario 'call' carries media"),
        ("[call]\nparameters = {x = \"1\"}", "p.toml:8: call.parameters: "),
    ],
)  # fmt: skip
def test_a_mistake_between_keys_of_a_local_plan(more: str, said: str) -> None:
    lines = refusal(LOCAL + more)
    assert lines[0].startswith(said)


def test_calls_without_media_cannot_be_held_to_its_quality() -> None:
    text = LOCAL.replace("kamailio-rtpengine", "kamailio")
    more = '[call]\nmedia = "none"\n[objective]\nthresholds = ["srd_ms.p99<=500", "mos.p5>=4"]\n'
    lines = refusal(text + more)
    said = "calls without media have no mos.p5: every trial would be void"
    assert f"p.toml:10: objective.thresholds[2]: {said}" in lines
    assert not any("srd_ms" in line for line in lines)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("dollars = 5.0", "minutes = 5.0", "p.toml:10: budget.dollars: is missing"),
        ('[generators]\ntype = "c7i.large"', "", "p.toml: generators.type: is missing"),
        ("c7g.large", "t4g.small", "p.toml:7: size[1].type: t4g.small carries what its CPU"),
        ("c7i.large", "t3.small", "p.toml:9: generators.type: t3.small carries"),
        ('type = "c7g.large"', "cpus = 1.0", "p.toml:6: size[1]: a size of provider ec2 needs"),
        ("[budget]", '[ec2]\nkey_name = "k"\n[budget]', "p.toml:10: ec2: key_name and key_file"),
        ("[budget]", '[ec2]\naddress = "private"\n[budget]', "p.toml:10: ec2.ssh_from: is missing"),
        ("[budget]", '[ec2]\nssh_from = "me"\n[budget]', "p.toml:11: ec2.ssh_from: 'me' does not"),
        ("[budget]", '[call]\ntransport = "tls"\n[budget]', "p.toml:11: call.transport: provider"),
    ],
)
def test_a_mistake_between_keys_of_an_ec2_plan(old: str, new: str, said: str) -> None:
    assert parse_plan(EC2, "p.toml").provider == "ec2"
    assert any(line.startswith(said) for line in refusal(EC2.replace(old, new)))


def test_burstable_types_are_taken_when_they_are_asked_for() -> None:
    text = EC2.replace("c7g.large", "t4g.small") + "[ec2]\nallow_burstable = true\n"
    assert parse_plan(text, "p.toml").size[0].type == "t4g.small"


@pytest.mark.parametrize(
    ("system", "said"),
    [
        ("kind = \"external\"", "p.toml:3: system: a system of kind external needs uri"),
        ("kind = \"external\"\nuri = \"sip:a@b c\"", "p.toml:5: system.uri: target"),
        ("kind = \"command\"\nstart = \"up\"", "p.toml:3: system: a system of kind command needs"),
        ("kind = \"kamailio\"\nuri = \"sip:a@192.0.2.1\"", "p.toml:5: system.uri: a system of"),
        ("kind = \"kamailio\"", "p.toml: call.media: kamailio carries signalling only"),
        ("kind = \"responder\"\n[[size]]\ncpus=1.0\n[[size]]\ntype=\"c7g.large\"",
         "p.toml:7: size[2]: a size of provider local needs"),
        ("kind = \"responder\"", "p.toml: size: is missing"),
    ],
)  # fmt: skip
def test_each_kind_of_system_has_its_own_keys(system: str, said: str) -> None:
    lines = refusal(f'\nname = "p"\n[system]\n{system}\n')
    assert any(line.startswith(said) for line in lines), lines


def test_an_external_system_has_no_sizes() -> None:
    text = "name = 'p'\n[system]\nkind = 'external'\nuri = 'sip:echo@192.0.2.1'\n"
    assert parse_plan(text, "p.toml").size == ()
    assert refusal(text + "[[size]]\ncpus = 1.0\n")[0].startswith("p.toml:5: size[1]: an external")


def test_settings_of_a_system_of_ours() -> None:
    """A misspelt one would else be a benchmark of something other than its plan says."""
    plan = parse_plan(LOCAL + "[system.settings]\nworkers = 4\nthreads = 8\n", "p.toml")
    assert plan.system.settings == {"workers": 4, "threads": 8}
    told = "\n".join(refusal(LOCAL + "[system.settings]\nworker = 4\nthreads = true\n"))
    assert "no such setting: it has workers, threads" in told
    assert "True is not a whole number from 1 to 256" in told
