"""An analysis as comma-separated values, read back by Python's own reader."""

import csv
from io import StringIO

from support import captured, samples

from voipprobe.model.analysis import Analysis
from voipprobe.results.csv import csv_text


def rows(analysis: Analysis) -> list[dict[str, str]]:
    """The rows by column."""
    return list(csv.DictReader(StringIO(csv_text(analysis), newline="")))


def test_every_stream_and_every_call_is_there_once() -> None:
    """Two streams of a call, one of none, and the calls without media."""
    found = [(row["ssrc"], row["call_id"]) for row in rows(captured.analysis())]
    own = f"1-4711@{samples.NEAR}"
    assert found == [
        ("0x1a2b3c4d", own),
        ("0x1a2b3c4d", own),
        ("0x00000001", ""),
        ("", f"2-4711@{samples.NEAR}"),
        ("", f"3-4711@{samples.NEAR}"),
    ]


def test_columns_have_different_names() -> None:
    """Or a reader would keep one of two."""
    header = next(csv.reader(StringIO(csv_text(captured.analysis()))))
    assert len(set(header)) == len(header)


def test_a_call_stands_beside_its_stream() -> None:
    """Its own columns begin with call_; unknown is empty and false is a word."""
    first, *_, failed, _ = rows(captured.analysis())
    assert (first["mos"], first["call_outcome"], first["call_completed"]) == (
        "4.41", "answered", "true",
    )  # fmt: skip
    assert (first["payload_types"], first["drift_ppm"]) == ("0:480 101:10", "")
    assert (failed["mos"], failed["call_srd_ms"], failed["call_findings"]) == ("", "", "no-answer")


def test_a_spreadsheet_runs_nothing() -> None:
    """A caller may call himself a formula; line breaks stay inside their cell."""
    evil = samples.call(from_='=cmd|"/c calc"!A1', to="a\r\nb,c", streams=())
    (row,) = rows(captured.analysis(calls=(evil,), streams=()))
    assert row["call_from"] == '\'=cmd|"/c calc"!A1'
    assert row["call_to"] == "a\r\nb,c"


def test_an_empty_capture_has_its_header() -> None:
    """So that files of many captures can be put together."""
    assert csv_text(captured.analysis(calls=(), streams=())).count("\r\n") == 1
