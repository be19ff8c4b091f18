"""Answers in words, and what the figures do not say."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.bench_runs import EC2, LOCAL, ec2_plan, write_run
from support.recordings import BENCH_RUN

from voipprobe.bench.raw.reader import RawRun, read_raw
from voipprobe.bench.raw.records import TrialRecord
from voipprobe.bench.report.caveats import ground_words
from voipprobe.bench.report.document import Report, report
from voipprobe.bench.report.words import NO_CAPACITY, rows_words
from voipprobe.bench.search.answer import End

KNEES = {"c7i.large": 300.0, "c7g.large": 420.0}
Write = Callable[..., RawRun]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def one(text: str = EC2, knees: dict[str, float] | None = None, **options: Any) -> RawRun:
        plan = ec2_plan(text)
        return read_raw(write_run(tmp_path / "raw", knees or KNEES, plan=plan, **options))

    return one


def cut(raw: RawRun, trials: int) -> RawRun:
    return replace(raw, trials=raw.trials[:trials])


def said(found: Report, search: str) -> str:
    return found.answers[search]


def test_a_capacity_is_told_with_its_bounds_its_calls_and_its_limit(write: Write) -> None:
    found = report(write())
    answer = next(one.answer for one in found.searches if one.search.id == "c7i.large-1")
    assert answer is not None
    text = said(found, "c7i.large-1")
    assert text.startswith(f"Carries {answer.lower} calls at once, and not {answer.upper}: ")
    assert f"2 full trials confirm {answer.lower}: success_ratio 2,000 of 2,000" in text
    assert "(95 % interval 0.9981 to 1.0000)" in text
    assert text.endswith("What limited it: CPU (sbc: its processes used 1.95 of 2 cores "
                         "(most: rtpengine)).")  # fmt: skip


def test_what_is_no_capacity_says_why_and_what_was_proved(write: Write) -> None:
    raw = write(reach=250)
    text = said(report(raw), "c7i.large-1")
    assert text.startswith("No capacity: the generator was the limit, not the system. ")
    assert "calls were confirmed" in text
    assert "calls could not be measured" in text
    assert "Carries" not in text


def test_every_end_without_a_capacity_has_its_words() -> None:
    assert set(NO_CAPACITY) == set(End) - {End.FOUND}


def test_searches_that_are_not_finished_are_told(write: Write) -> None:
    found = report(cut(write(), 4))
    begun = [text for text in found.answers.values() if text != "Not begun."]
    assert len(begun) == 1
    assert begun[0].startswith("No capacity: the search is not finished.")
    assert "The run is not finished: 6 of 6 searches have no answer yet." in found.caveats


def test_caveats_of_a_real_local_run() -> None:
    """veth first, then one search a size, small samples, and what its MOS presumes."""
    found = report(read_raw(BENCH_RUN))
    text = "\n".join(found.caveats)
    assert "veth is no network" in found.caveats[0]
    assert "There is no baseline" not in text, "it has one"
    assert "Each size was searched once" in text
    assert "success_ratio>=0.97 is proved by 99 clean calls" in text
    assert "MOS: ITU-T G.107 (06/2015), narrowband E-model, G.711 with PLC" in text
    assert "playout buffer 60 ms" in text


def test_cpus_that_were_kept_awake_are_told() -> None:
    raw = read_raw(BENCH_RUN)
    assert "kept from sleeping" not in "\n".join(report(raw).caveats)
    machines = (replace(raw.machines[0], kept_awake=True), *raw.machines[1:])
    assert "kept from sleeping" in report(replace(raw, machines=machines)).caveats[1]


def test_quotas_that_followed_the_cpus_are_told_once() -> None:
    """With what a CPU of theirs is; every search of a run has the same."""
    raw = read_raw(BENCH_RUN)
    machines = tuple(replace(one, datagram_us=5.073) for one in raw.machines)
    found = report(replace(raw, machines=machines))
    told = [text for text in found.caveats if "quotas" in text]
    assert len(told) == 1
    assert sum("cores are CPU time" in text for text in rows_words(found.rows)) == 1
    assert told[0].endswith("a CPU is one on which a datagram over loopback costs 5.07 us.")
    assert not [text for text in report(raw).caveats if "quotas" in text]


def test_the_cpu_time_that_a_size_was_given_is_told() -> None:
    """Of the trials at its lower bound, and of no other load."""
    raw = read_raw(BENCH_RUN)
    lower = report(raw).rows[0].at_least
    first = next(one.search for one in raw.trials if one.search.startswith(raw.plan.size[0].label))
    trials = tuple(
        followed(one, 0.25 if one.load == lower else 0.5) if one.search == first else one
        for one in raw.trials
    )
    machines = tuple(replace(one, datagram_us=5.0) for one in raw.machines)
    text = "\n".join(report(replace(raw, machines=machines, trials=trials)).caveats)
    assert f"the quotas were 0.25 ({raw.plan.size[0].label}) CPUs of CPU time" in text


def followed(trial: TrialRecord, cores: float) -> TrialRecord:
    """With a quota that followed the CPUs and was so much."""
    system = tuple(replace(one, cores=cores, speed_ratio=0.8) for one in trial.measured.system)
    return replace(trial, measured=replace(trial.measured, system=system))


def test_caveats_of_other_runs(write: Write) -> None:
    """On EC2 no veth, of three searches a spread; no baseline and no capacity are told."""
    text = "\n".join(report(write(ceiling=None, reach=350)).caveats)
    assert "veth" not in text
    assert "searched once" not in text
    assert "There is no baseline" in text
    assert "3 of 6 finished searches found no capacity" in text


def test_a_torn_record_is_told(write: Write) -> None:
    raw = replace(write(), torn=True)
    assert report(raw).caveats[0].startswith("A crash cut the last record")


def test_a_responder_is_its_own_baseline(write: Write) -> None:
    text = LOCAL.replace("kamailio-rtpengine", "responder")
    raw = write(text, {"0.5cpu": 80.0}, ceiling=None)
    assert not any("baseline" in one for one in report(raw).caveats)


def test_a_warning_of_all_sizes_is_told_once(write: Write) -> None:
    found = rows_words(report(write(ceiling=None)).rows)
    assert [text for text in found if "baseline" in text] == [
        "no baseline: nobody knows what the generators carry without the system"
    ]


def test_a_warning_of_one_size_names_it(write: Write) -> None:
    found = rows_words(report(write(ceiling=700)).rows)
    assert "c7g.large: above half of what the generators carry by themselves (700 calls)" in found


def test_the_ground_is_told_without_what_programs_say_around_their_versions() -> None:
    """Of a real run: tools, system, CPU and kernel."""
    text = ground_words(read_raw(BENCH_RUN))
    assert text.startswith("Measured by voipprobe 0.1.0, sipp 3.6.1")
    assert " on kamailio 5.6.3; rtpengine 10.5.3.5-1+deb12u1; 2 x AMD EPYC, Linux 6.18." in text


def test_a_run_without_machines_has_little_ground(write: Write) -> None:
    raw = replace(write(), machines=())
    assert ground_words(raw) == "Measured by voipprobe 0.1.0, sipp 3.7."
