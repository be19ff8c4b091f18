"""Measurements added up as a scraper wants them."""

import threading

from support.measured_rounds import AT, DIMENSIONS, measurement

from voipprobe.agent.expose.tally import Tally
from voipprobe.metrics.catalogue import CATALOGUE
from voipprobe.model.measurement import Measurement


def test_counters_only_grow() -> None:
    tally = Tally()
    tally.add([measurement(3.0), measurement(2.0, times=4)])
    tally.add([measurement(5.0)])
    series = tally.read()["CallAttempts"][DIMENSIONS]
    assert (series.total, series.count, series.buckets) == (16.0, 6, [])


def test_a_gauge_is_what_it_was_last() -> None:
    tally = Tally()
    for value in (7.0, 3.0):
        tally.add([measurement(value, metric="SpoolDepth")])
    series = tally.read()["SpoolDepth"][DIMENSIONS]
    assert (series.total, series.count) == (3.0, 1)


def test_a_value_at_a_bound_is_in_its_bucket() -> None:
    """`le` is "less or equal"."""
    bounds = CATALOGUE["Jitter"].buckets
    tally = Tally()
    tally.add([
        Measurement(metric="Jitter", dimensions=DIMENSIONS, at=AT,
                    samples=((bounds[0], 2), (bounds[0] + 0.001, 1), (bounds[-1], 1), (1e9, 5))),
    ])  # fmt: skip
    series = tally.read()["Jitter"][DIMENSIONS]
    assert (series.buckets[0], series.buckets[1]) == (2, 1)
    assert (series.buckets[-2], series.buckets[-1]) == (1, 5)
    assert sum(series.buckets) == series.count == 9


def test_each_path_has_a_series_of_its_own() -> None:
    other = (*DIMENSIONS[:2], ("Scenario", "options"))
    tally = Tally()
    tally.add([measurement(1.0)])
    tally.add([Measurement(metric="CallAttempts", dimensions=other, at=AT, samples=((2.0, 1),))])
    found = tally.read()["CallAttempts"]
    assert {dimensions: one.total for dimensions, one in found.items()} == {
        DIMENSIONS: 1.0, other: 2.0,
    }  # fmt: skip


def test_a_copy_stays_as_it_was_read() -> None:
    """A slow scrape must not see a histogram whose sum and buckets are of two times."""
    tally = Tally()
    tally.add([measurement(1.0, metric="Jitter")])
    before = tally.read()["Jitter"][DIMENSIONS]
    tally.add([measurement(1.0, metric="Jitter")])
    assert (before.count, sum(before.buckets)) == (1, 1)


def test_threads_lose_nothing() -> None:
    tally = Tally()

    def add() -> None:
        for _ in range(500):
            tally.add([measurement(1.0)])

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tally.read()["CallAttempts"][DIMENSIONS].total == 2000
