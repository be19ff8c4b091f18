"""`voipprobe analyze` on real files: what it prints, keeps, and ends with."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pyarrow.parquet as pq
import pytest
from support.calls_capture import write_calls

from voipprobe.cli.main import BROKEN, GOOD, VOID, WRONG_USE, run
from voipprobe.results.document import analysis_from_document
from voipprobe.results.schema import analysis_schema


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two calls; the first loses 5 of 400 packets."""
    return write_calls(tmp_path_factory.mktemp("calls") / "calls.pcap")


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    """The JSON document of a good run."""
    assert run(["analyze", *arguments, "--format", "json"]) == GOOD
    return json.loads(capsys.readouterr().out)


def test_the_document(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It holds to its schema, is read back, and counts what is in the file."""
    found = document(capsys, str(capture))
    jsonschema.Draft202012Validator(analysis_schema()).validate(found)
    assert analysis_from_document(found).schema == "voipprobe.analysis/1"
    assert [call["call_id"] for call in found["calls"]] == ["alpha-1", "beta-2"]
    assert (found["media"]["streams"], found["media"]["lost"]) == (4, 5)
    assert found["signalling"]["ser"] == 1.0


@pytest.mark.parametrize(
    ("expression", "code", "said"),
    [
        ("loss_ratio<=0.01", GOOD, ""),
        ("loss_ratio<=0.001", BROKEN, "fail: loss_ratio<=0.001: found 0.00"),
        ("rrd_ms.p95<=100", VOID, "void: rrd_ms.p95<=100: no value"),
        ("loss<=1", WRONG_USE, "there is no metric 'loss'"),
    ],
)
def test_thresholds_decide_the_exit_code(
    capture: Path, expression: str, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Met, broken, without a value, and wrong."""
    assert run(["analyze", str(capture), "--format", "json", "--expect", expression]) == code
    assert said in capsys.readouterr().err


def test_one_call_is_judged_alone(capture: Path) -> None:
    """The loss of another call does not count."""
    whole = ["analyze", str(capture), "--quiet", "--expect", "loss_ratio<=0"]
    assert run(whole) == BROKEN
    assert run([*whole, "--call", "beta"]) == GOOD
    assert run([*whole, "--call", "gamma"]) == WRONG_USE


def test_several_files_are_one_capture(
    capture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A capture cut in two where it may be cut, given as a folder."""
    octets = capture.read_bytes()
    middle, at = 24, 0
    while at < 300:
        middle += 16 + int.from_bytes(octets[middle + 8 : middle + 12], "little")
        at += 1
    (tmp_path / "c_00001.pcap").write_bytes(octets[:middle])
    (tmp_path / "c_00002.pcap").write_bytes(octets[:24] + octets[middle:])
    split, whole = document(capsys, str(tmp_path)), document(capsys, str(capture))
    assert len(split["capture"]["files"]) == 2
    assert split["calls"] == whole["calls"]
    assert split["streams"] == whole["streams"]


def test_a_capture_that_is_cut_off_was_measured(
    capture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Everything before the damage counts."""
    cut = tmp_path / "cut.pcap"
    cut.write_bytes(capture.read_bytes()[:-10])
    found = document(capsys, str(cut))
    assert found["capture"]["truncated"] is True
    assert found["media"]["streams"] == 4


def test_what_is_kept(capture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Document and tables with the same rows, readable by their owner alone."""
    arguments = ["analyze", str(capture), "--output", str(tmp_path / "runs")]
    assert run(arguments) == GOOD
    folder = Path(capsys.readouterr().out.splitlines()[-1].removeprefix("Result folder: "))
    kept = json.loads((folder / "result.json").read_text())
    streams = pq.read_table(folder / "streams.parquet")
    assert streams["ssrc"].to_pylist() == [stream["ssrc"] for stream in kept["streams"]]
    assert pq.read_table(folder / "calls.parquet").num_rows == 2
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_a_page(capture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """To standard output, or into the folder with its path printed."""
    arguments = ["analyze", str(capture), "--format", "html"]
    assert run(arguments) == GOOD
    page = capsys.readouterr().out
    assert page.startswith("<!doctype html>")
    assert "alpha-1" in page
    assert run([*arguments, "--output", str(tmp_path)]) == GOOD
    assert Path(capsys.readouterr().out.strip()).read_text().startswith("<!doctype html>")


def test_people_are_masked_everywhere(
    capture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the terminal, in the document and in the tables of the folder."""
    assert "alice@near" in json.dumps(document(capsys, str(capture)))
    arguments = ["analyze", str(capture), "--redact", "--output", str(tmp_path)]
    for style in ("table", "json", "csv", "html"):
        assert run([*arguments, "--format", style]) == GOOD
        assert "alice@near" not in capsys.readouterr().out
    for file in tmp_path.rglob("*.*"):
        assert b"alice@near" not in (file.read_bytes() if file.is_file() else b"")


def test_standard_input(capture: Path) -> None:
    """A whole process, since it leaves in its own way: its output must be complete."""
    argv = [sys.executable, "-m", "voipprobe", "analyze", "-", "--format", "json"]
    done = subprocess.run(argv, input=capture.read_bytes(), capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (GOOD, b"")
    assert json.loads(done.stdout)["media"]["streams"] == 4


def test_a_reader_that_has_gone_is_no_traceback(capture: Path) -> None:
    """`voipprobe analyze ... | head -1`."""
    argv = f"{sys.executable} -m voipprobe analyze {capture} --format html | head -c 1"
    done = subprocess.run(argv, shell=True, capture_output=True, text=True, check=False)  # noqa: S602
    assert (done.stdout, done.stderr) == ("<", "")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], WRONG_USE, "name capture files, folders or -"),
        (["a.pcap", "--live", "lo"], WRONG_USE, "name capture files, folders or -"),
        (["nowhere.pcap"], WRONG_USE, "there is no such file"),
        ([__file__, "--duration", "5"], WRONG_USE, "--duration goes with --live"),
        ([__file__, "--buffer", "deep"], WRONG_USE, "neither 0 to 1000"),
        ([__file__, "--port", "rtp"], WRONG_USE, "is not N=rtp or N=sip"),
        ([__file__, "--keylog", "nowhere"], WRONG_USE, "does not exist"),
        ([__file__], VOID, "neither pcap nor pcapng"),
    ],
)
def test_wrong_usage(
    arguments: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is wrong, and nothing but that."""
    assert run(["analyze", *arguments]) == code
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error
