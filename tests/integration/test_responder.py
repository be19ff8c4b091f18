"""The far end: whom it serves, and that it keeps serving."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from support import lab as lab_module
from support.lab import FAR, MEDIA_PORT, VOIPPROBE, Lab, run

from voipprobe.process.child import Child

pytestmark = [pytest.mark.integration, pytest.mark.voice]

STRANGER = "198.18.9.9"
QUICK = ("--calls", "2", "--rate", "10", "--hold", "1", "--answer-timeout", "2")


@pytest.fixture
def stranger(lab: Lab) -> Iterator[str]:
    """A second address of the near host, which the responder does not allow."""
    lab.rules()
    lab.near.run("ip", "addr", "add", f"{STRANGER}/32", "dev", "near0")
    lab.middle.run("ip", "route", "add", STRANGER, "via", lab_module.NEAR)
    yield STRANGER
    lab.middle.run("ip", "route", "del", STRANGER)
    lab.near.run("ip", "addr", "del", f"{STRANGER}/32", "dev", "near0")


@pytest.mark.netns
@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_stranger_gets_no_answer(lab: Lab, stranger: str, transport: str) -> None:
    """Not one SIP message comes back to an address that is not allowed."""
    outcome = lab.probe(*QUICK, "--local-address", stranger, "--transport", transport)
    assert outcome.code in (1, 3)
    assert outcome.document["signalling"]["responses"] == {}


@pytest.mark.netns
def test_a_stranger_gets_no_echo_and_no_iperf3(lab: Lab, stranger: str) -> None:
    """The media echo and iperf3 are behind the same list; the allowed address has both."""
    script = (
        "import socket, sys\n"
        "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(1)\n"
        f"s.bind((sys.argv[1], 0)); s.sendto(b'x' * 172, ('{FAR}', {MEDIA_PORT}))\n"
        "try: print(len(s.recv(2000)))\n"
        "except TimeoutError: print('silence')\n"
    )
    python = [VOIPPROBE[0], "-c", script]
    assert lab.near.run(python[0], *python[1:], lab_module.NEAR).strip() == "172"
    assert lab.near.run(python[0], *python[1:], stranger).strip() == "silence"
    iperf = lab.voipprobe("iperf", FAR, "--duration", "1", "--no-tcp", "--format", "json")
    assert run([*iperf, "--local-address", lab_module.NEAR]).code == 0
    refused = run([*iperf, "--local-address", stranger])
    assert refused.code == 3
    assert refused.document["udp"] == []


def test_a_killed_child_is_started_again(tmp_path: Path) -> None:
    """The responder outlives its SIPp, and says so; SIGTERM then leaves nothing."""
    arguments = lab_module.responder_arguments("127.0.0.1", "127.0.0.0/8")
    argv = [*VOIPPROBE, *arguments, "--port", "15070", "--media-port", "18100", "--no-iperf"]
    with lab_module.responder(argv, tmp_path) as responder:
        time.sleep(5.5)  # younger children are restarted after a pause
        for child in psutil.Process(responder.pid).children(recursive=True):
            if child.name() == "sipp":
                child.kill()
        time.sleep(1.5)
        probed = run([*VOIPPROBE, "probe", "127.0.0.1:15070", "--scenario", "options", "--calls",
                      "1", "--format", "json", "--output", str(tmp_path)])  # fmt: skip
        assert probed.code == 0, probed.document["verdict"]
        assert "started again" in responder.stderr_text()
        every = psutil.Process(responder.pid).children(recursive=True)
        os.kill(responder.pid, signal.SIGTERM)
        assert responder.wait(10) == 0
    _, alive = psutil.wait_procs(every, timeout=5)
    assert not alive


@pytest.mark.parametrize("codec", ["pcmu", "pcma"])
def test_both_codecs_are_heard(loopback_responder: str, tmp_path: Path, codec: str) -> None:
    """The reference audio comes back in either law, and is not silence."""
    outcome = run([*VOIPPROBE, "probe", loopback_responder, "--codec", codec, *QUICK, "--format",
                   "json", "--output", str(tmp_path)])  # fmt: skip
    assert outcome.code == 0
    streams = outcome.document["streams"]
    assert {stream["codec"] for stream in streams} == {codec.upper()}
    assert not any(stream["silent"] for stream in streams)


def test_ipv6(tmp_path: Path) -> None:
    """Signalling and media over IPv6."""
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("::1", 0))
        except OSError:
            pytest.skip("no IPv6 on this machine")
    argv = [*VOIPPROBE, *lab_module.responder_arguments("::1", "::1/128"), "--port", "15080"]
    with lab_module.responder([*argv, "--no-iperf"], tmp_path):
        outcome = run([*VOIPPROBE, "probe", "sip:echo@[::1]:15080", *QUICK, "--format", "json",
                       "--output", str(tmp_path)])  # fmt: skip
    assert outcome.code == 0, outcome.document["verdict"]
    assert outcome.document["streams"][0]["source"].startswith("[::1]:")


def test_slow_answer_is_the_session_request_delay(loopback_responder: str, tmp_path: Path) -> None:
    """User `slow` answers after 3 s: SRD is that, and a 100 does not end it."""
    outcome = run([*VOIPPROBE, "probe", f"sip:slow@{loopback_responder}", "--calls", "2", "--hold",
                   "1", "--format", "json", "--output", str(tmp_path)])  # fmt: skip
    assert outcome.code == 0
    assert outcome.document["signalling"]["srd_ms"]["p50"] == pytest.approx(3000, abs=100)


def test_it_tells_systemd_once_it_serves(tmp_path: Path) -> None:
    """READY=1 comes when SIP is answered, not before: one that cannot serve never says it."""
    arguments = lab_module.responder_arguments("127.0.0.1", "127.0.0.0/8")
    argv = [*VOIPPROBE, *arguments, "--port", "15090", "--media-port", "18200", "--no-iperf"]
    place = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(place))
        line.settimeout(30)
        told = {"NOTIFY_SOCKET": str(place)}
        with Child(argv, folder=tmp_path, name="first", environment=told):
            assert line.recv(100) == b"READY=1"
            socket.create_connection(("127.0.0.1", 15090), 2).close()
            with Child(argv, folder=tmp_path, name="second", environment=told) as second:
                assert second.wait(30) == 3
            line.setblocking(False)
            with pytest.raises(BlockingIOError):
                line.recv(100)
