"""The argv of iperf3, client and server."""

from dataclasses import replace
from typing import Any

from voipprobe.traffic.iperf.arguments import IperfOptions, client_arguments, server_arguments

VOICE = IperfOptions(server="192.0.2.2", port=5201, direction="sent", protocol="udp", duration_s=10)


def argv(**changes: Any) -> str:
    return " ".join(client_arguments("iperf3", replace(VOICE, **changes)))


def test_udp_runs_at_a_voice_packet_rate() -> None:
    """172 octets 50 times a second is 68.8 kbit/s for each stream."""
    assert argv(streams=10) == (
        "iperf3 -c 192.0.2.2 -p 5201 -J -t 10 --connect-timeout 3000 -u -l 172 -b 68800 -P 10"
    )


def test_received_direction_is_reversed() -> None:
    assert " -R " in argv(direction="received")
    assert "-R" not in argv().split()


def test_tcp_has_no_rate_and_one_stream() -> None:
    assert argv(protocol="tcp", streams=10) == (
        "iperf3 -c 192.0.2.2 -p 5201 -J -t 10 --connect-timeout 3000"
    )


def test_tcp_may_have_a_limit_and_udp_has_its_own() -> None:
    assert argv(protocol="tcp", tcp_limit_bps=100e6).endswith(
        " --connect-timeout 3000 -b 100000000"
    )
    assert argv(tcp_limit_bps=100e6) == argv()


def test_local_address_is_bound() -> None:
    assert " -B 192.0.2.1" in argv(local_address="192.0.2.1")


def test_server_binds_one_address() -> None:
    assert server_arguments("iperf3", address="192.0.2.2", port=5201) == [
        "iperf3", "-s", "-B", "192.0.2.2", "-p", "5201",
    ]  # fmt: skip
