"""Which SIPp it is, from its banner."""

import re
from pathlib import Path

import pytest
from support.tools import put_tool

from voipprobe.model.errors import ToolError
from voipprobe.traffic.sipp.version import installed_sipp, parse_banner


@pytest.mark.parametrize(
    ("banner", "number", "features", "text"),
    [
        (
            "\n SIPp v3.6.1-SCTP-PCAP-RTPSTREAM.\n\n This program is free software",
            (3, 6, 1),
            {"SCTP", "PCAP", "RTPSTREAM"},
            "3.6.1 (PCAP, RTPSTREAM, SCTP)",
        ),
        ("SIPp v3.7.7-TLS-SHA256.", (3, 7, 7), {"TLS", "SHA256"}, "3.7.7 (SHA256, TLS)"),
        ("SIPp v3.7.3-TLS_GNUTLS-PCAP.", (3, 7, 3), {"TLS_GNUTLS", "PCAP"}, None),
        ("SIPp v3.6.0.", (3, 6, 0), set(), "3.6.0"),
        ("SIPp v3.10-PCAP.", (3, 10), {"PCAP"}, None),
    ],
)
def test_banners(
    banner: str, number: tuple[int, ...], features: set[str], text: str | None
) -> None:
    found = parse_banner(banner, "/usr/bin/sipp")
    assert found is not None
    assert found.number == number
    assert found.features == features
    assert text in (None, found.text)


@pytest.mark.parametrize("text", ["", "SIPp", "SIPp v", "SIPp v3", "sip-tester 3.6.1", "v3.6.1"])
def test_what_is_no_banner(text: str) -> None:
    assert parse_banner(text, "x") is None


def test_first_ssrc_is_known_of_3_6_only() -> None:
    """Where it is not known to hold, streams are linked by SDP alone."""
    old, new = (parse_banner(f"SIPp {v}", "x") for v in ("v3.6.1", "v3.7.0"))
    assert old is not None
    assert new is not None
    assert old.first_ssrc == 0xCA110000
    assert new.first_ssrc is None


def test_versions_are_compared_as_numbers() -> None:
    """3.10 is newer than 3.7."""
    found = parse_banner("SIPp v3.10.0", "x")
    assert found is not None
    assert found.has_rtp_port_range


def test_exit_code_of_the_version_does_not_matter(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`sipp -v` exits 99 by design."""
    path = put_tool(monkeypatch, tmp_path, "sipp", "echo ' SIPp v3.7.7-TLS-SHA256.'; exit 99")
    found = installed_sipp()
    assert (found.number, found.path) == ((3, 7, 7), str(path))


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ("echo ' SIPp v3.5.2-PCAP.'; exit 99", "is SIPp 3.5.2 (PCAP): 3.6.0 or newer is needed"),
        ("echo hello", "does not print a SIPp version with -v: is it SIPp?"),
        ("kill -SEGV $$", "does not print a SIPp version"),
    ],
)
def test_unusable_sipp(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, problem: str
) -> None:
    """Too old, something else, or crashing: the message names the file."""
    path = put_tool(monkeypatch, tmp_path, "sipp", script)
    with pytest.raises(ToolError, match=re.escape(f"{path} {problem}")):
        installed_sipp()
