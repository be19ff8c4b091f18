"""Alarms over what real agents measured while a path was made worse and recovered."""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from mesh_demo.alarming import record, transitions, went_as_it_should
from mesh_demo.comparing import Ends
from mesh_demo.story import DEGRADED
from voipprobe.aws.alarms.simulator.states import State
from voipprobe.model.measurement import Measurement

DATA = Path(__file__).parents[2] / "data" / "mesh"
FLEET = DATA / "recovered-fleet.toml"
MOST_LOSS_PERCENT = 2.0
MINUTE_S = 60


@pytest.fixture(scope="module")
def measured() -> tuple[Measurement, ...]:
    with gzip.open(DATA / "recovered.jsonl.gz", "rt") as lines:
        return tuple(measurement(line) for line in lines)


def measurement(line: str) -> Measurement:
    told = json.loads(line)
    return Measurement(
        metric=told["metric"],
        dimensions=tuple(told["dimensions"].items()),
        at=told["at"],
        samples=tuple((value, count) for value, count in told["samples"]),
    )


def bad_minutes(measured: tuple[Measurement, ...]) -> dict[Ends, list[int]]:
    """Minutes in which a path lost too much in the mean: CloudWatch's Average, by hand."""
    sums: dict[Ends, dict[int, list[float]]] = defaultdict(lambda: defaultdict(lambda: [0.0, 0.0]))
    for one in measured:
        if one.metric != "ForwardLoss":
            continue
        ends = dict(one.dimensions)
        pair = sums[ends["Source"], ends["Destination"]][int(one.at // MINUTE_S) * MINUTE_S]
        for value, count in one.samples:
            pair[0] += value * count
            pair[1] += count
    return {
        ends: [at for at, (total, n) in sorted(minutes.items()) if total / n > MOST_LOSS_PERCENT]
        for ends, minutes in sums.items()
    }


def by_the_rule(bad: list[int]) -> Iterator[tuple[int, State]]:
    """Two bad minutes in a row, at the second one's end; and back after the first good one."""
    for before, after in pairwise(bad):
        assert after - before == MINUTE_S, "one stretch of bad minutes"
    if len(bad) > 1:
        yield bad[1] + MINUTE_S, State.ALARM
        yield bad[-1] + 2 * MINUTE_S, State.OK


def test_alarm_of_the_worse_path_and_no_other(measured: tuple[Measurement, ...]) -> None:
    """It goes off, and on again, at the minutes that the rule gives."""
    bad = bad_minutes(measured)
    assert len(bad) == 12
    assert [ends for ends, minutes in bad.items() if minutes] == [DEGRADED]
    found = transitions(FLEET, measured)
    assert went_as_it_should(found, DEGRADED)
    assert [(one.at, one.after) for one in found] == list(by_the_rule(bad[DEGRADED]))
    assert len(found) == 2


def test_what_is_recorded_can_be_read_again(
    measured: tuple[Measurement, ...], tmp_path: Path
) -> None:
    """The lines of a demo are those of an agent, to the last digit."""
    file = tmp_path / "measurements.jsonl"
    record(file, measured)
    assert tuple(measurement(line) for line in file.read_text().splitlines()) == measured
