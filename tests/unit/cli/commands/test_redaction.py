"""`--redact` against messages that hide people wherever SIP lets them."""

from pathlib import Path

import pandas as pd
import pytest
from support.pcaps import TimedFrame, ethernet, udp, write_pcap
from support.sip import EPOCH_NS

from voipprobe.cli.main import GOOD, run

ENDS = ("10.0.0.1", 5060), ("10.0.0.9", 5060)
SECRETS = (
    "agatha", "bobby", "charlie", "dorothy", "edgar", "francis", "georgia", "henry", "isabel",
    "karla", "monica", "nathan", "oscar", "paula", "quentin", "robert", "samuel", "teresa",
    "ulrich", "victor", "wendy", "xavier", "yvonne", "zachary", "hunter2", "aHVudGVy", "5551234",
    "8005550", "7771234", "1111111", "2222222", "3333333", "4444444", "6666666", "9998887",
)  # fmt: skip
SDP = (
    "v=0\r\no=agatha 1 1 IN IP4 10.0.0.1\r\ns=Call of bobby\r\ni=about charlie\r\nu=http://x/dorothy\r\n"
    "e=edgar@x.example\r\np=+49 30 8005550\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\na=tool:francis\r\n"
    "m=audio 4000 RTP/AVP 0\r\ni=georgia\r\na=ssrc:1 cname:henry@host\r\na=x-user:isabel\r\n"
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:hunter2\r\n"
)
HEADERS = (
    'From: "agatha \\"x\\" 5551234" <sip:+15551234@near.example;user=phone>;tag=a',
    "To: karla 8005550 <sip:8005550@far.example>",
    "Call-ID: 15551234-karla@near.example",
    'Contact: "monica" <sip:monica@10.0.0.1;ob>;+sip.instance="<urn:uuid:9998887>"',
    "m: <sip:nathan:hunter2@10.0.0.1>, nathan2 <sip:nathan@10.0.0.2>",
    'P-Asserted-Identity: "oscar" <tel:+1-777-1234>, <sip:paula@x>',
    "P-Preferred-Identity: tel:1111111;phone-context=+497771234",
    "Remote-Party-ID: quentin <sip:2222222@x>;party=calling;screen=yes",
    "Diversion: <sip:3333333@x>;reason=unconditional;counter=1",
    "History-Info:\r\n <sip:robert@x?Reason=SIP%3Btext%3D%22samuel%22>;index=1, <sips:4444444@y>",
    "Refer-To: <sip:teresa@x?Replaces=ulrich%40x%3Bto-tag%3D1>",
    "r: sip:victor@x",
    'b: <sip:wendy@x>;cid="xavier@x"',
    'Authorization: Digest username="yvonne", realm="x", uri="sip:zachary@x", opaque="hunter2o"',
    'WWW-Authenticate: Digest realm="x", nonce="hunter2n", qop="auth"',
    "Proxy-Authorization: Basic aHVudGVyMg==",
    "Subject: hunter2 about agatha",
    "Organization: georgia inc",
    "Call-Info: <http://x/agatha.png>;purpose=icon",
    "Identity: eyJhbGciOi.hunter2",
    "X-Customer: 6666666",
    "Session-ID: 9998887",
    'Reason: Q.850;cause=16;text="agatha hung up"',
    "In-Reply-To: 5551234-agatha@x",
)


def message(start: str, cseq: str, body: str = "", kind: str = "application/sdp") -> bytes:
    """A message with all of these headers."""
    via = f"Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK-{cseq.replace(' ', '-')}"
    content = [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    return "\r\n".join([start, via, *HEADERS, f"CSeq: {cseq}", *content, "", body]).encode()


@pytest.fixture
def nasty(tmp_path: Path) -> Path:
    """A call with INFO, MESSAGE and a phrase; the name of its file is that of a customer."""
    multipart = (
        f"--b\r\nContent-Type: application/sdp\r\n\r\n{SDP}--b\r\n\r\nagatha5551234\r\n--b--\r\n"
    )
    messages = (
        message("INVITE sip:8005550@far.example;user=agatha SIP/2.0", "1 INVITE", SDP),
        message("SIP/2.0 200 OK for karla 8005550", "1 INVITE", SDP),
        message("INFO tel:+18005550 SIP/2.0", "2 INFO", "Signal=4444444", "application/dtmf-relay"),
        message("MESSAGE sip:karla%40x@far.example SIP/2.0", "3 MESSAGE", "agatha", "text/plain"),
        message(
            "INVITE sip:8005550@x SIP/2.0", "4 INVITE", multipart, "multipart/mixed;boundary=b"
        ),
        message("BYE sip:8005550@10.0.0.9 SIP/2.0", "5 BYE"),
        message("SIP/2.0 200 OK", "5 BYE"),
    )
    timed: list[TimedFrame] = []
    for number, payload in enumerate(messages):
        ends = ENDS[::-1] if payload.startswith(b"SIP/2.0") else ENDS
        timed.append((EPOCH_NS + number * 10**9, ethernet(udp(payload, *ends))))
    return write_pcap(tmp_path / "agatha-5551234.pcap", timed)


@pytest.mark.parametrize("style", ["table", "json", "csv", "html"])
def test_nobody_is_left_in_any_format(
    nasty: Path, tmp_path: Path, style: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the terminal, in every file of the folder and in the names of both."""
    folder = tmp_path / "runs"
    arguments = ["analyze", str(nasty), "--format", style, "--output", str(folder)]
    assert run([*arguments, "--redact"]) == GOOD
    said = [capsys.readouterr().out.replace(str(tmp_path), "")]
    for file in (one for one in folder.rglob("*") if one.is_file()):
        is_table = file.suffix == ".parquet"
        said += [file.name, pd.read_parquet(file).to_csv() if is_table else file.read_text()]
    text = "\n".join(said).lower()
    assert [secret for secret in SECRETS if secret.lower() in text] == []
    assert "far.example" in text


def test_without_redaction_they_are_all_there(
    nasty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """So that the test above can fail."""
    assert run(["analyze", str(nasty), "--format", "html"]) == GOOD
    page = capsys.readouterr().out
    assert [one for one in SECRETS if one not in page] == []
