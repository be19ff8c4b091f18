"""The data of a page: what the script reads, line by line."""

import json
from dataclasses import replace
from typing import Any

import pytest
from support import analyses, samples

from voipprobe.model.analysis import AnalysisDetail
from voipprobe.model.errors import StoreError
from voipprobe.model.finding import Finding
from voipprobe.results.html.payload import data_blocks

NOTHING = AnalysisDetail(ladders={}, series=())
BAD = samples.stream(mos=2.1, findings=(samples.LATE,))


def rows(block: str) -> list[dict[str, Any] | None]:
    """A block of lines as the page's script reads it."""
    keys, *lines = block.split("\n")
    names = json.loads(keys)
    return [dict(zip(names, json.loads(line), strict=True)) if line else None for line in lines]


def test_a_call_carries_its_worst_mos_and_all_codes() -> None:
    """So that the table can be sorted and searched before any stream is looked at."""
    call = samples.call(streams=(0, 1, 2), findings=(samples.ONE_WAY_AUDIO,))
    streams = (samples.sent_stream(), BAD, samples.stream(findings=()))
    blocks = data_blocks(analyses.analysis((call, samples.failed_call()), streams), NOTHING)
    first, second = rows(blocks["calls"])
    assert first is not None
    assert second is not None
    assert (first["mos"], first["model"]) == (2.1, 0)
    assert first["codes"] == ["one-way-audio", "jitter-above-buffer"]
    assert (first["from"], first["outcome"]) == (call.from_, "answered")
    assert (second["mos"], second["model"], second["srd_ms"]) == (None, None, None)


def test_streams_know_their_call() -> None:
    """And one of no call knows that."""
    calls = (samples.failed_call(), samples.call(streams=(1,)))
    blocks = data_blocks(analyses.analysis(calls, (samples.stream(call_id=None), BAD)), NOTHING)
    assert [row and row["call"] for row in rows(blocks["streams"])] == [None, 1]


def test_findings_say_where_they_stand() -> None:
    """Of the capture, of a call, of a stream and its call."""
    general = Finding(code="clock-drift", text="t", packets=(1,))
    call = samples.call(streams=(0,), findings=(samples.ONE_WAY_AUDIO,))
    blocks = data_blocks(analyses.analysis((call,), (BAD,), general), NOTHING)
    found = json.loads(blocks["overview"])["findings"]
    assert [(one["code"], one["call"], one["stream"]) for one in found] == [
        ("clock-drift", None, None),
        ("one-way-audio", 0, None),
        ("jitter-above-buffer", 0, 0),
    ]
    assert found[0]["packets"] == [1]


def test_ladders_and_series_stand_in_the_line_of_their_call_and_stream() -> None:
    """An empty line where there is none, so that a number finds them."""
    calls = [samples.call(call_id=call_id, streams=()) for call_id in ("a", "b", "c")]
    message = analyses.message(4, 1.5, "INVITE sip:x", text="line\r\nline\n")
    detail = AnalysisDetail(ladders={"b": (message,)}, series=(analyses.series(1, 1, steps=3),))
    blocks = data_blocks(analyses.analysis(calls, (BAD, BAD)), detail)
    keys, *ladders = blocks["ladders"].split("\n")
    assert [bool(line) for line in ladders] == [False, True, False]
    (values,) = json.loads(ladders[1])
    assert dict(zip(json.loads(keys), values, strict=True))["text"] == "line\r\nline\n"
    plotted = rows(blocks["series"])
    assert plotted[0] is None
    assert plotted[1] is not None
    assert len(plotted[1]["jitter_ms"]) == 3


def test_a_number_that_is_none_never_reaches_the_page() -> None:
    """NaN is no JSON: the script would stop at it."""
    nan = float("nan")
    with pytest.raises(StoreError):
        data_blocks(analyses.analysis((samples.call(srd_ms=nan, streams=()),), ()), NOTHING)
    plotted = replace(analyses.series(0, 0, steps=1), jitter_ms=(nan,))
    with pytest.raises(StoreError):
        data_blocks(analyses.analysis((), (BAD,)), AnalysisDetail(ladders={}, series=(plotted,)))


def test_words_that_no_encoding_holds() -> None:
    """Bytes of the wire that are no UTF-8 do not stop the page from being written."""
    call = samples.call(from_="sip:\udce4@h", streams=())
    blocks = data_blocks(analyses.analysis((call,), ()), NOTHING)
    assert "sip:\N{REPLACEMENT CHARACTER}@h" in blocks["calls"]
