"""An analysis as one table of comma-separated values: a row per stream, with its call beside it.

Knows how cells are written so that a spreadsheet takes them for what they are.
Must not know what a figure means.
"""

import csv
import io
from collections.abc import Iterator
from typing import Any, Final

from voipprobe.model.analysis import Analysis
from voipprobe.model.call import Call
from voipprobe.model.stream import Stream
from voipprobe.results.flatten import columns, rows

CALL_PREFIX: Final = "call_"
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_text(analysis: Analysis) -> str:
    """The table: every stream with its call, then the calls that have no stream.

    Columns of the call begin with "call_"; unknown is an empty cell; lists are joined by a
    space. A text that a spreadsheet would run as a formula is written with a "'" before it.
    """
    calls = rows(columns(Call), analysis.calls)
    streams = rows(columns(Stream), analysis.streams)
    call_names = {column.name: _call_name(column.name) for column in columns(Call)}
    stream_names = [one.name for one in columns(Stream) if one.name != "call_id"]
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([*stream_names, *call_names.values()])
    for stream, call in _pairs(calls, streams):
        cells = [stream.get(name) for name in stream_names] + [
            call.get(name) for name in call_names
        ]
        writer.writerow(map(_cell, cells))
    return buffer.getvalue()


def _call_name(name: str) -> str:
    return name if name.startswith(CALL_PREFIX) else CALL_PREFIX + name


def _pairs(
    calls: list[dict[str, Any]], streams: list[dict[str, Any]]
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    owner = {index: call for call in calls for index in call["streams"]}
    for index, stream in enumerate(streams):
        yield stream, owner.get(index, {})
    for call in calls:
        if not call["streams"]:
            yield {}, call


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return " ".join(f"{key}:{item}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return " ".join(map(str, value))
    return str(value)
