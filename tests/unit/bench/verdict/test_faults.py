"""What makes a trial void: each rule from both sides of its limit."""

from dataclasses import replace
from typing import Any

import pytest
from support.trials import ETH0, QUIET, cpu, delta, generator

from voipprobe.bench.culprit import Culprit
from voipprobe.bench.evidence.delta import Delta
from voipprobe.bench.verdict.facts import GeneratorHost
from voipprobe.bench.verdict.faults import faults


def test_a_healthy_generator_has_no_faults() -> None:
    assert faults(generator()) == ()


@pytest.mark.parametrize(
    ("harmless", "harmful", "culprit", "words"),
    [
        ({"reached_rate_cps": 49.0}, {"reached_rate_cps": 48.9}, Culprit.GENERATOR, "48.9 calls/s"),
        ({}, {"limit_reached": True}, Culprit.GENERATOR, "limit of open calls"),
        ({}, {"watchdog": 2}, Culprit.GENERATOR, "overloaded 2 times"),
        ({"sent_packets": 74_250}, {"sent_packets": 74_249}, Culprit.GENERATOR, "74249 RTP"),
        ({"sent_packets": 75_750}, {"sent_packets": 75_751}, Culprit.GENERATOR, "75751 RTP"),
        ({"late_packets": 749}, {"late_packets": 750}, Culprit.GENERATOR, "itself sent 1.0 %"),
        ({"capture_drops": None, "captured": False}, {"capture_drops": None}, Culprit.CAPTURE,
         "does not say"),
        ({}, {"capture_drops": 1}, Culprit.CAPTURE, "lost 1 packets"),
        ({"due_packets": None, "sent_packets": None}, {"due_packets": None}, Culprit.TOOL,
         "only one"),
        ({}, {"reached_rate_cps": None}, Culprit.TOOL, "kept up"),
        ({}, {"watchdog": None}, Culprit.TOOL, "kept up"),
        ({}, {"hosts": ()}, Culprit.TOOL, "no evidence"),
    ],
)  # fmt: skip
def test_the_account_of_the_generator(
    harmless: dict[str, Any], harmful: dict[str, Any], culprit: Culprit, words: str
) -> None:
    """Both sides of the limit; and whose fault it is, in words with the figure."""
    assert faults(generator(**harmless)) == ()
    (fault,) = faults(generator(**harmful))
    assert fault.culprit is culprit
    assert words in fault.text


@pytest.mark.parametrize(
    ("harmless", "harmful", "culprit", "words"),
    [
        (delta(0.8, 0.8), delta(0.8, 0.81), Culprit.GENERATOR, "1.61 of its 2 cores"),
        (delta(0.95), delta(0.96), Culprit.GENERATOR, "sipp (100) used 96 % of a core"),
        (delta(0.1, cpus={0: cpu(0.95)}), delta(0.1, cpus={0: cpu(0.96)}), Culprit.GENERATOR,
         "CPU 0 of the generator was 96 % busy"),
        (delta(0.1, cpus={7: cpu(0.99)}), delta(0.1, cpus={1: cpu(0.99)}), Culprit.GENERATOR,
         "CPU 1"),
        (delta(0.1, cpus={0: cpu(0.4, steal=0.02)}), delta(0.1, cpus={0: cpu(0.4, steal=0.021)}),
         Culprit.NEIGHBOURS, "2.1 %"),
        (delta(0.1, throttled_ratio=0.01), delta(0.1, throttled_ratio=0.5), Culprit.GENERATOR,
         "50 % of all periods"),
        (delta(0.1, udp=replace(QUIET, no_port=9)),
         delta(0.1, udp=replace(QUIET, receive_buffer_errors=1)), Culprit.GENERATOR,
         "1 datagrams found the receive"),
        (delta(0.1), delta(0.1, udp=replace(QUIET, send_buffer_errors=5)), Culprit.GENERATOR,
         "5 datagrams found the send"),
        (delta(0.1, backlog_squeezes=50), delta(0.1, backlog_drops=1), Culprit.HOST, "backlog"),
        (delta(0.1, interfaces={"eth0": replace(ETH0, receive_drops=4)}),
         delta(0.1, interfaces={"eth0": replace(ETH0, send_drops=5)}), Culprit.HOST,
         "eth0 dropped 5"),
        (delta(0.1, allowances={"ens5": {"linklocal_allowance_exceeded": 4}}),
         delta(0.1, allowances={"ens5": {"pps_allowance_exceeded": 4}}), Culprit.GENERATOR,
         "pps_allowance_exceeded: 4"),
    ],
)  # fmt: skip
def test_the_evidence_of_its_host(
    harmless: Delta, harmful: Delta, culprit: Culprit, words: str
) -> None:
    """Both sides of the limit, on a host of its own."""
    assert faults(generator(harmless)) == ()
    (fault,) = faults(generator(harmful))
    assert fault.culprit is culprit
    assert words in fault.text
    assert fault.text.startswith("caller: ")


def test_steal_alone_is_the_neighbours() -> None:
    """A dropped packet or a call not placed may make a trial easier; lost CPU time cannot."""
    drops = {"eth0": replace(ETH0, send_drops=5)}
    host = delta(0.1, cpus={0: cpu(0.4, steal=0.021)}, backlog_drops=1, interfaces=drops)
    found = faults(generator(host, watchdog=1, capture_drops=1))
    of_neighbours = [fault.culprit is Culprit.NEIGHBOURS for fault in found]
    assert of_neighbours == ["steal" in fault.text for fault in found]
    assert len(found) == 5


@pytest.mark.parametrize("gap", ["cpus", "processes", "udp"])
def test_without_proof_of_its_health_a_trial_is_void(gap: str) -> None:
    gaps: dict[str, Any] = {gap: None}
    (fault,) = faults(generator(delta(0.1, **gaps)))
    assert fault.culprit is Culprit.TOOL


def test_no_evidence_and_no_account_are_void_too() -> None:
    host = GeneratorHost(name="caller", cores=2.0, delta=None)
    assert [fault.culprit for fault in faults(generator(hosts=(host,)))] == [Culprit.TOOL]
    assert [fault.culprit for fault in faults(None)] == [Culprit.TOOL]


def test_on_shared_cpus_a_busy_core_is_the_systems_own_business() -> None:
    """The local provider: caller and system share all CPUs, and the system fills them."""
    full = delta(0.2, cpus={0: cpu(1.0), 1: cpu(1.0)}, backlog_drops=12)
    shared = GeneratorHost(name="caller", cores=2.0, delta=full)
    assert faults(generator(hosts=(shared,))) == ()
