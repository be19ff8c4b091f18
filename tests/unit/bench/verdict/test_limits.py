"""Which signal is named as the limit."""

from dataclasses import replace

import pytest
from support.trials import ETH0, QUIET, cpu, delta, measured, system

from voipprobe.bench.verdict.facts import Pool, SystemHost
from voipprobe.bench.verdict.limits import (
    Limit,
    Signal,
    refused_at,
    signals,
    system_cpu_ratio,
)


def found(*hosts: SystemHost, unanswered: int = 0, **refused: int) -> tuple[Signal, ...]:
    """The signals of a trial; refusals as `_503=90`."""
    by_status = {int(status[1:]): calls for status, calls in refused.items()}
    facts = measured(refused=by_status, system=hosts, unanswered=unanswered)
    return signals(facts)


def names(*hosts: SystemHost, unanswered: int = 0, **refused: int) -> list[Limit]:
    return [signal.limit for signal in found(*hosts, unanswered=unanswered, **refused)]


def test_a_system_with_room_names_no_limit() -> None:
    assert names(system(0.5)) == []


def test_a_full_quota_is_the_cpu_with_the_busiest_process() -> None:
    host = system(0.19, budget=0.2, shared=True)
    (signal,) = found(host)
    assert signal.limit is Limit.CPU
    assert signal.text == "sbc: its processes used 0.19 of 0.2 cores (most: rtpengine)"


def test_a_quota_that_runs_out_in_bursts_is_the_cpu_too() -> None:
    host = replace(system(0.1, budget=0.2), delta=delta(0.1, throttled_ratio=0.3))
    assert names(host) == [Limit.CPU]


def test_one_hot_core_is_named_though_the_others_idle() -> None:
    """rtpengine in the kernel with one receive queue: softirq on a single core."""
    host = replace(system(0.3), delta=delta(0.3, cpus={0: cpu(0.97, softirq=0.9), 1: cpu(0.1)}))
    (signal,) = found(host)
    assert "CPU 0 was 97 % busy, 90 % softirq" in signal.text


def test_a_core_that_others_keep_busy_is_no_limit_of_the_system() -> None:
    """The local provider: the generator runs on the same CPUs."""
    full = delta(0.3, name="rtpengine", cpus={0: cpu(1.0), 1: cpu(1.0)})
    host = replace(system(0.3), delta=full, shared=True)
    assert names(host) == []
    assert system_cpu_ratio([host]) == pytest.approx(0.15)


@pytest.mark.parametrize("status", [480, 486, 503, 606])
def test_refusals_by_an_idle_system_are_a_configured_maximum(status: int) -> None:
    (signal,) = found(system(0.3), unanswered=10, **{f"_{status}": 90})
    assert signal.limit is Limit.CONFIGURED
    assert f"90 of 100 failed calls were refused with {status}" in signal.text


@pytest.mark.parametrize(
    ("unanswered", "refused"), [(50, {"_503": 50}), (0, {"_404": 100}), (100, {}), (0, {})]
)
def test_failures_of_other_kinds_are_not(unanswered: int, refused: dict[str, int]) -> None:
    assert names(system(0.3), unanswered=unanswered, **refused) == []


def test_refusals_by_a_full_system_come_after_its_cpu() -> None:
    assert names(system(1.9), _503=100) == [Limit.CPU, Limit.CONFIGURED]


def test_exhausted_ports_explain_the_refusals() -> None:
    host = system(0.3, media_ports=Pool(used=1992, available=2000))
    assert names(host, _500=100) == [Limit.PORTS, Limit.CONFIGURED]
    assert names(system(0.3, media_ports=Pool(used=1950, available=2000))) == []


def test_open_files_at_their_limit_are_named() -> None:
    (signal,) = found(system(0.3, open_files=Pool(used=1024, available=1024)))
    assert signal.text == "sbc: 1024 of 1024 open files in use"


def test_what_the_hypervisor_drops_is_named() -> None:
    allowances = {"ens5": {"pps_allowance_exceeded": 7, "bw_in_allowance_exceeded": 0}}
    host = replace(system(0.3), delta=delta(0.3, allowances=allowances))
    (signal,) = found(host)
    assert signal.limit is Limit.ALLOWANCE
    assert "pps_allowance_exceeded: 7" in signal.text


def test_drops_are_packets_per_second_and_full_sockets_are_sockets() -> None:
    lossy = delta(
        0.3, backlog_drops=4, interfaces={"eth0": replace(ETH0, receive_drops=2)},
        udp=replace(QUIET, receive_buffer_errors=3),
    )  # fmt: skip
    host = replace(system(0.3), delta=lossy)
    assert names(host) == [Limit.PACKETS, Limit.PACKETS, Limit.SOCKETS]


def test_the_cpu_ratio_is_of_the_quota_or_of_the_busiest_core() -> None:
    quota = system(0.1, budget=0.2, shared=True)
    assert system_cpu_ratio([quota]) == pytest.approx(0.5)
    softirq = replace(system(0.1), delta=delta(0.1, cpus={0: cpu(0.9), 1: cpu(0.1)}))
    assert system_cpu_ratio([softirq]) == pytest.approx(0.9)
    assert system_cpu_ratio([]) is None


def test_what_a_refusing_system_carried_is_a_hint_only_while_its_cpu_is_free() -> None:
    def hint(*hosts: SystemHost, refused: dict[int, int]) -> int | None:
        return refused_at(measured(system=hosts, refused=refused, unanswered=2), 150)

    assert hint(system(0.3), refused={503: 100}) == 150
    assert hint(refused={503: 100}) == 150
    assert hint(system(1.9), refused={503: 100}) is None
    assert hint(system(0.3), refused={}) is None
