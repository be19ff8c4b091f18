"""The JSON document and the way back."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from support import captured, samples

from voipprobe.model.errors import StoreError
from voipprobe.model.probe import ProbeResult
from voipprobe.results.document import (
    analysis_from_document,
    document_text,
    probe_from_document,
    to_document,
)


@pytest.mark.parametrize("result", [samples.probe_result(), samples.unmeasured_result()])
def test_a_result_survives_its_document(result: ProbeResult) -> None:
    """Every table is derived again later, so nothing may be lost on the way."""
    assert probe_from_document(json.loads(document_text(result))) == result


def test_an_analysis_survives_its_document() -> None:
    """And is not taken for a probe."""
    document = json.loads(document_text(captured.analysis()))
    assert analysis_from_document(document) == captured.analysis()
    with pytest.raises(StoreError, match=r"voipprobe\.analysis/1, and this"):
        probe_from_document(document)


def test_the_keys_are_those_of_the_design() -> None:
    """Top level, and the field that a keyword forces to be called from_."""
    document = to_document(samples.probe_result())
    top = "schema run target scenario environment verdict capture signalling media iperf"
    assert list(document) == [*top.split(), "calls", "streams"]
    assert document["calls"][0]["from"] == f"sip:probe@{samples.NEAR}"
    assert "from_" not in document["calls"][0]


def test_values_become_json_types() -> None:
    """Enums, tuples and integer keys."""
    document = to_document(samples.probe_result())
    assert document["verdict"]["status"] == "fail"
    assert type(document["verdict"]["status"]) is str
    assert document["calls"][1]["findings"][0]["packets"] == [1, 2]
    assert document["signalling"]["responses"] == {"100": 19, "180": 5, "200": 38}


def test_numpy_numbers_become_plain_ones() -> None:
    """The kernel's counters are numpy's, and json knows none of them."""
    stream = samples.stream(packets=np.int64(7), mos=np.float32(4.5))
    document = to_document(stream)
    assert (document["packets"], document["mos"]) == (7, 4.5)
    assert (type(document["packets"]), type(document["mos"])) == (int, float)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_json_lacks_is_refused(number: float) -> None:
    """NaN would make the file unreadable for other tools; the place is named."""
    result = samples.probe_result(calls=(samples.call(), samples.call(srd_ms=number)))
    with pytest.raises(StoreError, match=r"calls\[1\]\.srd_ms is"):
        to_document(result)


def test_a_newer_version_is_named() -> None:
    """Both the version found and the one supported."""
    document = to_document(samples.probe_result()) | {"schema": "voipprobe.probe/2"}
    with pytest.raises(
        StoreError, match=r"x\.json has schema voipprobe.probe/2.*voipprobe.probe/1"
    ):
        probe_from_document(document, "x.json")


@pytest.mark.parametrize("document", [[], None, {}, {"schema": 1}])
def test_what_is_no_result_is_refused(document: object) -> None:
    """Any JSON may lie in a file of that name."""
    with pytest.raises(StoreError, match="no voipprobe result"):
        probe_from_document(document)


def test_a_broken_document_names_its_places() -> None:
    """The first few, in the words of the document."""
    document = to_document(samples.probe_result())
    document["calls"][1]["outcome"] = "exploded"
    del document["calls"][1]["from"]
    document["signalling"]["ser"] = math.nan
    document["run"]["calls"] = "many"
    with pytest.raises(StoreError) as caught:
        probe_from_document(document)
    message = str(caught.value)
    assert "run.calls: " in message
    assert "signalling.ser: " in message
    assert "calls.1.from: " in message
    assert message.endswith("; and 1 more")


def test_a_later_addition_is_tolerated() -> None:
    """The same version may gain keys; an older reader passes over them."""
    document = to_document(samples.probe_result()) | {"weather": "fine"}
    assert probe_from_document(document) == samples.probe_result()


def test_user_keys_are_left_alone() -> None:
    """Parameters are the user's words: neither "from" nor "x_" is a field of ours."""
    scenario = replace(samples.probe_result().scenario, parameters={"from": "a", "x_": "b"})
    document = to_document(samples.probe_result(scenario=scenario))
    assert document["scenario"]["parameters"] == {"from": "a", "x_": "b"}
    assert probe_from_document(document).scenario == scenario


def test_bytes_that_are_no_utf8_can_be_stored() -> None:
    """A From header may hold anything, and the file must be readable again."""
    result = samples.probe_result(calls=(samples.call(from_="sip:\udcff@x"),))
    text = document_text(result).encode()
    assert probe_from_document(json.loads(text)).calls[0].from_ == "sip:�@x"
