"""A whole run without machines: killed anywhere, it goes on to the same end."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from support.bench_runs import (
    ENVIRONMENT,
    STARTED_AT,
    SimulatedBench,
    SimulatedLab,
    ec2_plan,
)
from support.trials import cpu, delta, generator

from voipprobe.bench.loop import Shown, run_searches
from voipprobe.bench.plan.effective import Search, searches
from voipprobe.bench.raw.reader import read_raw
from voipprobe.bench.raw.writer import RawWriter, run_record
from voipprobe.bench.search.answer import Answer, End
from voipprobe.bench.search.records import Request, Tried

PLAN = ec2_plan()
KNEES = {"c7i.large": 300.0, "c7g.large": 420.0}
NOISE = {"false_failures": 0.05, "voids": 0.05}


def begin(path: Path) -> Path:
    RawWriter.create(path, run_record("run-1", STARTED_AT, PLAN, ENVIRONMENT)).close()
    return path


class ResumedLab(SimulatedLab):
    """A lab that knows how many trials the file has, so that noise goes on where it stopped."""

    def __init__(self, path: Path, kill_at: int | None = None) -> None:
        super().__init__(KNEES, **NOISE)
        self.path, self.kill_at = path, kill_at
        self.made = 0

    @contextmanager
    def place(self, search: Search) -> Iterator[SimulatedBench]:
        self.placed.append(search.id)
        yield MortalBench(self, search, len(read_raw(self.path).tried(search.id)))


class MortalBench(SimulatedBench):
    """Kills the whole process in the middle of a trial, as the OOM killer would."""

    lab: ResumedLab

    def measure(self, request: Request) -> Shown:
        self.lab.made += 1
        if self.lab.made == self.lab.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().measure(request)


def go_on(path: Path, kill_at: int | None = None) -> tuple[tuple[Answer, ...], list[str]]:
    writer, raw = RawWriter.resume(path)
    lab = ResumedLab(path, kill_at)
    with writer:
        return run_searches(raw, writer, lab), lab.placed


def test_a_run_that_is_killed_again_and_again_has_the_trials_of_one_that_was_not(
    tmp_path: Path,
) -> None:
    """Killed in its 1st, 2nd, 3rd, ... trial of each life: some 90 trials in a dozen lives."""
    answers, _ = go_on(begin(tmp_path / "whole"))
    path = begin(tmp_path / "killed")
    fork = multiprocessing.get_context("fork")
    for kill_at in range(1, 40):
        life = fork.Process(target=go_on, args=(path, kill_at))
        life.start()
        life.join()
        if life.exitcode == 0:
            break
        assert life.exitcode == -signal.SIGKILL
    assert read_raw(path).trials == read_raw(tmp_path / "whole").trials
    assert go_on(path) == (answers, [])
    assert all(one.end is End.FOUND for one in answers)


def test_searches_run_in_the_order_of_the_plan_and_get_machines_once(tmp_path: Path) -> None:
    _, placed = go_on(begin(tmp_path / "raw"))
    assert placed == [one.id for one in searches(PLAN)]
    raw = read_raw(tmp_path / "raw")
    assert [machine.search for machine in raw.machines] == placed
    numbers = [trial.number for trial in raw.trials if trial.search == placed[0]]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_watcher_sees_every_step_before_it_is_taken(tmp_path: Path) -> None:
    seen: list[tuple[str, Request | Answer, int]] = []

    def watch(search: Search, step: Request | Answer, trials: tuple[Tried, ...]) -> None:
        seen.append((search.id, step, len(trials)))

    path = begin(tmp_path / "raw")
    writer, raw = RawWriter.resume(path)
    with writer:
        run_searches(raw, writer, SimulatedLab(KNEES), watch)
    trials = read_raw(path).trials
    requests = [(name, step.load) for name, step, _ in seen if isinstance(step, Request)]
    assert requests == [(trial.search, trial.load) for trial in trials]
    assert sum(isinstance(step, Answer) for _, step, _ in seen) == 6


def test_rests_that_the_search_asks_for_are_taken_and_count_as_time_spent(tmp_path: Path) -> None:
    """Else a run that waits for its neighbours would exceed its minutes."""
    rests: list[float] = []

    class Disturbed(SimulatedBench):
        def rest(self, most_s: float) -> float:
            rests.append(most_s)
            return 7.0

        def measure(self, request: Request) -> Shown:
            shown = super().measure(request)
            host = delta(0.1, cpus={0: cpu(0.3, steal=0.2)})
            figures = {**shown.measured.figures, "success_ratio": 0.5}
            spoilt = replace(shown.measured, generator=generator(host), figures=figures)
            return replace(shown, took_s=1.0, measured=spoilt)

    class Lab(SimulatedLab):
        @contextmanager
        def place(self, search: Search) -> Iterator[SimulatedBench]:
            yield Disturbed(self, search)

    path = begin(tmp_path / "raw")
    writer, raw = RawWriter.resume(path)
    with writer:
        answers = run_searches(raw, writer, Lab(KNEES))
    assert {one.end for one in answers} == {End.HOST_DISTURBED}
    first = [one.took_s for one in read_raw(path).trials if one.search == searches(PLAN)[0].id]
    assert first == [1.0, 8.0, 8.0, 8.0, 8.0, 8.0]
    assert rests[:5] == [10, 20, 40, 60, 60]


def test_a_lab_that_fails_leaves_what_was_measured(tmp_path: Path) -> None:
    """An error of ours passes through; the file can be gone on with."""

    class Broken(SimulatedBench):
        def measure(self, request: Request) -> Shown:
            if self.number == 4:
                raise RuntimeError("no more")
            return super().measure(request)

    class Lab(SimulatedLab):
        @contextmanager
        def place(self, search: Search) -> Iterator[SimulatedBench]:
            yield Broken(self, search)

    path = begin(tmp_path / "raw")
    writer, raw = RawWriter.resume(path)
    with writer, pytest.raises(RuntimeError):
        run_searches(raw, writer, Lab(KNEES))
    assert len(read_raw(path).trials) == 4
    assert {one.end for one in go_on(path)[0]} == {End.FOUND}
