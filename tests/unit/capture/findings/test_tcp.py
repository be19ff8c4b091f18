"""What is said of SIP over TCP that was not read."""

from pathlib import Path

import pytest

from voipprobe.capture.findings.tcp import tcp_findings
from voipprobe.capture.tshark.outcome import KeyLogUse, TcpOutcome, Unread


def use(secrets: int, handshakes: int, opened: int, messages: int = 0) -> KeyLogUse:
    return KeyLogUse(
        path=Path("keys.log"),
        secrets=secrets,
        handshakes=handshakes,
        opened=opened,
        messages=messages,
    )


def test_nothing_is_said_where_all_was_read() -> None:
    """Also with a key log that did its work, however many others it did not open."""
    assert list(tcp_findings(TcpOutcome())) == []
    assert list(tcp_findings(TcpOutcome(keylog=use(9, 5, 1, messages=7)))) == []


@pytest.mark.parametrize(
    ("outcome", "code", "said"),
    [
        (TcpOutcome(in_clear=Unread(segments=3, packets=(4,))), "sip-over-tcp-unread", "3 segm"),
        (TcpOutcome(refusal="tshark is missing"), "sip-over-tcp-unread", "tshark is missing"),
        (TcpOutcome(overflow_segments=8), "too-many-tcp-connections", "8 segments"),
        (TcpOutcome(left_out_segments=8), "sip-over-tcp-left-out", "8 segments"),
        (TcpOutcome(keylog=use(0, 2, 0)), "keylog-unused", "keys.log holds no secret"),
        (TcpOutcome(keylog=use(2, 0, 0)), "keylog-unused", "no TLS handshake was captured"),
        (TcpOutcome(keylog=use(2, 3, 0)), "keylog-unused", "none for any of the 3 TLS"),
        (TcpOutcome(keylog=use(2, 3, 1)), "keylog-unused", "for 1 of 3 TLS handshakes"),
    ],
)
def test_each_reason_is_told(outcome: TcpOutcome, code: str, said: str) -> None:
    """In words, with its count."""
    (finding,) = tcp_findings(outcome)
    assert finding.code == code
    assert said in finding.text


def test_every_segment_that_was_not_read_is_counted_once() -> None:
    """Whatever kept it from being read."""
    outcome = TcpOutcome(
        in_clear=Unread(segments=1),
        encrypted=Unread(segments=20, connections=2, ports=(5061,)),
        overflow_segments=300,
        left_out_segments=4000,
    )
    assert outcome.undecoded == 4321
    (encrypted,) = (one for one in tcp_findings(outcome) if one.code == "sip-over-tls-unread")
    assert "2 connections on port 5061, 20 segments" in encrypted.text
