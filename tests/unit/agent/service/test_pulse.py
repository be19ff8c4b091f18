"""What an agent measures of itself once a minute."""

import itertools
from dataclasses import fields, replace

from hypothesis import given
from hypothesis import strategies as st

from voipprobe.agent.service.pulse import Counters, pulse
from voipprobe.metrics.catalogue import AGENT, CATALOGUE, SUBJECTS

AT = 1_790_000_000.0
ALL = Counters(late=1, skipped=2, publish_failures=3, spool_dropped=4, captures_dropped=5,
               spool_depth=6, config_refused=True)  # fmt: skip
GAUGES = {"Heartbeat": 1.0, "SpoolDepth": 0.0, "ConfigRefused": 0.0}


def values(now: Counters, before: Counters) -> dict[str, float]:
    found = pulse("us-east-1", AT, now, before)
    assert {one.dimensions for one in found} == {(("Source", "us-east-1"),)}
    assert {one.at for one in found} == {AT}
    assert all(one.count == 1 for one in found)
    return {one.metric: one.total for one in found}


def test_a_quiet_minute_has_a_heartbeat_and_gauges_only() -> None:
    """Counters of nothing would cost money in CloudWatch and say nothing."""
    assert values(Counters(), Counters()) == GAUGES


def test_counters_are_of_the_last_minute_and_gauges_as_they_stand() -> None:
    before = replace(ALL, late=0, skipped=0)
    assert values(ALL, before) == {
        "Heartbeat": 1, "RoundsLate": 1, "RoundsSkipped": 2, "SpoolDepth": 6, "ConfigRefused": 1,
    }  # fmt: skip


def test_every_metric_of_the_agent_is_measured_and_no_other() -> None:
    """Against the catalogue, from which dashboards and alarms are made."""
    assert values(ALL, Counters()).keys() == {metric.name for metric in SUBJECTS["agent"]}
    assert all(CATALOGUE[name].dimensions == AGENT for name in values(ALL, Counters()))


counters = st.builds(
    Counters, **{one.name: st.integers(0, 1000) for one in fields(Counters) if one.type is int},
    config_refused=st.booleans(),
)  # fmt: skip


@given(st.lists(counters, min_size=2, max_size=6))
def test_minutes_add_up_to_the_whole(states: list[Counters]) -> None:
    """Nothing is counted twice or lost between two pulses."""
    total = sum(
        values(now, before).get("RoundsLate", 0.0) for before, now in itertools.pairwise(states)
    )
    assert total == states[-1].late - states[0].late
