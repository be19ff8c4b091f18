"""The scenarios: found by name, checked, and rendered to the XML that SIPp reads."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import voipprobe
from voipprobe.model.errors import ConfigError
from voipprobe.traffic.manifest import Manifest, read_manifest

PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
COMMON = frozenset(
    {
        "uri",
        "host",
        "user",
        "from_user",
        "payload_type",
        "encoding",
        "audio",
        "digits_ms",
        "hold_ms",
        "third_hold_ms",
    }
)
"""Placeholders that every scenario may use, beside its own parameters."""

UNSAFE_WORDS = 'none of & < > " [ ] \\ {{ }} and no control characters'
# What would end an XML attribute or CDATA, start a SIPp keyword or add a header line
UNSAFE = re.compile(r"[\x00-\x1f\x7f&<>\"\[\]\\]|\{\{|\}\}")
IPV6_REFERENCE = re.compile(r"\[([0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)\]")
SIPP_LITERAL = r"\\x5b\1\\x5d"
"""The same in SIPp's own spelling: plain brackets would be a keyword."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One scenario file with its manifest."""

    name: str
    path: Path
    manifest: Manifest


def scenario_folder() -> Path:
    """Where the shipped scenarios lie: in the package once installed, beside it in a checkout."""
    package = Path(voipprobe.__file__).parent
    installed = package / "scenarios"
    return installed if installed.is_dir() else package.parent / "scenarios"


def scenario_names() -> list[str]:
    """The names of all shipped scenarios that a probe can run."""
    return sorted(path.stem for path in scenario_folder().glob("*.toml"))


def load_scenario(name: str) -> Scenario:
    """A shipped scenario by its name, or one's own by the path of its XML file.

    Raises:
        ConfigError: there is none; the nearest name is suggested.
    """
    if name.endswith(".xml"):
        path = Path(name)
        if not path.is_file():
            raise ConfigError(f"scenario file {name} does not exist")
    elif name in scenario_names():
        path = scenario_folder() / f"{name}.xml"
    else:
        near = get_close_matches(name, scenario_names(), 1)
        hint = f"did you mean {near[0]!r}?" if near else "see `voipprobe scenarios list`"
        raise ConfigError(f"scenario {name!r} is not known: {hint}")
    return Scenario(name=path.stem, path=path, manifest=read_manifest(path.with_suffix(".toml")))


def scenario_mistakes(scenario: Scenario) -> list[str]:
    """Everything that is wrong with a scenario, in words; empty if nothing is."""
    try:
        text = scenario.path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return [f"{scenario.path}: cannot be read: {error}"]
    try:
        root = ET.fromstring(text)  # noqa: S314 - a scenario file is code that its user chose
    except ET.ParseError as error:
        return [f"{scenario.path}: not well-formed XML: {error}"]
    known = COMMON | scenario.manifest.parameters.keys()
    unknown = sorted(set(PLACEHOLDER.findall(text)) - known)
    mistakes = [f"placeholder {{{{{name}}}}} is no parameter of its manifest" for name in unknown]
    if root.tag != "scenario":
        mistakes.append(f"the root element is {root.tag!r}, not 'scenario'")
    if any("command" in element.attrib for element in root.iter("exec")):
        mistakes.append("<exec command=...> would run a shell: not allowed")
    return [f"{scenario.path}: {mistake}" for mistake in mistakes]


def accept_parameters(scenario: Scenario, given: Mapping[str, str]) -> dict[str, str]:
    """Every parameter of the scenario with its value, checked.

    Raises:
        ConfigError: an unknown parameter, or a value outside its bounds.
    """
    known = scenario.manifest.parameters
    for name in given.keys() - known.keys():
        names = ", ".join(sorted(known)) or "none"
        raise ConfigError(f"scenario {scenario.name} has no parameter {name!r} (it has: {names})")
    return {
        name: parameter.accept(name, given.get(name, str(parameter.default)))
        for name, parameter in known.items()
    }


def render(scenario: Scenario, values: Mapping[str, str]) -> str:
    """The XML with every placeholder filled in.

    Raises:
        ConfigError: the scenario is wrong, or a value could change the XML or a SIP message.
    """
    mistakes = scenario_mistakes(scenario)
    if mistakes:
        raise ConfigError("; ".join(mistakes))
    return fill(scenario.path.read_text(encoding="utf-8"), values)


def fill(template: str, values: Mapping[str, str]) -> str:
    """The template with every placeholder filled in, IPv6 addresses in brackets included.

    Raises:
        ConfigError: a value could change the XML or a SIP message.
    """
    for name, value in values.items():
        if UNSAFE.search(IPV6_REFERENCE.sub("", value)):
            # the value itself stays out of the message: it may be a password
            raise ConfigError(f"{name}: a character is not allowed in a scenario: {UNSAFE_WORDS}")
    literal = {name: IPV6_REFERENCE.sub(SIPP_LITERAL, value) for name, value in values.items()}
    return PLACEHOLDER.sub(lambda found: literal[found[1]], template)
