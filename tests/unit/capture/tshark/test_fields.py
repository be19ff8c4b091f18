"""What tshark writes about a frame, in the spellings of its versions."""

import pytest

from voipprobe.capture.tshark import messages


@pytest.mark.parametrize(
    ("epoch", "time_ns"),
    [
        ("1700000000.123456789", 1_700_000_000_123_456_789),
        ("1700000000", 1_700_000_000_000_000_000),
        ("2023-11-14T22:13:20.123456789Z", 1_700_000_000_123_456_789),
        ("2023-11-14T22:13:20.5Z", 1_700_000_000_500_000_000),
        ("2023-11-14T22:13:20Z", 1_700_000_000_000_000_000),
    ],
)
def test_time_keeps_its_nanoseconds(epoch: str, time_ns: int) -> None:
    """Seconds of the epoch, or an ISO time as newer tshark writes it."""
    assert messages._time_ns(epoch) == time_ns


@pytest.mark.parametrize(
    ("protocols", "transport"),
    [
        ("eth:ethertype:ip:tcp:sip:sdp", "tcp"),
        ("eth:ethertype:ipv6:tcp:tls:sip", "tls"),
        ("raw:ip:tcp:http:websocket:sip", "ws"),
        ("raw:ip:tcp:tls:http:websocket:sip", "wss"),
    ],
)
def test_transport_is_named_as_in_a_via(protocols: str, transport: str) -> None:
    """The layers between TCP and SIP say which."""
    assert messages._transport(protocols.split(":")) == transport
