"""Every trial of a run, and what was known after it."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.bench_runs import write_run
from support.recordings import BENCH_RUN

from voipprobe.bench.raw.reader import RawRun, read_raw
from voipprobe.bench.report.outcomes import outcomes
from voipprobe.bench.report.trials import trials
from voipprobe.bench.search.answer import End
from voipprobe.model.verdict import Status

KNEES = {"c7i.large": 300.0, "c7g.large": 420.0}


@pytest.fixture
def raw(tmp_path: Path) -> RawRun:
    return read_raw(write_run(tmp_path / "raw", KNEES, voids=0.1, false_failures=0.05))


def test_the_bracket_after_the_last_trial_is_the_answer(raw: RawRun) -> None:
    """Of every search that was found; and it closes in on the way."""
    last = {one.search: one for one in trials(raw)}
    for outcome in outcomes(raw):
        assert outcome.answer is not None
        assert outcome.answer.end is End.FOUND
        end = last[outcome.search.id]
        assert (end.lower, end.upper) == (outcome.answer.lower, outcome.answer.upper)


def test_the_bracket_after_each_trial_knows_no_later_one(tmp_path: Path) -> None:
    """The first trial of a search passed: nothing failed yet."""
    first, *_ = trials(read_raw(write_run(tmp_path / "raw", KNEES)))
    assert (first.status, first.lower, first.upper) == (Status.PASS, first.load, None)


def test_a_void_trial_moves_no_bound(raw: RawRun) -> None:
    found = [one for one in trials(raw) if one.search == raw.trials[0].search]
    voids = [at for at, one in enumerate(found) if one.status is Status.VOID and at]
    assert voids
    for at in voids:
        assert (found[at].lower, found[at].upper) == (found[at - 1].lower, found[at - 1].upper)


def test_figures_are_those_of_the_objective_and_a_few_more() -> None:
    """The objective's first; what was never measured is left out."""
    raw = read_raw(BENCH_RUN)
    found = trials(raw)
    assert list(found[0].figures) == ["success_ratio", "loss_ratio", "mos.p5"]
    for one, record in zip(found, raw.trials, strict=True):
        assert one.figures["loss_ratio"] == record.measured.figures["loss_ratio"]


def test_the_fullest_host_of_the_generator_counts() -> None:
    """Cores that its processes used / cores that it may use."""
    raw = read_raw(BENCH_RUN)
    one, generator = trials(raw)[-1], raw.trials[-1].measured.generator
    assert generator is not None
    deltas = [(host.delta, host.cores) for host in generator.hosts]
    shares = [(delta.process_cores or 0.0) / cores for delta, cores in deltas if delta]
    assert len(shares) == 2
    assert one.generator_cpu_ratio == max(shares)


def test_the_speed_that_a_quota_made_up_for_is_told(raw: RawRun) -> None:
    """Of those trials that recorded it, and no other."""
    assert {one.speed_ratio for one in trials(raw)} == {None}
    first, *others = raw.trials
    system = tuple(replace(host, speed_ratio=0.94) for host in first.measured.system)
    assert system
    told = replace(first, measured=replace(first.measured, system=system))
    found = trials(replace(raw, trials=(told, *others)))
    assert [one.speed_ratio for one in found[:2]] == [0.94, None]
