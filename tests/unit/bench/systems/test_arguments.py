"""Command lines and configurations of the systems that we bring."""

from dataclasses import replace
from pathlib import Path

from voipprobe.bench.systems.arguments import (
    KAMAILIO_FILE,
    Proxy,
    Relay,
    kamailio_arguments,
    rtpengine_configuration,
)

PROXY = Proxy(
    path="kamailio", near="198.18.0.2", far="198.18.1.2", port=5060,
    responder="198.18.1.1:5060", callee="198.18.1.1",
)  # fmt: skip


def test_proxy_that_leaves_media_alone() -> None:
    """Neither a relay nor a limit is asked for, and it listens on both sides."""
    argv = kamailio_arguments(PROXY, Path("/run/k"))
    assert "udp:(198.18.0.2, 198.18.1.2):5060" in argv
    assert "-A" not in argv
    assert not any("RELAY" in word or "MOST_CALLS" in word for word in argv)


def test_proxy_with_one_address() -> None:
    """Kamailio refuses to listen on the same address twice."""
    argv = kamailio_arguments(replace(PROXY, far=PROXY.near), Path("/run/k"))
    assert "udp:198.18.0.2:5060" in argv


def test_proxy_with_relay_and_limit() -> None:
    """Both come as a definition and a value, and the configuration knows them."""
    argv = kamailio_arguments(replace(PROXY, relay_port=22222, max_calls=37), Path("/run/k"))
    assert "--substdef=!RELAY!127.0.0.1:22222!g" in argv
    assert "--substdef=!MOST_CALLS!37!g" in argv
    text = KAMAILIO_FILE.read_text()
    for defined in (argv[at + 1] for at, word in enumerate(argv) if word == "-A"):
        assert f"#!ifdef {defined}" in text


def test_relay_without_a_limit() -> None:
    """rtpengine's own word for any number; nothing is left to be filled in."""
    text = rtpengine_configuration(Relay(near="198.18.0.2", far="198.18.1.2"))
    settings = dict(
        line.split(" = ", 1) for line in text.splitlines() if " = " in line and line[0] != "#"
    )
    assert settings["max-sessions"] == "-1"
    assert settings["interface"] == "near/198.18.0.2;far/198.18.1.2"
    assert "{{" not in "".join(settings.values())


def test_relay_with_a_limit() -> None:
    """As given."""
    text = rtpengine_configuration(Relay(near="192.0.2.1", far="192.0.2.2", max_calls=150))
    assert "\nmax-sessions = 150\n" in text
