"""calls.parquet and streams.parquet: one flat row per call and per stream.

Knows Arrow's types. Written by pyarrow alone: on the way through pandas an integer column
with an unknown value would turn into floats. `pandas.read_parquet` reads them.
"""

import io
import typing
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voipprobe.model.analysis import Analysis
from voipprobe.model.call import Call
from voipprobe.model.probe import ProbeResult
from voipprobe.model.stream import Stream
from voipprobe.results.files import write_private
from voipprobe.results.flatten import Column, columns, rows

if TYPE_CHECKING:
    import pyarrow as pa

CALLS_FILE = "calls.parquet"
STREAMS_FILE = "streams.parquet"


def write_tables(folder: Path, result: ProbeResult | Analysis) -> None:
    """Write both tables beside `result.json`; a call's `streams` are row numbers.

    Each file carries the schema and the run's id (an analysis: its folder) as metadata.

    Raises:
        StoreError: they could not be written.
    """
    run_id = result.run.id if isinstance(result, ProbeResult) else folder.name
    metadata = {"voipprobe.schema": result.schema, "voipprobe.run": run_id}
    write_private(folder / CALLS_FILE, _parquet(Call, result.calls, metadata))
    write_private(folder / STREAMS_FILE, _parquet(Stream, result.streams, metadata))


def _parquet(cls: type, values: Iterable[object], metadata: dict[str, str]) -> bytes:
    import pyarrow as pa  # noqa: PLC0415 - slow to import, needed once per run
    import pyarrow.parquet as pq  # noqa: PLC0415

    flat = columns(cls)
    schema = pa.schema([_arrow_field(column) for column in flat], metadata=metadata)
    table = pa.Table.from_pylist(rows(flat, values), schema=schema)
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def _arrow_field(column: Column) -> "pa.Field":
    import pyarrow as pa  # noqa: PLC0415

    return pa.field(column.name, _arrow_type(column.kind))


def _arrow_type(kind: Any) -> "pa.DataType":
    """The Arrow type of a Python type: scalars, tuples of one type, and mappings."""
    import pyarrow as pa  # noqa: PLC0415

    scalars = {str: pa.string(), bool: pa.bool_(), int: pa.int64(), float: pa.float64()}
    if kind in scalars:
        return scalars[kind]
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        return pa.list_(_arrow_type(arguments[0]))
    if origin is dict:
        return pa.map_(_arrow_type(arguments[0]), _arrow_type(arguments[1]))
    raise TypeError(f"no Parquet column type for {kind}")
