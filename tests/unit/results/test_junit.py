"""The JUnit document."""

from dataclasses import replace
from xml.etree import ElementTree as ET

from support import samples

from voipprobe.model.probe import ProbeResult
from voipprobe.model.verdict import Expectation, Status, Verdict
from voipprobe.results.junit import junit_xml


def suite_of(result: ProbeResult) -> ET.Element:
    """The one suite of a document, parsed again."""
    root = ET.fromstring(junit_xml(result).encode())  # noqa: S314 - our own text
    (suite,) = root
    return suite


def outcomes(suite: ET.Element) -> dict[str | None, list[str]]:
    """Test case to the tags in it."""
    return {case.get("name"): [child.tag for child in case] for case in suite}


def test_a_fail_is_a_failure_and_no_value_an_error() -> None:
    """One case per expectation and per reason, and counts that agree with them."""
    suite = suite_of(samples.probe_result())
    assert outcomes(suite) == {
        "mos.p5>=4.0": [],
        "ser>=0.99": ["failure"],
        "rrd_ms.p95<=100": ["error"],
        "verdict: ser is 0.95, and ser>=0.99 was asked for": ["failure"],
    }
    counts = {key: suite.get(key) for key in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "4", "failures": "2", "errors": "1", "skipped": "0"}
    assert suite[1][0].get("message") == "found 0.95"


def test_a_void_never_counts_as_failed_nor_as_good() -> None:
    """Its values cannot be trusted, whichever side of a threshold they are on."""
    expectations = (
        Expectation(expression="a>=1", value=2.0, met=True),
        Expectation(expression="b>=1", value=0.0, met=False),
    )
    void = Verdict(status=Status.VOID, reasons=("capture dropped 7",), expectations=expectations)
    assert outcomes(suite_of(samples.probe_result(verdict=void))) == {
        "a>=1": ["skipped"],
        "b>=1": ["error"],
        "verdict: capture dropped 7": ["error"],
    }


def test_a_pass_without_expectations_is_no_empty_suite() -> None:
    """CI systems report an empty suite as a mistake."""
    suite = suite_of(samples.probe_result(verdict=samples.PASSED))
    assert outcomes(suite) == {"verdict: pass": []}
    assert suite.get("timestamp") == "2026-09-21T14:13:20"
    assert suite.get("time") == "14.800"


def test_hostile_text_stays_text() -> None:
    """Reason phrases come from the wire: markup is escaped, what XML cannot hold replaced."""
    reason = '</failure><evil a="1">&\x00\x1b[31m\ufffe\ud800 é'
    verdict = replace(samples.verdict(), reasons=(reason,), expectations=())
    suite = suite_of(samples.probe_result(verdict=verdict, target='"<&>'))
    (case,) = suite
    assert case[0].get("message") == '</failure><evil a="1">&��[31m�� é'
    assert suite.get("name") == 'voipprobe.call "<&>'
