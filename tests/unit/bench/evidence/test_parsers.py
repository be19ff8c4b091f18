"""Texts of the kernel to counters: recorded ones, and their broken twins."""

from collections.abc import Callable
from pathlib import Path

import pytest

from voipprobe.bench.evidence.counters import CpuTimes, SoftnetCounters
from voipprobe.bench.evidence.parse_cpu import parse_cpus, parse_processes, parse_throttling
from voipprobe.bench.evidence.parse_host import (
    parse_cpu_model,
    parse_number,
    parse_open_files_limit,
    parse_pair,
    parse_uptime,
)
from voipprobe.bench.evidence.parse_network import (
    parse_allowances,
    parse_interfaces,
    parse_socket_drops,
    parse_softnet,
    parse_udp,
)

FOLDER = Path(__file__).parents[3] / "data" / "evidence"


def recorded(name: str) -> str:
    return (FOLDER / name).read_text()


def figures(name: str, start: str) -> list[int]:
    """The numbers of one recorded line, found the simplest way."""
    line = next(line for line in recorded(name).splitlines() if line.strip().startswith(start))
    return [int(word) for word in line.split()[1:]]


def test_cpus_are_told_apart_and_their_sum_is_left_out() -> None:
    found = parse_cpus(recorded("stat"))
    assert found is not None
    assert list(found) == [0, 1]
    user, nice, system, idle, iowait, irq, softirq, steal = figures("stat", "cpu1")[:8]
    assert found[1] == CpuTimes(
        user=user, nice=nice, system=system, idle=idle, iowait=iowait, irq=irq, softirq=softirq,
        steal=steal,
    )  # fmt: skip
    assert found[1].steal > 0


def test_a_process_whose_name_looks_like_fields_is_read_right() -> None:
    found = parse_processes(recorded("pid.stat"))
    odd = next(one for one in found.values() if one.name == "a) R (b c")
    assert (odd.user, odd.system, odd.started) == (0, 0, 1499198)
    python = next(one for one in found.values() if one.name == "python3")
    assert (python.user, python.system, python.started) == (6, 2, 1499136)
    assert odd.parent in found


def test_a_process_that_ended_while_it_was_read_is_left_out() -> None:
    text = recorded("pid.stat")
    assert len(parse_processes(text[: text.index("\n") + 40])) == 1
    assert parse_processes("") == {}


def test_throttling_of_both_versions_of_cgroups() -> None:
    """Version 1 in nanoseconds, version 2 in microseconds."""
    one, two = parse_throttling(recorded("cpu.stat.v1")), parse_throttling(recorded("cpu.stat.v2"))
    assert one is not None
    assert (one.periods, one.throttled) == (21, 20)
    assert one.throttled_s == pytest.approx(0.735277628)
    assert two is not None
    assert (two.periods, two.throttled) == (2210, 1874)
    assert two.throttled_s == pytest.approx(96.541203)


def test_a_cgroup_without_the_cpu_controller_tells_of_no_quota() -> None:
    """The root of version 2 has usage only."""
    assert parse_throttling("usage_usec 14308527727\nuser_usec 12279019085\n") is None


def test_udp_is_the_sum_of_both_ip_versions() -> None:
    four, six = recorded("snmp"), recorded("snmp6")
    values = figures("snmp", "Udp: 2") if "Udp: 2" in four else figures("snmp", "Udp: 3")
    found, both = parse_udp(four), parse_udp(four, six)
    assert found is not None
    assert both is not None
    assert found.received == values[0]
    assert found.receive_buffer_errors == values[4] > 0
    assert both.received - found.received == figures("snmp6", "Udp6InDatagrams")[0] > 0


def test_udp_does_not_depend_on_the_order_of_columns() -> None:
    text = "Udp: RcvbufErrors InDatagrams NoPorts InErrors OutDatagrams SndbufErrors New\n"
    found = parse_udp(text + "Udp: 1 2 3 4 5 6 7\n")
    assert found is not None
    assert (found.receive_buffer_errors, found.received, found.send_buffer_errors) == (1, 2, 6)


def test_softnet_is_in_hexadecimal_and_says_its_cpu() -> None:
    found = parse_softnet(recorded("softnet_stat"))
    assert found is not None
    assert list(found) == [0, 1]
    words = recorded("softnet_stat").splitlines()[1].split()
    assert found[1] == SoftnetCounters(
        processed=int(words[0], 16), dropped=0, squeezed=int(words[2], 16)
    )


def test_softnet_of_old_kernels_has_one_line_for_each_cpu() -> None:
    line = " ".join(["0000000a", "00000002", "00000001", *["00000000"] * 8])
    found = parse_softnet(f"{line}\n{line}\n")
    assert found is not None
    assert list(found) == [0, 1]
    assert found[1].dropped == 2


def test_softnet_with_an_offline_cpu_keeps_the_numbers_of_the_others() -> None:
    line = recorded("softnet_stat").splitlines()[1].replace("00000001", "00000003")
    found = parse_softnet(line + "\n")
    assert found is not None
    assert list(found) == [3]


def test_interfaces_with_received_and_sent_in_their_columns() -> None:
    found = parse_interfaces(recorded("dev"))
    assert found is not None
    values = figures("dev", "eth0:")
    eth0 = found["eth0"]
    assert (eth0.received_bytes, eth0.received_packets) == (values[0], values[1])
    assert (eth0.sent_bytes, eth0.sent_packets) == (values[8], values[9])
    assert "lo" in found


def test_the_columns_of_drops_are_not_mixed_up() -> None:
    heads = "\n".join(recorded("dev").splitlines()[:2])
    found = parse_interfaces(f"{heads}\n eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n")
    assert found is not None
    one = found["eth0"]
    assert (one.receive_errors, one.receive_drops, one.send_errors, one.send_drops) == (
        3, 4, 11, 12,
    )  # fmt: skip


def test_allowances_are_counters_and_what_is_left_is_none() -> None:
    found = parse_allowances(recorded("ethtool.ena"))
    assert found == {
        "bw_in_allowance_exceeded": 0,
        "bw_out_allowance_exceeded": 418,
        "pps_allowance_exceeded": 90127,
        "conntrack_allowance_exceeded": 0,
        "linklocal_allowance_exceeded": 3,
    }


def test_a_driver_without_allowances_has_none() -> None:
    assert parse_allowances("NIC statistics:\n     rx_queue_0_packets: 77805\n") is None


def test_limits_and_kinds_of_a_host() -> None:
    assert parse_open_files_limit(recorded("limits")) == 20000
    assert parse_open_files_limit(recorded("limits").replace("20000", "unlimited")) is None
    assert parse_cpu_model(recorded("cpuinfo")) == "AMD EPYC"
    arm = "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd40\n"
    assert parse_cpu_model(arm) == "ARM implementer 0x41 part 0xd40"
    assert parse_pair("32768\t60999\n") == (32768, 60999)
    assert parse_number("1000\n") == 1000
    assert parse_uptime("14992.42 11947.35\n") == 14992.42


BROKEN: list[tuple[Callable[[str], object], str, Callable[[str], str]]] = [
    (parse_cpus, "stat", lambda text: text.replace("cpu1 ", "cpu1 x")),
    (parse_cpus, "stat", lambda text: text[: text.index("cpu1") + 20]),
    (parse_udp, "snmp", lambda text: text[: text.rindex("Udp: ")]),
    (parse_udp, "snmp", lambda text: text.replace("RcvbufErrors", "Rcvbuf")),
    (parse_udp, "snmp", lambda text: text.replace("Udp: InD", "Udp: Extra InD")),
    (parse_softnet, "softnet_stat", lambda text: text[:-60]),
    (parse_softnet, "softnet_stat", lambda text: text.replace("0", "g", 1)),
    (parse_interfaces, "dev", lambda text: text[:-10]),
    (parse_interfaces, "dev", lambda text: text.replace("|", " ")),
    (parse_throttling, "cpu.stat.v1", lambda text: text.replace("throttled_time", "time")),
    (parse_throttling, "cpu.stat.v2", lambda text: text.replace("nr_periods 2210", "nr_periods")),
    (parse_cpu_model, "cpuinfo", lambda text: text.replace("model name", "name")),
]


@pytest.mark.parametrize(("parse", "name", "spoil"), BROKEN)
def test_a_broken_text_gives_nothing_and_no_guess(
    parse: Callable[[str], object], name: str, spoil: Callable[[str], str]
) -> None:
    spoilt = spoil(recorded(name))
    assert spoilt != recorded(name)
    assert parse(recorded(name)) is not None
    assert parse(spoilt) is None


@pytest.mark.parametrize(
    "parse",
    [parse_cpus, parse_udp, parse_softnet, parse_interfaces, parse_throttling, parse_allowances,
     parse_uptime, parse_number, parse_pair, parse_cpu_model, parse_open_files_limit],
)  # fmt: skip
@pytest.mark.parametrize("text", ["", "\n", "no such file", "\x00\xff\n"])
def test_no_text_and_foreign_text_give_nothing(parse: Callable[[str], object], text: str) -> None:
    assert parse(text) is None


SOCKETS = """\
   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout \
inode ref pointer drops
 1012: 010012C6:3AD4 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 \
41 2 0000000000000000 3
 2338: 010012C6:4000 00000000:0000 07 00000000:0003F300 00:00000000 00000000     0        0 \
42 2 0000000000000000 7613
  sl  local_address                         remote_address                        st tx_queue \
rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
   10: 00000000000000000000000000000000:0035 00000000000000000000000000000000:0000 07 \
00000000:00000000 00:00000000 00000000     0        0 9 2 0000000000000000 2
"""


def test_drops_of_sockets_that_nobody_reads_do_not_count() -> None:
    """Port 16384 is that of SIPp's media, which it never looks at."""
    assert parse_socket_drops(SOCKETS, range(16384, 65536)) == 3 + 2
    assert parse_socket_drops(SOCKETS, range(0)) == 3 + 7613 + 2


def test_a_table_of_sockets_that_is_none() -> None:
    """Nothing is guessed."""
    assert parse_socket_drops("no such file", range(0)) is None
