"""What an engineer must know of SIP over TCP, TLS and WebSocket that was not read.

Knows what to do about each. Must not know how it was read.
"""

from collections.abc import Iterator

from voipprobe.capture.tshark.outcome import KeyLogUse, TcpOutcome
from voipprobe.model.finding import Finding


def tcp_findings(tcp: TcpOutcome) -> Iterator[Finding]:
    """Everything that keeps SIP over TCP from being read."""
    yield from _in_clear(tcp)
    yield from _encrypted(tcp)
    if tcp.keylog is not None:
        yield from _keylog(tcp.keylog)
    if tcp.overflow_segments:
        text = f"more TCP connections than are kept: {tcp.overflow_segments} segments left out"
        yield Finding(code="too-many-tcp-connections", text=text)
    if tcp.left_out_segments:
        text = (
            f"more SIP over TCP than a live capture keeps: {tcp.left_out_segments} segments left "
            "out; capture to a file and analyse that"
        )
        yield Finding(code="sip-over-tcp-left-out", text=text)


def _in_clear(tcp: TcpOutcome) -> Iterator[Finding]:
    segments = tcp.in_clear.segments
    if not segments and tcp.refusal is None:
        return
    why = tcp.refusal or (
        "tshark makes no message of them; the beginning of a connection or packets in it are "
        "missing, or it is no SIP"
    )
    text = f"SIP over TCP was not read ({segments} segments): {why}"
    yield Finding(code="sip-over-tcp-unread", text=text, packets=tcp.in_clear.packets)


def _encrypted(tcp: TcpOutcome) -> Iterator[Finding]:
    unread = tcp.encrypted
    if not unread.connections:
        return
    ports = ", ".join(map(str, unread.ports))
    if tcp.refusal is not None:
        why = tcp.refusal
    elif tcp.keylog is None:
        why = "give the secrets of one end with --keylog"
    else:
        why = "the key log does not open them, or their handshake was not captured"
    text = (
        f"SIP over TLS was not read ({unread.connections} connections on port {ports}, "
        f"{unread.segments} segments): {why}"
    )
    yield Finding(code="sip-over-tls-unread", text=text, packets=unread.packets)


def _keylog(use: KeyLogUse) -> Iterator[Finding]:
    if use.messages:
        return
    if not use.secrets:
        text = f"the key log {use.path} holds no secret"
    elif not use.handshakes:
        text = f"the key log {use.path} has nothing to open: no TLS handshake was captured"
    elif not use.opened:
        text = (
            f"the key log {use.path} ({use.secrets} secrets) has none for any of the "
            f"{use.handshakes} TLS handshakes"
        )
    else:
        text = (
            f"the key log {use.path} has secrets for {use.opened} of {use.handshakes} TLS "
            "handshakes, and no SIP came out; name the port of SIP over TLS with --port N=sip"
        )
    yield Finding(code="keylog-unused", text=text)
