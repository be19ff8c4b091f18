"""The request that ends a call's hold time, as it arrives where SIPp would be."""

import socket
from dataclasses import replace

import pytest
from support.socket_filters import drain, receiver

from voipprobe.capture.sip.message import parse
from voipprobe.traffic.address import free_ports
from voipprobe.traffic.sipp.arguments import CALL_ID, SippOptions
from voipprobe.traffic.sipp.hangup import hang_up, hangup_request

OPTIONS = SippOptions(
    scenario="call.xml",
    local_address="127.0.0.1",
    local_port=5080,
    media_port=16384,
    control_port=18888,
    hangup_port=5090,
    transport="udp",
)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_request_carries_the_call_id_that_sipp_made(address: str) -> None:
    """By the pattern that SIPp was started with; it puts no brackets around IPv6 there."""
    request = hangup_request(replace(OPTIONS, local_address=address), 4711, 7)
    (message,) = parse(request).messages
    expected = CALL_ID.replace("%u", "7").replace("%p", "4711").replace("%s", address)
    assert (message.method, message.call_id) == ("HANGUP", expected)
    assert message.sent_by is not None
    assert message.sent_by.startswith("[::1]" if ":" in address else address)


def test_every_call_is_asked_over_udp() -> None:
    with receiver("127.0.0.1") as sipp:
        port = free_ports("127.0.0.1", 1)[0]
        options = replace(OPTIONS, local_port=sipp.getsockname()[1], hangup_port=port)
        hang_up(options, 4711, range(1, 4))
        found = drain(sipp)
    assert found == [hangup_request(options, 4711, number) for number in (1, 2, 3)]


def test_every_call_is_asked_over_tcp() -> None:
    with socket.create_server(("127.0.0.1", 0)) as sipp:
        port = free_ports("127.0.0.1", 1)[0]
        options = replace(
            OPTIONS, local_port=sipp.getsockname()[1], hangup_port=port, transport="tcp"
        )
        hang_up(options, 4711, (1, 2))
        line, _ = sipp.accept()
        with line, line.makefile("rb") as stream:
            text = stream.read()
    assert text == hangup_request(options, 4711, 1) + hangup_request(options, 4711, 2)


def test_a_sipp_that_has_gone_is_no_error() -> None:
    port, nobody = free_ports("127.0.0.1", 2)
    for transport in ("udp", "tcp"):
        options = replace(OPTIONS, local_port=nobody, hangup_port=port, transport=transport)
        hang_up(options, 4711, (1, 2))
