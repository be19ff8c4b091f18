"""Measurements as lines of a file: whole lines, in order, whatever happens to the file."""

import json
import os
import stat
import threading
from pathlib import Path

import pytest
from support.measured_rounds import AT, measurement, some
from support.small_disk import fill, small_disk

from voipprobe.agent.publish.jsonlines import JsonLines, json_line
from voipprobe.metrics.catalogue import CATALOGUE
from voipprobe.model.measurement import Measurement


def values(file: Path) -> list[float]:
    """The first sample of each line; a half line would be no JSON."""
    text = file.read_text()
    assert text == "" or text.endswith("\n")
    return [json.loads(line)["samples"][0][0] for line in text.splitlines()]


def test_a_line_says_everything() -> None:
    assert json.loads(json_line(measurement(19.5, metric="Jitter", times=3))) == {
        "metric": "Jitter",
        "unit": "Milliseconds",
        "dimensions": {"Source": "us-east-1", "Destination": "us-west-2", "Scenario": "call"},
        "at": AT,
        "samples": [[19.5, 3]],
    }


@pytest.mark.parametrize("metric", CATALOGUE)
def test_every_metric_has_a_line(metric: str) -> None:
    assert json.loads(json_line(measurement(metric=metric)))["unit"] == CATALOGUE[metric].unit


def test_a_line_stays_one_line() -> None:
    """A newline in a dimension is escaped."""
    odd = Measurement(metric="Rounds", dimensions=(("Source", "a\nb"),), at=AT, samples=((1.0, 1),))
    assert "\n" not in json_line(odd)


def test_batches_are_appended_and_the_file_is_not_for_everybody(tmp_path: Path) -> None:
    file = tmp_path / "m.jsonl"
    publisher = JsonLines(str(file))
    for first in (0, 3):
        delivery = publisher.deliver(some(3, first=first))
        assert (delivery.again, delivery.complaint) == ((), None)
    assert values(file) == [0, 1, 2, 3, 4, 5]
    assert stat.S_IMODE(file.stat().st_mode) & 0o007 == 0


def test_after_rotation_a_new_file_is_begun(tmp_path: Path) -> None:
    """As logrotate does it: renamed away, without a signal."""
    file = tmp_path / "m.jsonl"
    publisher = JsonLines(str(file))
    publisher.deliver(some(2))
    file.rename(tmp_path / "m.jsonl.1")
    publisher.deliver(some(2, first=2))
    assert values(tmp_path / "m.jsonl.1") == [0, 1]
    assert values(file) == [2, 3]


def test_a_folder_that_is_not_there_is_told_and_all_comes_again(tmp_path: Path) -> None:
    file = tmp_path / "none" / "m.jsonl"
    batch = some(3)
    delivery = JsonLines(str(file)).deliver(batch)
    assert delivery.again == batch
    assert delivery.complaint == f"{file}: cannot be appended to: No such file or directory"
    assert delivery.retry_after_s > 0


@pytest.mark.parametrize("leave_octets", [0, 4096, 8192])
def test_a_full_disk_leaves_no_half_batch(tmp_path: Path, leave_octets: int) -> None:
    """Some of the batch would fit; none of it may stay, since all of it comes again."""
    with small_disk(tmp_path) as disk:
        file = disk / "m.jsonl"
        publisher = JsonLines(str(file))
        assert publisher.deliver(some(10)).complaint is None
        ballast = fill(disk, leave_octets)
        batch = some(500, first=10)
        delivery = publisher.deliver(batch)
        assert delivery.again == batch
        assert delivery.complaint is not None
        assert delivery.complaint.endswith("No space left on device")
        assert values(file) == list(range(10))
        ballast.unlink()
        assert publisher.deliver(batch).complaint is None
        assert values(file) == list(range(510))


def test_a_pipe_is_written_to_as_well(tmp_path: Path) -> None:
    """Of what is no file nothing can be taken back; it must not be tried."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    texts: list[str] = []
    reader = threading.Thread(target=lambda: texts.append(pipe.read_text()))
    reader.start()
    assert JsonLines(str(pipe)).deliver(some(2)).complaint is None
    reader.join(5)
    assert texts[0].count("\n") == 2


def test_a_dash_is_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert JsonLines("-").deliver(some(2)).again == ()
    assert capsys.readouterr().out.count("\n") == 2
