"""The raw file: what is written comes back, and a crash costs at most the line under way."""

import json
import multiprocessing
import os
import resource
import signal
from itertools import pairwise
from pathlib import Path

import pytest
from support.bench_runs import (
    ENVIRONMENT,
    STARTED_AT,
    SimulatedBench,
    SimulatedLab,
    ec2_plan,
    machine,
    write_run,
)

from voipprobe.bench.loop import trial_record
from voipprobe.bench.plan.effective import search_settings, searches
from voipprobe.bench.raw.reader import read_raw
from voipprobe.bench.raw.writer import RawWriter, run_record
from voipprobe.bench.search.answer import Answer
from voipprobe.bench.search.records import Request, Tried
from voipprobe.bench.search.steps import next_step
from voipprobe.model.errors import StoreError

PLAN = ec2_plan()
ONE = searches(PLAN)[0]
RUN = run_record("run-1", STARTED_AT, PLAN, ENVIRONMENT)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with one whole search."""
    with RawWriter.create(tmp_path / "raw.jsonl", RUN) as writer:
        writer.append(machine(ONE))
        trials: list[Tried] = []
        lab = SimulatedLab({ONE.size: 700}, false_failures=0.05, voids=0.05)
        bench = SimulatedBench(lab, ONE)
        while isinstance(step := next_step(trials, search_settings(PLAN)), Request):
            record = trial_record(PLAN, ONE, len(trials) + 1, step, bench.measure(step))
            writer.append(record)
            trials.append(record.tried)
    return tmp_path / "raw.jsonl"


def test_what_is_written_comes_back_the_same(tmp_path: Path) -> None:
    """Every field of every record, intervals and evidence included."""
    step = next_step((), search_settings(PLAN))
    assert isinstance(step, Request)
    bench = SimulatedBench(SimulatedLab({ONE.size: 700}), ONE)
    made = trial_record(PLAN, ONE, 1, step, bench.measure(step))
    with RawWriter.create(tmp_path / "raw", RUN) as writer:
        writer.append(machine(ONE))
        writer.append(made)
    raw = read_raw(tmp_path / "raw")
    assert raw.run == RUN
    assert raw.plan == PLAN
    assert raw.machine(ONE.id) == machine(ONE)
    assert raw.trials == (made,)
    assert not raw.torn


def test_a_whole_run_is_one_line_per_record(tmp_path: Path) -> None:
    path = write_run(tmp_path / "raw", {"c7i.large": 300, "c7g.large": 400})
    lines = path.read_text().splitlines()
    assert json.loads(lines[0])["schema"] == "voipprobe.bench/1"
    raw = read_raw(path)
    assert len(lines) == 2 + 6 + len(raw.trials)
    assert {trial.search for trial in raw.trials} == {one.id for one in searches(PLAN)}


def test_a_run_that_crashed_anywhere_goes_on_as_if_it_had_not(path: Path) -> None:
    """Cut after every line and within every line: the torn one is measured again."""
    whole, trials, settings = path.read_bytes(), read_raw(path).trials, search_settings(PLAN)
    assert isinstance(next_step([trial.tried for trial in trials], settings), Answer)
    ends = [at + 1 for at, octet in enumerate(whole) if octet == 0x0A]
    for done, (end, after) in enumerate(pairwise(ends[1:])):
        for cut in (end, (end + after) // 2, after - 1):
            path.write_bytes(whole[:cut])
            writer, raw = RawWriter.resume(path)
            step = next_step(raw.tried(ONE.id), settings)
            assert isinstance(step, Request)
            assert (step.load, step.length) == (trials[done].load, trials[done].length)
            with writer:
                writer.append(trials[done])
            assert raw.torn == (cut != end)
            assert path.read_bytes() == whole[:after]


def test_a_damaged_line_in_the_middle_is_an_error_with_its_place(path: Path) -> None:
    """Figures must not be missing without anybody knowing."""
    lines = path.read_bytes().splitlines(keepends=True)
    lines[2] = lines[2][:50] + b"\n"
    path.write_bytes(b"".join(lines))
    with pytest.raises(StoreError, match=rf"{path.name}:3: is not JSON"):
        read_raw(path)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"[]", "is no record"),
        (b'{"record": "party"}', "is no record"),
        (b'{"record": "trial", "search": "x"}', "is no trial of voipprobe.bench/1"),
        (b"\xff", "is not JSON"),
    ],
)
def test_lines_that_are_none_of_ours_are_errors(path: Path, line: bytes, said: str) -> None:
    path.write_bytes(path.read_bytes() + line + b"\n")
    with pytest.raises(StoreError, match=said):
        read_raw(path)


def test_another_schema_is_refused_with_what_to_do(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"voipprobe.bench/1", b"voipprobe.bench/9", 1))
    with pytest.raises(StoreError, match=r"bench/9.*read it with the version"):
        read_raw(path)


@pytest.mark.parametrize("content", [b"", b'{"record": "run"', b"\n"])
def test_a_file_that_never_began_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "raw").write_bytes(content)
    with pytest.raises(StoreError):
        read_raw(tmp_path / "raw")


def test_a_file_is_made_once_and_held_by_one(tmp_path: Path) -> None:
    with RawWriter.create(tmp_path / "raw", RUN):
        with pytest.raises(StoreError, match="File exists"):
            RawWriter.create(tmp_path / "raw", RUN)
        with pytest.raises(StoreError, match="another process is writing"):
            RawWriter.resume(tmp_path / "raw")
    writer, _ = RawWriter.resume(tmp_path / "raw")
    writer.close()


def test_a_missing_file_cannot_be_gone_on_with(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="No such file"):
        RawWriter.resume(tmp_path / "raw")
    with pytest.raises(StoreError, match="No such file"):
        read_raw(tmp_path / "raw")


def _fill(path: Path) -> None:
    """In a process of its own: files may not grow beyond what is there and 100 octets."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    writer, _ = RawWriter.resume(path)
    size = path.stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, size + 100))
    try:
        writer.append(machine(ONE))
    except StoreError:
        os._exit(0 if path.stat().st_size == size else 3)
    os._exit(2)


def test_a_record_that_found_no_room_leaves_no_half_line(path: Path) -> None:
    child = multiprocessing.get_context("fork").Process(target=_fill, args=(path,))
    child.start()
    child.join()
    assert child.exitcode == 0
    assert not read_raw(path).torn
