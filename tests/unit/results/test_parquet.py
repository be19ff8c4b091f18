"""The Parquet tables, read as a notebook reads them and as Arrow sees them."""

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from support import samples

from voipprobe.model.errors import StoreError
from voipprobe.results.parquet import CALLS_FILE, STREAMS_FILE, write_tables


def test_the_types_do_not_depend_on_the_rows(tmp_path: Path) -> None:
    """No rows, only unknown values, and full rows: runs can be joined together."""
    empty, unknown, full = tmp_path / "empty", tmp_path / "unknown", tmp_path / "full"
    for folder in (empty, unknown, full):
        folder.mkdir()
    write_tables(empty, samples.unmeasured_result())
    write_tables(
        unknown,
        samples.probe_result(calls=(samples.failed_call(),), streams=(samples.sent_stream(),)),
    )
    write_tables(full, samples.probe_result())
    for name in (CALLS_FILE, STREAMS_FILE):
        schemas = {str(pq.read_schema(folder / name)) for folder in (empty, unknown, full)}
        assert len(schemas) == 1


def test_calls(tmp_path: Path) -> None:
    """One row per call; unknown stays unknown and an integer stays one."""
    write_tables(tmp_path, samples.probe_result())
    calls = pd.read_parquet(tmp_path / CALLS_FILE, dtype_backend="pyarrow")
    assert list(calls["outcome"]) == ["answered", "timeout", "answered"]
    assert calls["from"][0] == f"sip:probe@{samples.NEAR}"
    assert calls["final_status"].isna().tolist() == [False, True, False]
    assert str(calls["final_status"].dtype) == "int64[pyarrow]"
    assert [list(codes) for codes in calls["findings"]] == [[], ["no-answer"], ["one-way-audio"]]
    assert list(calls["streams"][0]) == [0, 1]


def test_streams(tmp_path: Path) -> None:
    """Nested summaries are flat; a summary that is absent is unknown in all its columns."""
    write_tables(tmp_path, samples.probe_result())
    streams = pd.read_parquet(tmp_path / STREAMS_FILE)
    received = streams.iloc[1]
    assert received["jitter_ms_mean"] == 0.15
    assert received["quality_model_codec"] == "G.711 with PLC"
    assert received["burst_gap_density_ratio"] == 0.02
    assert dict(received["payload_types"]) == {0: 480, 101: 10}
    assert list(received["findings"]) == ["jitter-above-buffer"]
    absent = streams.filter(regex="^(round_trip_ms|quality_model|burst)").iloc[0]
    assert len(absent) == 6 + 10 + 6
    assert absent.isna().all()


def test_bytes_that_are_no_utf8(tmp_path: Path) -> None:
    """A From header may hold anything."""
    write_tables(tmp_path, samples.probe_result(calls=(samples.call(from_="sip:\udcff@x"),)))
    assert pd.read_parquet(tmp_path / CALLS_FILE)["from"][0] == "sip:�@x"


def test_a_file_says_which_run_it_is_of(tmp_path: Path) -> None:
    """A table is often copied away from its folder."""
    write_tables(tmp_path, samples.probe_result())
    metadata = pq.read_schema(tmp_path / CALLS_FILE).metadata
    assert metadata[b"voipprobe.run"] == samples.run().id.encode()
    assert metadata[b"voipprobe.schema"] == b"voipprobe.probe/1"


def test_a_folder_that_is_gone_is_our_error(tmp_path: Path) -> None:
    """Not Arrow's."""
    with pytest.raises(StoreError, match=r"calls\.parquet"):
        write_tables(tmp_path / "gone", samples.probe_result())
