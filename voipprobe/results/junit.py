"""A verdict as JUnit XML, the form that every CI system reads.

A broken threshold is a failure; what could not be measured is an error, because it says
nothing about the target; a threshold that was met in a void run is skipped, because its
value cannot be trusted.
"""

import re
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from voipprobe.model.probe import ProbeResult
from voipprobe.model.verdict import Expectation, Status, Verdict

# everything outside the Char production of XML 1.0 (2.2), which ElementTree lets through
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(result: ProbeResult) -> str:
    """The JUnit document: one testcase per expectation and one per reason of the verdict.

    A pass without expectations has one testcase of its own, since CI systems take an
    empty suite for a mistake.
    """
    cases = _cases(result.verdict)
    suite = ET.Element("testsuite", _suite_attributes(result))
    for name, outcome, message in cases:
        _add_case(suite, _name(result), name, outcome, message)
    for attribute, outcome in COUNTED.items():
        suite.set(attribute, str(sum(case[1] == outcome for case in cases)))
    suite.set("tests", str(len(cases)))
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, "unicode") + "\n"


COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}
PASSED = "passed"
REASON_OUTCOME = {Status.PASS: PASSED, Status.FAIL: "failure", Status.VOID: "error"}


def _cases(verdict: Verdict) -> list[tuple[str, str, str]]:
    """Name, outcome and message of every testcase."""
    cases = [
        (item.expression, _expectation_outcome(item, verdict.status), _found(item))
        for item in verdict.expectations
    ]
    outcome = REASON_OUTCOME[verdict.status]
    cases += [(f"verdict: {reason}", outcome, reason) for reason in verdict.reasons]
    return cases or [(f"verdict: {verdict.status.value}", outcome, "")]


def _expectation_outcome(item: Expectation, status: Status) -> str:
    if item.met is None:
        return "error"
    if status is Status.VOID:
        return "skipped" if item.met else "error"
    return PASSED if item.met else "failure"


def _found(item: Expectation) -> str:
    return "there was no value" if item.value is None else f"found {item.value:g}"


def _add_case(suite: ET.Element, class_name: str, name: str, outcome: str, message: str) -> None:
    case = ET.SubElement(suite, "testcase", {"classname": class_name, "name": _xml_text(name)})
    if outcome != PASSED:
        ET.SubElement(case, outcome, {"message": _xml_text(message)})


def _suite_attributes(result: ProbeResult) -> dict[str, str]:
    started = datetime.fromtimestamp(result.run.started_at, UTC)
    return {
        "name": f"{_name(result)} {_xml_text(result.target)}",
        "hostname": _xml_text(result.environment.hostname),
        "timestamp": started.strftime("%Y-%m-%dT%H:%M:%S"),
        "time": f"{result.run.duration_s:.3f}",
    }


def _name(result: ProbeResult) -> str:
    return _xml_text(f"voipprobe.{result.scenario.name}")


def _xml_text(text: str) -> str:
    return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
