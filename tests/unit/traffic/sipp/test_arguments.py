"""The argv of SIPp, whole and for both generations of it."""

from dataclasses import replace

import pytest

from voipprobe.traffic.sipp.arguments import SippOptions, sipp_arguments
from voipprobe.traffic.sipp.version import SippVersion, parse_banner

BANNERS = {
    "3.6.1": "SIPp v3.6.1-SCTP-PCAP-RTPSTREAM.",
    "3.7.0": "SIPp v3.7.0-TLS-PCAP.",
    "3.7.2": "SIPp v3.7.2-TLS-PCAP.",
    "3.7.3": "SIPp v3.7.3-TLS-PCAP.",
    "3.7.7": "SIPp v3.7.7-TLS-SHA256.",
}
CALLER = SippOptions(
    scenario="call.xml",
    local_address="192.0.2.1",
    local_port=5080,
    media_port=16384,
    media_ports=40,
    control_port=18888,
    transport="udp",
    remote="192.0.2.2:5060",
    calls=10,
    rate_cps=2.5,
    hold_ms=3000,
    receive_timeout_ms=10000,
)
RESPONDER = SippOptions(
    scenario="/tmp/x/responder.xml",
    local_address="192.0.2.2",
    local_port=5060,
    media_port=7000,
    control_port=18889,
    transport="tcp",
    echo=True,
)


def version(number: str) -> SippVersion:
    """What `sipp -v` of that version says."""
    found = parse_banner(BANNERS[number], "/usr/bin/sipp")
    assert found is not None
    return found


def golden(text: str) -> list[str]:
    return text.split()


def test_caller_of_3_6_1() -> None:
    """It has -mp, and would not start with -min_rtp_port."""
    assert sipp_arguments(version("3.6.1"), CALLER) == golden(
        "/usr/bin/sipp 192.0.2.2:5060 -sf call.xml -i 192.0.2.1 -p 5080 -bind_local -t u1"
        " -mi 192.0.2.1 -mp 16384 -ci 127.0.0.1 -cp 18888 -nostdin"
        " -m 10 -r 2.5 -l 11 -d 3000 -cid_str %u-%p@%s -recv_timeout 10000"
        " -trace_stat -fd 1 -stf statistics.csv -trace_rtt -rtt_freq 1 -trace_counts"
        " -trace_err -error_file errors.log"
    )


def test_caller_of_3_7_7() -> None:
    """It takes a range of RTP ports."""
    assert sipp_arguments(version("3.7.7"), CALLER) == golden(
        "/usr/bin/sipp 192.0.2.2:5060 -sf call.xml -i 192.0.2.1 -p 5080 -bind_local -t u1"
        " -mi 192.0.2.1 -mp 16384 -min_rtp_port 16384 -max_rtp_port 16423"
        " -ci 127.0.0.1 -cp 18888 -nostdin"
        " -m 10 -r 2.5 -l 11 -d 3000 -cid_str %u-%p@%s -recv_timeout 10000"
        " -trace_stat -fd 1 -stf statistics.csv -trace_rtt -rtt_freq 1 -trace_counts"
        " -trace_err -error_file errors.log"
    )


def test_responder_of_3_6_1() -> None:
    """It echoes media, neither calls nor counts, and writes no more than it may."""
    assert sipp_arguments(version("3.6.1"), RESPONDER) == golden(
        "/usr/bin/sipp -sf /tmp/x/responder.xml -i 192.0.2.2 -p 5060 -bind_local -t t1"
        " -mi 192.0.2.2 -mp 7000 -rtp_echo -ci 127.0.0.1 -cp 18889 -nostdin"
        " -trace_err -error_file errors.log -ringbuffer_size 1000000 -ringbuffer_files 2"
    )


@pytest.mark.parametrize(
    ("number", "media_port", "port_range"),
    [
        ("3.6.1", True, False),
        ("3.7.0", False, True),
        ("3.7.2", False, True),
        ("3.7.3", True, True),
        ("3.7.7", True, True),
    ],
)
def test_media_options_by_version(number: str, media_port: bool, port_range: bool) -> None:
    """3.7.0 took -mp away and 3.7.3 brought it back."""
    arguments = sipp_arguments(version(number), CALLER)
    assert ("-mp" in arguments) == media_port
    assert ("-min_rtp_port" in arguments) == port_range


@pytest.mark.parametrize("number", BANNERS)
@pytest.mark.parametrize("options", [CALLER, RESPONDER])
def test_control_port_never_listens_on_all_addresses(number: str, options: SippOptions) -> None:
    """It takes commands from anyone who reaches it."""
    arguments = sipp_arguments(version(number), options)
    assert arguments[arguments.index("-ci") + 1] == "127.0.0.1"


@pytest.mark.parametrize("calls", [1, 2, 5000])
def test_limit_of_open_calls_never_binds(calls: int) -> None:
    """At its limit SIPp silently leaves out calls."""
    arguments = sipp_arguments(version("3.6.1"), replace(CALLER, calls=calls))
    assert int(arguments[arguments.index("-l") + 1]) > calls


@pytest.mark.parametrize(("transport", "mode"), [("udp", "u1"), ("tcp", "t1"), ("tls", "l1")])
def test_transport_is_one_socket(transport: str, mode: str) -> None:
    arguments = sipp_arguments(version("3.7.7"), replace(CALLER, transport=transport))
    assert arguments[arguments.index("-t") + 1] == mode


def test_no_option_of_sipp_that_lies_is_used() -> None:
    """-timeout means another thing in each version; -ap would show a password to all users."""
    arguments = sipp_arguments(version("3.7.7"), replace(CALLER, injection="credentials.csv"))
    assert not {"-timeout", "-ap", "-au", "-bg"} & set(arguments)
    assert arguments[arguments.index("-inf") + 1] == "credentials.csv"


def test_certificate_and_key_go_together() -> None:
    with_both = replace(CALLER, tls_certificate="c.pem", tls_key="k.pem")
    assert sipp_arguments(version("3.7.7"), with_both)[-4:] == golden(
        "-tls_cert c.pem -tls_key k.pem"
    )
    only_one = replace(CALLER, tls_certificate="c.pem")
    assert "-tls_cert" not in sipp_arguments(version("3.7.7"), only_one)
