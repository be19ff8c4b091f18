"""SIP over TLS and over WebSocket, really spoken on loopback and captured."""

import json
import ssl
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from support.loopback import Certificate, Tls, certificate, converse, recorded, websocket
from support.sip import message, sdp

from voipprobe.capture.analysis import analyse_capture
from voipprobe.model.analysis import Analysis

pytestmark = pytest.mark.integration

VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
SIPS_PORT, WSS_PORT, WS_PORT, OTHER_PORT = 5061, 27443, 28080, 25062
CALL = (
    (True, message("INVITE sip:b@x SIP/2.0", cseq="1 INVITE", body=sdp())),
    (False, message("SIP/2.0 180 Ringing", cseq="1 INVITE", to_tag="far")),
    (False, message("SIP/2.0 200 OK", cseq="1 INVITE", to_tag="far", body=sdp(6000))),
    (True, message("ACK sip:b@x SIP/2.0", cseq="1 ACK", branch="z9hG4bK-2", to_tag="far")),
    (True, message("BYE sip:b@x SIP/2.0", cseq="2 BYE", branch="z9hG4bK-3", to_tag="far")),
    (False, message("SIP/2.0 200 OK", cseq="2 BYE", branch="z9hG4bK-3", to_tag="far")),
)


class Captured(NamedTuple):
    """A capture and the secrets of one end."""

    file: Path
    keylog: Path


@pytest.fixture(scope="module")
def own_certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("certificate"))


def captured(
    folder: Path,
    own: Certificate,
    *,
    port: int,
    version: str = "1.3",
    talk: Sequence[tuple[bool, bytes]] = CALL,
) -> Captured:
    """A call over TLS."""
    found = Captured(folder / "tls.pcap", folder / "keys.log")
    with recorded(found.file, f"tcp port {port}"):
        converse(port, talk, Tls(own, VERSIONS[version], found.keylog))
    return found


def analysed(file: Path, keylog: Path | None = None, **ports: str) -> Analysis:
    named = {int(port[1:]): kind for port, kind in ports.items()}
    return analyse_capture([file], keylog=keylog, ports=named)[0]


def told(analysis: Analysis) -> dict[str, str]:
    return {finding.code: finding.text for finding in analysis.findings}


def assert_the_call(analysis: Analysis) -> None:
    (call,) = analysis.calls
    assert (call.call_id, call.outcome.value, call.final_status) == ("call-1", "answered", 200)
    assert (call.completed, call.retransmissions) == (True, 0)
    assert analysis.signalling.messages == len(CALL)
    assert analysis.capture.undecoded_packets == 0
    assert told(analysis) == {}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("port", [SIPS_PORT, WSS_PORT])
def test_a_key_log_shows_the_call(
    tmp_path: Path, own_certificate: Certificate, version: str, port: int
) -> None:
    """SIP over TLS on its own port, and SIP over WSS on any."""
    talk = websocket(CALL) if port == WSS_PORT else CALL
    made = captured(tmp_path, own_certificate, port=port, version=version, talk=talk)
    assert_the_call(analysed(made.file, made.keylog))


def test_another_port_has_to_be_named(tmp_path: Path, own_certificate: Certificate) -> None:
    """tshark cannot guess what an opened connection carries: we say so, and how to say it."""
    made = captured(tmp_path, own_certificate, port=OTHER_PORT)
    unnamed = analysed(made.file, made.keylog)
    assert unnamed.calls == ()
    assert (
        "secrets for 1 of 1 TLS handshakes, and no SIP came out" in told(unnamed)["keylog-unused"]
    )
    assert_the_call(analysed(made.file, made.keylog, p25062="sip"))


def test_without_a_key_log_it_is_said_and_counted(
    tmp_path: Path, own_certificate: Certificate
) -> None:
    """Nothing of the call, every segment with payload undecoded, and what to do."""
    made = captured(tmp_path, own_certificate, port=SIPS_PORT)
    closed = analysed(made.file)
    listed = subprocess.check_output(["tshark", "-r", made.file, "-Y", "tcp.len > 0"], stderr=-3)
    assert closed.calls == ()
    assert closed.capture.undecoded_packets == len(listed.splitlines())
    text = told(closed)["sip-over-tls-unread"]
    assert text.startswith("SIP over TLS was not read (1 connections on port 5061, ")
    assert text.endswith("give the secrets of one end with --keylog")


@pytest.mark.parametrize(
    ("keys", "said"),
    [("", "holds no secret"), (f"CLIENT_RANDOM {'ab' * 32} {'cd' * 48}\n", "(1 secrets) has none")],
)
def test_a_key_log_that_opens_nothing_is_told(
    tmp_path: Path, own_certificate: Certificate, keys: str, said: str
) -> None:
    """An empty one, and one of other connections."""
    made = captured(tmp_path, own_certificate, port=SIPS_PORT)
    made.keylog.write_text(keys)
    closed = analysed(made.file, made.keylog)
    assert said in told(closed)["keylog-unused"]
    assert "the key log does not open them" in told(closed)["sip-over-tls-unread"]
    assert closed.capture.undecoded_packets > 0


def test_a_wrong_secret_is_no_call(tmp_path: Path, own_certificate: Certificate) -> None:
    """The key log names the connection, and its secrets are not those of it."""
    made = captured(tmp_path, own_certificate, port=SIPS_PORT)
    lines = [line.split() for line in made.keylog.read_text().splitlines()]
    wrong = [" ".join([*line[:2], "0" * len(line[2])]) for line in lines if len(line) == 3]
    made.keylog.write_text("\n".join(wrong))
    closed = analysed(made.file, made.keylog)
    assert closed.calls == ()
    assert closed.capture.undecoded_packets > 0
    assert {"keylog-unused", "sip-over-tls-unread"} <= told(closed).keys()


def test_secrets_inside_a_pcapng_file_need_no_key_log(
    tmp_path: Path, own_certificate: Certificate
) -> None:
    """As editcap puts them there."""
    made = captured(tmp_path, own_certificate, port=SIPS_PORT)
    both = tmp_path / "both.pcapng"
    subprocess.run(
        ["editcap", "--inject-secrets", f"tls,{made.keylog}", made.file, both], check=True
    )
    assert_the_call(analysed(both))


def test_sip_over_websocket_in_clear(tmp_path: Path) -> None:
    """On a port that nobody knows, by its upgrade."""
    file = tmp_path / "ws.pcap"
    with recorded(file, f"tcp port {WS_PORT}"):
        converse(WS_PORT, websocket(CALL))
    assert_the_call(analysed(file))


def test_the_command_takes_a_key_log(tmp_path: Path, own_certificate: Certificate) -> None:
    """From the command line to the document."""
    made = captured(tmp_path, own_certificate, port=SIPS_PORT)
    argv = [sys.executable, "-m", "voipprobe", "analyze", str(made.file), "--format", "json"]
    document = json.loads(subprocess.check_output([*argv, "--keylog", str(made.keylog)]))
    assert [call["outcome"] for call in document["calls"]] == ["answered"]
