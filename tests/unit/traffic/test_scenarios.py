"""The shipped scenarios, whole and broken on purpose."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path
from shutil import copyfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voipprobe.model.errors import ConfigError
from voipprobe.traffic.scenarios import (
    COMMON,
    PLACEHOLDER,
    UNSAFE,
    Scenario,
    accept_parameters,
    fill,
    load_scenario,
    render,
    scenario_folder,
    scenario_mistakes,
    scenario_names,
)

SHIPPED = scenario_names()
KNOWN_FEATURES = {"PCAP", "TLS", "SCTP", "RTPSTREAM"}
VALUES = {
    "uri": "sip:echo@192.0.2.1:5060",
    "host": "192.0.2.1:5060",
    "user": "echo",
    "from_user": "voipprobe",
    "payload_type": "8",
    "encoding": "PCMA",
    "audio": "speech",
    "digits_ms": "2600",
    "hold_ms": "3000",
    "third_hold_ms": "1000",
}
RESPONDER_VALUES = {
    "answer_ms": "3000",
    "early_ms": "1000",
    "longest_call_ms": "3600000",
    "contact_user": "responder",
    "realm": "voipprobe",
    "username": "alice",
    "password": "secret",
    "nonce": "0123456789abcdef",
}


def parsed(text: str) -> ET.Element:
    """The root element, as a reader of XML that is not SIPp sees it."""
    return ET.fromstring(text)  # noqa: S314 - our own scenarios


def rendered(name: str) -> str:
    """A shipped scenario as SIPp gets it."""
    scenario = load_scenario(name)
    return render(scenario, {**VALUES, **accept_parameters(scenario, {})})


def twin(folder: Path, name: str, old: str, new: str) -> Scenario:
    """A shipped scenario with one change in its XML."""
    shipped = scenario_folder() / f"{name}.xml"
    text = shipped.read_text()
    assert old in text
    (folder / "mine.xml").write_text(text.replace(old, new, 1))
    copyfile(shipped.with_suffix(".toml"), folder / "mine.toml")
    return load_scenario(str(folder / "mine.xml"))


def test_every_common_placeholder_has_a_value_here() -> None:
    """Else the tests below would pass over a new one."""
    assert VALUES.keys() == COMMON


def test_all_scenarios_of_the_issue_are_shipped() -> None:
    """Beside the responder, which is the far end and no scenario of a probe."""
    assert SHIPPED == [
        "call", "call-auth", "call-busy", "call-cancel", "call-dtmf", "call-early-media",
        "call-reinvite", "call-tcp", "options", "register", "register-auth",
    ]  # fmt: skip


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_scenario_has_no_mistakes(name: str) -> None:
    assert scenario_mistakes(load_scenario(name)) == []


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_scenario_renders_completely(name: str) -> None:
    """No placeholder is left, and it is still XML with its own name."""
    text = rendered(name)
    assert "{{" not in text
    assert "}}" not in text
    assert parsed(text).attrib["name"] == name


@pytest.mark.parametrize("name", SHIPPED)
def test_manifest_tells_the_truth(name: str) -> None:
    """Its method is sent first; its media, features and parameters are really used."""
    scenario = load_scenario(name)
    manifest, text = scenario.manifest, scenario.path.read_text()
    root = parsed(text)
    assert next(iter(root.iter("send"))).text.split()[0] == manifest.method  # type: ignore[union-attr] # a send has text
    assert manifest.media == ("rtp_stream=" in text)
    assert ("PCAP" in manifest.features) == ("play_dtmf=" in text or "play_pcap" in text)
    assert set(manifest.features) <= KNOWN_FEATURES
    assert manifest.credentials == ("[field0]" in text)
    assert manifest.parameters.keys() == set(PLACEHOLDER.findall(text)) - COMMON


@pytest.mark.parametrize("name", SHIPPED)
def test_every_response_time_is_started_and_stopped(name: str) -> None:
    """SIPp refuses to run a scenario that starts a timer and never stops it."""
    scenario = load_scenario(name)
    elements = list(parsed(scenario.path.read_text()).iter())
    started = {element.attrib["start_rtd"] for element in elements if "start_rtd" in element.attrib}
    stopped = {element.attrib["rtd"] for element in elements if "rtd" in element.attrib}
    assert started == stopped == set(scenario.manifest.response_times)


@pytest.mark.parametrize("name", SHIPPED)
def test_placeholders_never_stand_between_single_quotes(name: str) -> None:
    """A user part may hold an apostrophe (RFC 3261), which would end such an attribute."""
    assert not re.search(r"='[^']*\{\{", load_scenario(name).path.read_text())


def test_responder_renders_completely() -> None:
    text = fill((scenario_folder() / "responder/responder.xml").read_text(), RESPONDER_VALUES)
    assert "{{" not in text
    assert parsed(text).tag == "scenario"
    assert 'password="secret"' in text or "password=secret" in text


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("cal", "did you mean 'call'?"),
        ("call_busy", "did you mean 'call-busy'?"),
        ("xyzzy", "scenarios list"),
        ("", "scenarios list"),
        ("../scenarios/call", "scenarios list"),
        ("responder", "not known"),
    ],
)
def test_unknown_scenario_is_refused_with_a_hint(name: str, hint: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(hint)):
        load_scenario(name)


def test_scenario_file_that_does_not_exist() -> None:
    with pytest.raises(ConfigError, match=r"/nowhere/x\.xml does not exist"):
        load_scenario("/nowhere/x.xml")


def test_scenario_file_without_a_manifest(tmp_path: Path) -> None:
    """The message names the file that is missing."""
    copyfile(scenario_folder() / "call.xml", tmp_path / "mine.xml")
    with pytest.raises(ConfigError, match=r"mine\.toml: No such file"):
        load_scenario(str(tmp_path / "mine.xml"))


def test_own_scenario_is_as_good_as_a_shipped_one(tmp_path: Path) -> None:
    mine = twin(tmp_path, "call", "User-Agent: voipprobe", "User-Agent: mine")
    assert scenario_mistakes(mine) == []
    assert "User-Agent: mine" in render(mine, VALUES)


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("</scenario>", "", "not well-formed XML"),
        ("{{audio}}", "{{sound}}", "{{sound}} is no parameter"),
        ("<scenario ", "<!DOCTYPE x [<!ENTITY a 'b'>]><scene ", "not well-formed"),
        ('<exec rtp_stream="', '<exec command="', "would run a shell"),
        ('<exec rtp_stream="', '<exec int_cmd="stop_now" command="', "would run a shell"),
    ],
)
def test_broken_twins_are_refused(tmp_path: Path, old: str, new: str, mistake: str) -> None:
    """By `scenarios check`, and before anything is run with them."""
    broken = twin(tmp_path, "call", old, new)
    assert any(mistake in line for line in scenario_mistakes(broken))
    with pytest.raises(ConfigError, match=re.escape(mistake)):
        render(broken, VALUES)


def test_a_file_that_is_no_scenario(tmp_path: Path) -> None:
    copyfile(scenario_folder() / "call.toml", tmp_path / "mine.toml")
    (tmp_path / "mine.xml").write_text("<html/>")
    assert "not 'scenario'" in scenario_mistakes(load_scenario(str(tmp_path / "mine.xml")))[0]


def test_a_file_that_is_not_utf8_is_a_mistake_and_no_crash(tmp_path: Path) -> None:
    broken = twin(tmp_path, "call", "User-Agent: voipprobe", "User-Agent: x")
    broken.path.write_bytes(broken.path.read_bytes().replace(b"User-Agent: x", b"X: \xff\xfe"))
    with pytest.raises(ConfigError, match=r"mine\.xml: cannot be read"):
        render(broken, VALUES)


@pytest.mark.parametrize("name", sorted(VALUES))
@pytest.mark.parametrize(
    "value",
    ["a\r\nX-Evil: 1", "]]>", '"/><exec command="id', "[field0]", "&lt;", "a\\n", "{{uri}}"],
)
def test_no_value_can_change_the_scenario(name: str, value: str) -> None:
    """Whatever comes from a user is refused where it could end what it stands in."""
    with pytest.raises(ConfigError, match=f"{name}: a character is not allowed"):
        render(load_scenario("call"), {**VALUES, name: value})


def test_ipv6_addresses_reach_sipp_as_text_and_not_as_keywords() -> None:
    """SIPp would refuse the keyword [2001:db8::1]; it reads \\x5b as a bracket."""
    text = fill("To: <{{uri}}>", {"uri": "sip:echo@[2001:db8::1]:5060"})
    assert text == r"To: <sip:echo@\x5b2001:db8::1\x5d:5060>"
    for keyword in (
        "[abc]",
        "[call_id]",
        "[last_Via:]",
        "[[::1]",
        "[::1]]",
        "[::g]",
        "[x:1]",
        "[]",
    ):
        with pytest.raises(ConfigError):
            fill("{{uri}}", {"uri": keyword})


def test_refusal_does_not_repeat_the_value() -> None:
    """It may be a password."""
    with pytest.raises(ConfigError) as refusal:
        fill("{{password}}", {"password": "hunter2&"})
    assert "hunter2" not in str(refusal.value)


@given(st.text(max_size=30))
def test_whatever_fill_accepts_leaves_the_structure_alone(value: str) -> None:
    """The same elements with the same attributes, whatever stands in a placeholder."""
    template = '<scenario name="x"><send><![CDATA[To: {{v}}]]></send><nop a="{{v}}"/></scenario>'
    try:
        text = fill(template, {"v": value})
    except ConfigError:
        assert UNSAFE.search(value)
        return
    try:
        root = parsed(text)
    except ET.ParseError:
        # XML 1.0 2.2 has no such characters: refused by SIPp's reader and ours, not misread
        assert re.search("[\ud800-\udfff\ufffe\uffff]", value)
        return
    assert [element.tag for element in root.iter()] == ["scenario", "send", "nop"]
    assert root.find("nop").attrib.keys() == {"a"}  # type: ignore[union-attr] # asserted above


@pytest.mark.parametrize(
    ("scenario", "given", "problem"),
    [
        ("call-cancel", {"ring_s": "1"}, "has no parameter 'ring_s' (it has: ring_ms)"),
        ("call", {"x": "1"}, "has no parameter 'x' (it has: none)"),
        ("call-cancel", {"ring_ms": "60001"}, "from 0 to 60000 ms"),
        ("call-cancel", {"ring_ms": "-1"}, "not a whole number"),
        ("call-cancel", {"ring_ms": "1.5"}, "not a whole number"),
        ("call-cancel", {"ring_ms": ""}, "not a whole number"),
        ("call-cancel", {"ring_ms": "\u0661"}, "not a whole number"),
        ("call-cancel", {"ring_ms": '1"/><exec command="id'}, "not a whole number"),
        ("call-dtmf", {"digits": "12E"}, "does not match"),
        ("call-dtmf", {"digits": "1\n"}, "does not match"),
        ("call-dtmf", {"digits": ""}, "does not match"),
        ("call-dtmf", {"digits": "1" * 33}, "does not match"),
    ],
)
def test_bad_parameters_are_refused(scenario: str, given: dict[str, str], problem: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(problem)):
        accept_parameters(load_scenario(scenario), given)


def test_parameters_at_their_bounds_and_their_defaults() -> None:
    cancel = load_scenario("call-cancel")
    assert accept_parameters(cancel, {}) == {"ring_ms": "1000"}
    assert accept_parameters(cancel, {"ring_ms": "0"}) == {"ring_ms": "0"}
    assert accept_parameters(cancel, {"ring_ms": "060000"}) == {"ring_ms": "60000"}
