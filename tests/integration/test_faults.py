"""What goes wrong in the field: one clear line, the right exit code, no traceback."""

import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

import psutil
import pytest
from support import lab as lab_module
from support.lab import VOIPPROBE, Outcome, run

pytestmark = [pytest.mark.integration, pytest.mark.voice]

QUICK = ["--calls", "2", "--rate", "10", "--hold", "1", "--answer-timeout", "2"]


def probe(target: str, folder: Path, *arguments: str, **environment: str) -> Outcome:
    argv = [*VOIPPROBE, "probe", target, *QUICK, "--format", "json", "--output", str(folder)]
    outcome = run([*argv, *arguments], environment=environment)
    assert "Traceback" not in outcome.stderr
    return outcome


def reasons(outcome: Outcome) -> str:
    return " | ".join(outcome.document["verdict"]["reasons"])


def closed_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def test_wrong_port_over_udp(tmp_path: Path) -> None:
    """Nobody listens (ICMP port unreachable): measured, and the target failed."""
    outcome = probe(f"127.0.0.1:{closed_port()}", tmp_path)
    assert outcome.code == 1
    assert "2 of 2 calls: no final answer" in reasons(outcome)
    assert [call["outcome"] for call in outcome.document["calls"]] == ["timeout", "timeout"]


def test_wrong_port_over_tcp(tmp_path: Path) -> None:
    outcome = probe(f"127.0.0.1:{closed_port()}", tmp_path, "--transport", "tcp")
    assert outcome.code == 1
    assert "Connection refused" in reasons(outcome)


@pytest.mark.netns
def test_host_that_is_not_there(lab: lab_module.Lab) -> None:
    """Silence: the host does not exist. The target failed, we did not."""
    argv = lab.voipprobe("probe", "198.18.0.3", *QUICK, "--format", "json",
                         "--output", str(lab.folder / "silent"))  # fmt: skip
    outcome = run(argv)
    assert outcome.code in (1, 3), outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_name_that_does_not_resolve(tmp_path: Path) -> None:
    outcome = probe("no-such-host.invalid", tmp_path)
    assert outcome.code == 3
    assert "'no-such-host.invalid' does not resolve" in outcome.stderr
    assert len(outcome.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("user", "words"),
    [
        ("unavailable", "failed (503)"),
        ("nobody", "rejected (404)"),
        ("busy", "busy (486)"),
    ],
)
def test_refusals(loopback_responder: str, tmp_path: Path, user: str, words: str) -> None:
    """A refusal is the target's: fail, with its status."""
    outcome = probe(f"sip:{user}@{loopback_responder}", tmp_path)
    assert outcome.code == 1
    assert f"2 of 2 calls: {words}" in reasons(outcome)


def test_decline_by_a_6xx(tmp_path: Path) -> None:
    with decliner() as port:
        outcome = probe(f"127.0.0.1:{port}", tmp_path)
    assert outcome.code == 1
    assert "2 of 2 calls: rejected (603)" in reasons(outcome)


class decliner:  # noqa: N801 - used like a function
    """The smallest far end that says 603 to every INVITE."""

    def __enter__(self) -> int:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()
        port: int = self._socket.getsockname()[1]
        return port

    def __exit__(self, *_: object) -> None:
        self._socket.sendto(b"end", self._socket.getsockname())

    def _serve(self) -> None:
        with self._socket:
            while (received := self._socket.recvfrom(65535))[0] != b"end":
                request, caller = received
                if request.startswith(b"INVITE"):
                    kept = (b"Via", b"From", b"To", b"Call-ID", b"CSeq")
                    lines = [line for line in request.split(b"\r\n") if line.startswith(kept)]
                    lines = [line + b";tag=d" if line[:2] == b"To" else line for line in lines]
                    head = b"\r\n".join([b"SIP/2.0 603 Decline", *lines, b"Content-Length: 0"])
                    self._socket.sendto(head + b"\r\n\r\n", caller)


def test_peer_that_dies_in_mid_call(tmp_path: Path) -> None:
    """The far end is killed while calls are up: they failed, and we say how."""
    port = closed_port()
    argv = [*VOIPPROBE, *lab_module.responder_arguments("127.0.0.1", "127.0.0.0/8")]
    argv += ["--port", str(port), "--media-port", "18000", "--no-iperf"]
    with lab_module.responder(argv, tmp_path) as responder:
        threading.Timer(3.0, responder.stop).start()
        outcome = probe(f"127.0.0.1:{port}", tmp_path, "--hold", "5")
    assert outcome.code == 1, outcome.document["verdict"]
    assert "answered, then not ended properly" in reasons(outcome)


def test_sipp_missing(tmp_path: Path) -> None:
    outcome = probe("127.0.0.1", tmp_path, PATH=str(tmp_path))
    assert outcome.code == 3
    assert "sipp is not installed: run `apt-get install sip-tester`" in outcome.stderr


@pytest.fixture
def twisted_sipp(tmp_path: Path) -> Path:
    """A folder for a `sipp` that stands before the real one on PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def put(folder: Path, script: str) -> dict[str, str]:
    file = folder / "sipp"
    real = shutil.which("sipp")
    file.write_text(f"#!/bin/sh\nreal={real}\n{script}\n")
    file.chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}"}


def test_sipp_too_old(twisted_sipp: Path, tmp_path: Path) -> None:
    outcome = probe("127.0.0.1", tmp_path, **put(twisted_sipp, "echo 'SIPp v3.3.'; exit 99"))
    assert outcome.code == 3
    assert "is SIPp 3.3: 3.6.0 or newer is needed" in outcome.stderr


def test_sipp_crashes(loopback_responder: str, twisted_sipp: Path, tmp_path: Path) -> None:
    """The real SIPp, ended by SIGSEGV in mid-run: void, and no word about the target."""
    script = (
        '[ "$1" = -v ] && exec $real "$@"\n$real "$@" & sleep 1.5; kill -SEGV $!; kill -SEGV $$'
    )
    outcome = probe(loopback_responder, tmp_path, "--hold", "5", **put(twisted_sipp, script))
    assert outcome.code == 3
    assert "SIPp" in reasons(outcome)


def test_sipp_hangs(loopback_responder: str, twisted_sipp: Path, tmp_path: Path) -> None:
    """The real SIPp, stopped in mid-run: our own deadline ends it, and nothing is left."""
    script = '[ "$1" = -v ] && exec $real "$@"\n(sleep 1; kill -STOP $$) & exec $real "$@"'
    outcome = probe(loopback_responder, tmp_path, "--answer-timeout", "0.5",
                    **put(twisted_sipp, script))  # fmt: skip
    assert outcome.code == 3
    assert "SIPp did not end in time" in reasons(outcome)
    assert not [p for p in psutil.process_iter(["cwd"]) if str(tmp_path) in (p.info["cwd"] or "")]


def test_port_in_use(loopback_responder: str) -> None:
    """A second responder on the same port says which, and ends."""
    argv = [*VOIPPROBE, "responder", "--address", loopback_responder, "--media-port", "19000"]
    outcome = run([*argv, "--iperf-port", "15999"])
    assert outcome.code == 3
    assert "in use" in outcome.stderr
    assert "Traceback" not in outcome.stderr


@pytest.mark.netns
def test_no_permission_to_capture(loopback_responder: str, tmp_path: Path) -> None:
    """Signalling is measured by SIPp's own account; media is void."""
    argv = [*VOIPPROBE, "probe", loopback_responder, *QUICK, "--format", "json"]
    argv += ["--output", str(tmp_path)]
    outcome = run(
        ["capsh", "--drop=cap_net_raw,cap_net_admin", "--", "-c", 'exec "$@"', "-", *argv]
    )
    assert outcome.code == 3
    assert "no permission to capture on lo" in reasons(outcome)
    signalling = outcome.document["signalling"]
    assert (signalling["witness"], signalling["ser"], signalling["srd_ms"]["n"]) == (
        "generator", 1.0, 2,
    )  # fmt: skip
    assert outcome.document["media"] is None


@pytest.mark.netns
def test_disk_full(loopback_responder: str, tmp_path: Path) -> None:
    """A disk that fills up in mid-run is one line."""
    argv = [*VOIPPROBE, "probe", loopback_responder, *QUICK, "--output", str(tmp_path / "runs")]
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "none", str(tmp_path)], check=True)
    try:
        outcome = run(argv)
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)
    assert outcome.code == 3
    assert "the disk is full" in outcome.stderr
    assert "Traceback" not in outcome.stderr


def children_of(pid: int, *names: str) -> list[psutil.Process]:
    with_names = {p.name(): p for p in psutil.Process(pid).children(recursive=True)}
    return [with_names[name] for name in names if name in with_names]


def start(target: str, folder: Path, *arguments: str) -> subprocess.Popen[str]:
    argv = [*VOIPPROBE, "probe", target, "--calls", "20", "--rate", "10", "--format", "json"]
    return subprocess.Popen(
        [*argv, "--output", str(folder), *arguments], stdout=subprocess.PIPE, text=True
    )


def await_children(process: subprocess.Popen[str], *names: str) -> list[psutil.Process]:
    deadline = time.monotonic() + 20
    while len(found := children_of(process.pid, *names)) < len(names):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


@pytest.mark.parametrize(
    ("names", "hold"), [(("sipp", "dumpcap"), "20"), (("iperf3", "dumpcap"), "1")]
)
def test_sigkill_leaves_nothing_behind(
    loopback_responder: str, tmp_path: Path, names: tuple[str, ...], hold: str
) -> None:
    """Must hold within 5 s: neither SIPp, nor dumpcap, nor iperf3 goes on."""
    process = start(loopback_responder, tmp_path, "--hold", hold, "--iperf", "20")
    names = ("iperf3",) if "iperf3" in names else names
    found = await_children(process, *names)
    every = psutil.Process(process.pid).children(recursive=True)
    time.sleep(1)
    process.kill()
    process.communicate()
    _, alive = psutil.wait_procs(every, timeout=5)
    assert not [p for p in alive if p.status() != psutil.STATUS_ZOMBIE]
    assert found


def test_ctrl_c_hangs_up_and_keeps_what_was_measured(
    loopback_responder: str, tmp_path: Path
) -> None:
    """Every open call gets its BYE, the result says so, exit code 130."""
    process = start(loopback_responder, tmp_path, "--hold", "60", "--keep-capture", "always")
    await_children(process, "sipp")
    time.sleep(4)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 130
    document = json.loads(output)
    assert document["run"]["interrupted"] is True
    assert len(document["calls"]) >= 20
    assert all(call["completed"] for call in document["calls"])
    assert document["media"]["packets"] > 1000
