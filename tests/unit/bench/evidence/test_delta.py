"""What happened between two snapshots."""

from dataclasses import replace
from typing import Any

import pytest

from voipprobe.bench.evidence.counters import (
    CpuTimes,
    InterfaceCounters,
    ProcessTimes,
    Snapshot,
    SoftnetCounters,
    Throttling,
    UdpCounters,
)
from voipprobe.bench.evidence.delta import difference

CPU = CpuTimes(user=100, nice=0, system=50, idle=800, iowait=10, irq=0, softirq=20, steal=5)
UDP = UdpCounters(
    received=100, no_port=5, errors=2, sent=90, receive_buffer_errors=1, send_buffer_errors=0
)
INTERFACE = InterfaceCounters(
    received_bytes=1000, received_packets=10, receive_errors=0, receive_drops=1,
    sent_bytes=500, sent_packets=5, send_errors=0, send_drops=0,
)  # fmt: skip


def snapshot(at_s: float, **parts: Any) -> Snapshot:
    return Snapshot(at_s=at_s, ticks_per_s=100, **parts)


def test_each_cpu_has_its_shares_and_waiting_for_disks_is_idle() -> None:
    """200 ticks: 60 user, 20 system, 20 softirq, 10 stolen, 90 idle of which 10 iowait."""
    later = replace(CPU, user=160, system=70, idle=880, iowait=20, softirq=40, steal=15)
    found = difference(snapshot(0, cpus={0: CPU}), snapshot(2, cpus={0: later})).cpus
    assert found is not None
    use = found[0]
    assert use.busy_ratio == pytest.approx(0.5)
    assert use.user_ratio == pytest.approx(0.3)
    assert use.system_ratio == pytest.approx(0.1)
    assert use.softirq_ratio == pytest.approx(0.1)
    assert use.steal_ratio == pytest.approx(0.05)


def test_idle_time_that_runs_back_a_little_is_no_reset() -> None:
    """proc(5): iowait may decrease."""
    later = replace(CPU, user=200, iowait=9)
    found = difference(snapshot(0, cpus={0: CPU}), snapshot(1, cpus={0: later})).cpus
    assert found is not None
    assert found[0].busy_ratio == 1.0


def test_a_cpu_that_was_not_there_before_is_left_out() -> None:
    found = difference(
        snapshot(0, cpus={0: CPU}), snapshot(1, cpus={0: replace(CPU, idle=900), 1: CPU})
    )
    assert found.cpus is not None
    assert list(found.cpus) == [0]


def test_processes_are_in_cores_and_the_busiest_comes_first() -> None:
    before = {1: ProcessTimes(name="a", parent=0, user=0, system=0, started=7),
              2: ProcessTimes(name="b", parent=0, user=10, system=10, started=8)}  # fmt: skip
    after = {1: replace(before[1], user=100), 2: replace(before[2], user=210, system=110)}
    found = difference(snapshot(0, processes=before), snapshot(2, processes=after))
    assert found.processes is not None
    assert [(one.name, one.cores) for one in found.processes] == [("b", 1.5), ("a", 0.5)]
    assert found.process_cores == pytest.approx(2.0)


def test_a_reused_pid_is_not_taken_for_the_process_that_had_it() -> None:
    before = {1: ProcessTimes(name="a", parent=0, user=500, system=0, started=7)}
    after = {1: ProcessTimes(name="z", parent=0, user=3, system=0, started=900)}
    found = difference(snapshot(0, processes=before), snapshot(2, processes=after))
    assert found.processes == ()


def test_counters_are_differences() -> None:
    later = replace(UDP, received=150, receive_buffer_errors=4)
    dropped = replace(INTERFACE, receive_drops=3)
    found = difference(
        snapshot(0, udp=UDP, interfaces={"eth0": INTERFACE}),
        snapshot(1, udp=later, interfaces={"eth0": dropped}),
    )
    assert found.udp is not None
    assert (found.udp.received, found.udp.receive_buffer_errors, found.udp.sent) == (50, 3, 0)
    assert found.interfaces is not None
    assert found.interfaces["eth0"].receive_drops == 2


def test_what_was_reset_in_between_is_unknown_and_not_negative() -> None:
    before = {"pps_allowance_exceeded": 9, "bw_in_allowance_exceeded": 1}
    after = {"pps_allowance_exceeded": 2, "bw_in_allowance_exceeded": 4}
    rebooted = replace(INTERFACE, sent_packets=0)
    found = difference(
        snapshot(0, udp=UDP, interfaces={"eth0": INTERFACE}, allowances={"ens5": before}),
        snapshot(
            1,
            udp=replace(UDP, received=3),
            interfaces={"eth0": rebooted},
            allowances={"ens5": after},
        ),
    )
    assert found.udp is None
    assert found.interfaces == {}
    assert found.allowances == {"ens5": {"bw_in_allowance_exceeded": 3}}


def test_softnet_counters_wrap_at_32_bits() -> None:
    before = {0: SoftnetCounters(processed=1, dropped=0xFFFFFFFE, squeezed=6)}
    after = {0: SoftnetCounters(processed=9, dropped=3, squeezed=5)}
    found = difference(snapshot(0, softnet=before), snapshot(1, softnet=after))
    assert (found.backlog_drops, found.backlog_squeezes) == (5, 2**32 - 1)


def test_throttling_is_a_share_of_periods() -> None:
    found = difference(
        snapshot(0, throttling=Throttling(periods=100, throttled=50, throttled_s=1.0)),
        snapshot(1, throttling=Throttling(periods=300, throttled=100, throttled_s=2.0)),
    )
    assert found.throttled_ratio == pytest.approx(0.25)


def test_what_could_not_be_read_at_either_end_is_none() -> None:
    found = difference(snapshot(0, udp=UDP, cpus={0: CPU}), snapshot(1))
    unknown = (found.cpus, found.udp, found.processes, found.interfaces, found.allowances)
    assert all(one is None for one in unknown)
    assert all(
        one is None for one in (found.backlog_drops, found.throttled_ratio, found.steal_ratio)
    )


def test_snapshots_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ValueError, match="order"):
        difference(snapshot(2), snapshot(1))
