"""SIP over TCP, read by real tshark from captures of our own making and of real SIPp."""

import asyncio
import os
import shutil
import subprocess
import time
from pathlib import Path

import psutil
import pytest
from support.loopback import recorded
from support.sip import EPOCH_NS, message, sdp
from support.tcp_capture import CLIENT, SERVER, write_tcp_capture

from voipprobe.capture.packet import Endpoint
from voipprobe.capture.sip.calls import traces
from voipprobe.capture.sip.journal import SipJournal
from voipprobe.capture.tshark import messages
from voipprobe.model.call import Outcome
from voipprobe.model.errors import CaptureError, ToolError

pytestmark = pytest.mark.integration

INVITE = message("INVITE sip:b@x SIP/2.0", cseq="1 INVITE", body=sdp())
OK = message("SIP/2.0 200 OK", cseq="1 INVITE", to_tag="far", body=sdp(6000))
BYE = message("BYE sip:b@x SIP/2.0", cseq="2 BYE", to_tag="far")
INFO = message("INFO sip:b@x SIP/2.0", cseq="3 INFO", to_tag="far", body="zoë".encode())
SEGMENTS = [
    (True, INVITE[:200]),
    (True, INVITE[200:] + BYE + INFO[:100]),
    (False, OK + b"\r\n\r\n"),
    (True, INFO[100:]),
    (True, b"\r\n\r\n"),
]
UAS_PORT, UAC_PORT = 25_160, 25_161


def test_messages_are_put_together_from_segments(tmp_path: Path) -> None:
    """Split over segments, several in one segment: each message whole, byte for byte."""
    found = messages.read_messages(write_tcp_capture(tmp_path / "tcp.pcap", SEGMENTS)).datagrams
    assert [one.payload for one in found] == [INVITE, BYE, OK, INFO]
    assert [one.number for one in found] == [5, 5, 6, 7]
    assert [one.time_ns - 1000 * 10**9 for one in found] == [4000007, 4000007, 5000007, 6000007]
    assert {one.transport for one in found} == {"tcp"}
    client, server = Endpoint(*CLIENT), Endpoint(*SERVER)
    assert [(one.source, one.destination) for one in found[1:3]] == [
        (client, server),
        (server, client),
    ]


def test_unusual_port_is_read_when_named(tmp_path: Path) -> None:
    """A port that tshark knows as something else is SIP if the user says so."""
    path = write_tcp_capture(tmp_path / "tcp.pcap", [(True, INVITE)], port=3306)
    assert [
        one.payload
        for one in messages.read_messages(path, decode_as={"tcp.port==3306": "sip"}).datagrams
    ] == [INVITE]


def test_sip_over_websocket(tmp_path: Path) -> None:
    """Behind an upgrade to the "sip" subprotocol, masked by the client (RFC 7118)."""
    asked = b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    asked += b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    agreed = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    agreed += b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
    subprotocol = b"Sec-WebSocket-Protocol: sip\r\n\r\n"
    mask = b"\x01\x02\x03\x04"
    masked = bytes(octet ^ mask[at % 4] for at, octet in enumerate(INVITE))
    sent = b"\x82\xfe" + len(INVITE).to_bytes(2, "big") + mask + masked
    answered = b"\x82\x7e" + len(OK).to_bytes(2, "big") + OK
    segments = [(True, asked + subprotocol), (False, agreed + subprotocol)]
    segments += [(True, sent), (False, answered)]
    found = messages.read_messages(
        write_tcp_capture(tmp_path / "ws.pcap", segments, port=80)
    ).datagrams
    assert [(one.transport, one.payload) for one in found] == [("ws", INVITE), ("ws", OK)]


def test_capture_without_sip_over_tcp_is_empty(tmp_path: Path) -> None:
    """Nothing found is no error."""
    path = write_tcp_capture(tmp_path / "tcp.pcap", [(True, b"GET / HTTP/1.1\r\n\r\n")], port=80)
    assert messages.read_messages(path).datagrams == []


def test_what_is_before_the_damage_is_read(tmp_path: Path) -> None:
    """A capture that is cut off keeps its messages; the capture reader names the damage."""
    path = write_tcp_capture(tmp_path / "tcp.pcap", SEGMENTS)
    os.truncate(path, path.stat().st_size - 150)
    assert [one.payload for one in messages.read_messages(path).datagrams] == [INVITE, BYE, OK]


def test_no_process_and_no_event_loop_is_left(tmp_path: Path) -> None:
    """Neither after success nor after failure; and the caller's own loop is not touched."""
    path = write_tcp_capture(tmp_path / "tcp.pcap", SEGMENTS)
    messages.read_messages(path)
    path.write_text("not a capture")
    with pytest.raises(CaptureError, match="isn't a capture file"):
        messages.read_messages(path)
    assert "tshark" not in [child.name() for child in psutil.Process().children(recursive=True)]

    async def ours() -> str:
        return "runs"

    assert asyncio.run(ours()) == "runs"


def test_missing_file_and_folder_are_named(tmp_path: Path) -> None:
    """The message says which file, and why."""
    for path, why in ((tmp_path / "none.pcap", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(CaptureError, match=f"{path.name} cannot be read: {why}"):
            messages.read_messages(path)


def test_missing_tshark_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No traceback: a tool error with the package."""
    path = write_tcp_capture(tmp_path / "tcp.pcap", SEGMENTS)
    monkeypatch.setattr(shutil, "which", lambda *_args, **_named: None)
    with pytest.raises(ToolError, match="tshark is not installed"):
        messages.read_messages(path)


def test_foreign_config_in_the_working_folder_is_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pyshark would read any config.ini there, and fail on it or run what it names."""
    path = write_tcp_capture(tmp_path / "tcp.pcap", [(True, INVITE)])
    (tmp_path / "config.ini").write_text("[tshark]\ntshark_path = /bin/false\n")
    monkeypatch.chdir(tmp_path)
    assert [one.payload for one in messages.read_messages(path).datagrams] == [INVITE]


def test_calls_of_real_sipp_over_one_connection(tmp_path: Path) -> None:
    """Three calls of SIPp over TCP are three answered calls, by the same path as UDP."""
    capture = tmp_path / "sipp.pcap"
    with recorded(capture, f"tcp port {UAS_PORT} or tcp port {UAC_PORT}"):
        place_calls(3)
    journal = SipJournal()
    journal.read(
        messages.read_messages(capture, decode_as={f"tcp.port=={UAS_PORT}": "sip"}).datagrams
    )
    end_ns = EPOCH_NS if not journal.sightings else journal.sightings[-1].time_ns
    calls = [trace.call for trace in traces(journal.sightings, end_ns=end_ns)]
    assert journal.undecoded == 0
    assert [call.outcome for call in calls] == [Outcome.ANSWERED] * 3
    assert all(call.completed and call.retransmissions == 0 for call in calls)
    assert {one.transport for one in journal.sightings} == {"tcp"}


def place_calls(count: int) -> None:
    """So many calls over one TCP connection, 50 a second, 200 ms each."""
    common = ["-t", "t1", "-i", "127.0.0.1", "-nostdin", "-ci", "127.0.0.1"]
    server = ["sipp", "-sn", "uas", "-p", str(UAS_PORT), "-cp", "28188", *common]
    client = ["sipp", "-sn", "uac", f"127.0.0.1:{UAS_PORT}", "-p", str(UAC_PORT), "-cp", "28189"]
    client += [*common, "-m", str(count), "-r", "50", "-d", "200"]
    with subprocess.Popen(server, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as uas:
        try:
            wait_for_listener(UAS_PORT)
            subprocess.run(client, stdout=subprocess.DEVNULL, check=True, timeout=30)
        finally:
            uas.kill()


def wait_for_listener(port: int) -> None:
    """Until someone accepts connections on a port of this host."""
    deadline = time.monotonic() + 10
    wanted = f":{port:04X} "
    while time.monotonic() < deadline:
        lines = Path("/proc/net/tcp").read_text().splitlines()
        if any(wanted in line and " 0A " in line for line in lines):
            return
        time.sleep(0.05)
    pytest.fail("sipp did not listen within 10 s")
