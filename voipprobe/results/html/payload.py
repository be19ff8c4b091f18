"""The data that a page carries: compact JSON, in blocks that are parsed when they are needed.

A big block is lines of JSON: the names of the columns, then one row a line. A page with
thousands of calls opens at once because the line of a call is parsed when it is opened.
Knows the shapes that the page's script reads. Must not know HTML.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from voipprobe.model.analysis import Analysis, AnalysisDetail, LadderMessage, StreamSeries
from voipprobe.model.call import Call
from voipprobe.model.errors import StoreError
from voipprobe.model.finding import Finding
from voipprobe.model.quality import QualityModel
from voipprobe.model.stream import Stream
from voipprobe.results.document import document_key, to_document

ASSUMPTIONS = (
    "name",
    "codec",
    "equipment_impairment",
    "loss_robustness",
    "buffer_ms",
    "packetisation_ms",
    "delay_source",
)
"""What a MOS presumes; the other fields of a quality model were measured on the stream."""

SERIES_DECIMALS = 3
"""Of a plotted millisecond; more cannot be seen and would double the page."""

Models = dict[tuple[str | float, ...], int]
"""Sets of assumptions to their place in `overview.models`."""


def data_blocks(analysis: Analysis, detail: AnalysisDetail) -> dict[str, str]:
    """The text of every data block, by name.

    Returns:
        `overview`: one JSON object. `calls`, `streams`: rows. `ladders`: the rows of call n in
        line n + 1; `series`: of stream n in line n + 1; the line is empty where there are none.

    Raises:
        StoreError: a number is NaN or infinite.
    """
    models = _models(analysis.streams)
    series = {one.stream: one for one in detail.series}
    return {
        "overview": _json(_overview(analysis, models)),
        "calls": _lines(_keys(Call, "codes", "mos", "model"), _call_rows(analysis, models)),
        "streams": _lines(_keys(Stream, "call", "model"), _stream_rows(analysis, models)),
        "ladders": _lines(
            _keys(LadderMessage), (_ladder(detail, call.call_id) for call in analysis.calls)
        ),
        "series": _lines(
            _keys(StreamSeries), (_series(series.get(i)) for i in range(len(analysis.streams)))
        ),
    }


def _overview(analysis: Analysis, models: Models) -> dict[str, Any]:
    return {
        "schema": analysis.schema,
        "capture": to_document(analysis.capture),
        "signalling": to_document(analysis.signalling),
        "media": to_document(analysis.media),
        "findings": list(_findings(analysis)),
        "models": [dict(zip(ASSUMPTIONS, model, strict=True)) for model in models],
    }


def _findings(analysis: Analysis) -> Iterable[dict[str, Any]]:
    """Every finding with where it stands: those of the capture first."""
    call_of = _call_of_stream(analysis.calls)
    for finding in analysis.findings:
        yield _placed(finding, None, None)
    for index, call in enumerate(analysis.calls):
        yield from (_placed(finding, index, None) for finding in call.findings)
    for index, stream in enumerate(analysis.streams):
        yield from (_placed(finding, call_of.get(index), index) for finding in stream.findings)


def _placed(finding: Finding, call: int | None, stream: int | None) -> dict[str, Any]:
    return {**to_document(finding), "call": call, "stream": stream}


def _call_rows(analysis: Analysis, models: Models) -> Iterable[Iterable[object] | None]:
    """Each call with the codes of all its findings, and its worst stream's MOS and model."""
    for call in analysis.calls:
        streams = [analysis.streams[index] for index in call.streams]
        found = [*call.findings, *(finding for stream in streams for finding in stream.findings)]
        rated = [stream for stream in streams if stream.mos is not None]
        worst = min(rated, key=lambda stream: stream.mos or 0.0, default=None)
        yield [
            *to_document(call).values(),
            list(dict.fromkeys(finding.code for finding in found)),
            worst and worst.mos,
            worst and _model_index(worst, models),
        ]


def _stream_rows(analysis: Analysis, models: Models) -> Iterable[Iterable[object] | None]:
    call_of = _call_of_stream(analysis.calls)
    for index, stream in enumerate(analysis.streams):
        yield [
            *to_document(stream).values(),
            call_of.get(index),
            _model_index(stream, models),
        ]


def _call_of_stream(calls: Sequence[Call]) -> dict[int, int]:
    return {stream: index for index, call in enumerate(calls) for stream in call.streams}


def _models(streams: Iterable[Stream]) -> Models:
    """The different sets of assumptions, so that a table can print each of them once."""
    rated = (stream.quality_model for stream in streams if stream.quality_model is not None)
    different = dict.fromkeys(_assumptions(model) for model in rated)
    return {assumptions: index for index, assumptions in enumerate(different)}


def _assumptions(model: QualityModel) -> tuple[str | float, ...]:
    return tuple(getattr(model, name) for name in ASSUMPTIONS)


def _model_index(stream: Stream, models: Models) -> int | None:
    model = stream.quality_model
    return None if model is None else models[_assumptions(model)]


def _ladder(detail: AnalysisDetail, call_id: str) -> Iterable[object] | None:
    messages = detail.ladders.get(call_id)
    return messages and [list(to_document(message).values()) for message in messages]


def _series(series: StreamSeries | None) -> Iterable[object] | None:
    """Its values as they are: thousands of streams have millions, all of them plain numbers."""
    if series is None:
        return None
    values = {field.name: getattr(series, field.name) for field in fields(StreamSeries)}
    for name in ("delta_max_ms", "jitter_ms"):
        values[name] = [None if ms is None else round(ms, SERIES_DECIMALS) for ms in values[name]]
    return list(values.values())


def _keys(cls: type, *more: str) -> list[str]:
    return [*(document_key(field.name) for field in fields(cls)), *more]


def _lines(keys: Sequence[str], rows: Iterable[Iterable[object] | None]) -> str:
    """JSON has no raw line breaks inside, so that a line is a row."""
    return "\n".join([_json(keys), *("" if row is None else _json(row) for row in rows)])


def _json(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except ValueError:
        raise StoreError(
            "the page cannot be written: a plotted number is not finite, and an unknown one must "
            "be null; this is a fault of voipprobe, please report it"
        ) from None
