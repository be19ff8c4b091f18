"""The wire read live, judged by the kernel's own counters and by dumpcap."""

import contextlib
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from voipprobe.capture.dumpcap import Dumpcap
from voipprobe.process.child import Child
from voipprobe.traffic.netns import Host, hosts, join

pytestmark = [pytest.mark.alone, pytest.mark.integration, pytest.mark.netns]

STREAMS = 400
COUNTER = """
    flush ruleset
    table netdev seen {
        counter incoming { }
        chain arrivals {
            type filter hook ingress device far0 priority 0;
            counter name incoming;
        }
    }"""


class Pair(NamedTuple):
    """Two hosts on one cable."""

    near: Host
    far: Host


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    """near0 - far0, with a counter of what comes in at far0."""
    with hosts("near", "far") as (near, far):
        for host in (near, far):  # or it would say hello now and then
            host.run("sysctl", "-qw", "net.ipv6.conf.default.disable_ipv6=1")
        join(near, "near0 198.18.0.1/30", far, "far0 198.18.0.2/30")
        yield Pair(near, far)


def flood(host: Host, rate_pps: int, duration_s: float) -> int:
    """RTP packets of 400 streams, and how many they were."""
    argv = [sys.executable, "-m", "benchmarks.flood", "near0", str(rate_pps), str(duration_s)]
    return int(subprocess.check_output(host.inside(argv)))


@contextlib.contextmanager
def listening(
    host: Host, folder: Path, *arguments: str, interface: str = "far0"
) -> Iterator[Child]:
    """`voipprobe analyze --live`, from the moment that its ring is open."""
    argv = [sys.executable, "-m", "voipprobe", "analyze", "--live", interface, "--format", "json"]
    stop = ((signal.SIGINT, 20.0), (signal.SIGKILL, 1.0))
    before = _packet_sockets(host)
    with Child(host.inside([*argv, *arguments]), folder=folder, name="live", stop=stop) as child:
        deadline = time.monotonic() + 60  # the first one on a machine compiles
        while _packet_sockets(host) == before and time.monotonic() < deadline:
            assert child.wait(0.05) is None, child.complaint()
        time.sleep(0.1)
        yield child


def _packet_sockets(host: Host) -> int:
    """How many there are in a namespace that are bound to an interface."""
    lines = Path(f"/proc/{host.pid}/net/packet").read_text().splitlines()[1:]
    return sum(line.split()[4] != "0" for line in lines)


def result(child: Child) -> Any:
    """The document that a capture printed when it had been ended."""
    child.stop()
    return json.loads(child.stdout.read_text())


def test_every_packet_is_seen_once(pair: Pair, tmp_path: Path) -> None:
    """As many as the kernel counted at the interface, in streams without a loss."""
    rules = tmp_path / "rules.nft"
    rules.write_text(COUNTER)
    pair.far.run("nft", "-f", str(rules))
    with listening(pair.far, tmp_path) as child:
        sent = flood(pair.near, 40_000, 2.0)
        time.sleep(0.3)
        document = result(child)
    listed = json.loads(pair.far.run("nft", "-j", "list", "counters"))["nftables"]
    (counted,) = [row["counter"]["packets"] for row in listed if "counter" in row]
    assert (document["capture"]["packets"], counted) == (counted, counted)
    assert document["capture"]["dropped_packets"] == 0
    assert document["media"]["streams"] == STREAMS
    assert (document["media"]["packets"], document["media"]["lost"]) == (sent, 0)


def test_dumpcap_sees_the_same(pair: Pair, tmp_path: Path) -> None:
    """The same streams with the same packets, live and from dumpcap's file."""
    dumpcap = Dumpcap(tmp_path, interface="far0", expression="udp", within=pair.far.inside)
    with listening(pair.far, tmp_path) as child:
        flood(pair.near, 20_000, 1.0)
        time.sleep(0.3)
        live = result(child)
    dumpcap.stop()
    argv = [sys.executable, "-m", "voipprobe", "analyze", str(dumpcap.file), "--format", "json"]
    from_file = json.loads(subprocess.check_output(argv))
    keys = ("ssrc", "source", "destination", "packets", "expected", "lost", "payload_type")
    live_rows, file_rows = (
        sorted(tuple(stream[key] for key in keys) for stream in one["streams"])
        for one in (live, from_file)
    )
    assert len(live_rows) == STREAMS
    assert live_rows == file_rows


TALK = """
import socket, struct, time
talker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for n in range(25):
    talker.sendto(struct.pack(">BBHII", 0x80, 0, n, 160 * n, 7) + bytes(160), ("127.0.0.1", 9000))
    time.sleep(0.02)
"""


def test_loopback_shows_each_packet_once(pair: Pair, tmp_path: Path) -> None:
    """Where the kernel offers each of them on its way out and on its way in."""
    with listening(pair.far, tmp_path, interface="lo") as child:
        pair.far.run(sys.executable, "-c", TALK)
        time.sleep(0.3)
        (stream,) = result(child)["streams"]
    assert (stream["packets"], stream["duplicates"], stream["lost"]) == (25, 0, 0)


def place_tcp_calls(pair: Pair, folder: Path, count: int) -> None:
    """Calls of real SIPp over TCP from near to far, on a port that nobody knows."""
    near, far, port = "198.18.0.1", "198.18.0.2", "25160"
    common = ["-t", "t1", "-nostdin"]
    server = ["sipp", "-sn", "uas", "-i", far, "-p", port, "-cp", "28288", *common]
    client = ["sipp", "-sn", "uac", f"{far}:{port}", "-i", near, "-cp", "28289", *common]
    client += ["-m", str(count), "-r", "50", "-d", "200"]
    with Child(pair.far.inside(server), folder=folder, name="uas"):
        listening = Path(f"/proc/{pair.far.pid}/net/tcp")
        while f":{int(port):04X} " not in listening.read_text():
            time.sleep(0.05)
        with Child(pair.near.inside(client), folder=folder, name="uac") as uac:
            assert uac.wait(30) == 0, uac.complaint()


def test_sip_over_tcp_is_read_at_the_end(pair: Pair, tmp_path: Path) -> None:
    """The calls of real SIPp, whole, with RTP beside them."""
    with listening(pair.far, tmp_path) as child:
        place_tcp_calls(pair, tmp_path, 20)
        flood(pair.near, 4_000, 0.5)
        time.sleep(0.3)
        document = result(child)
    assert [call["outcome"] for call in document["calls"]] == ["answered"] * 20
    assert all(call["completed"] and not call["retransmissions"] for call in document["calls"])
    assert document["signalling"]["requests"] == {"ACK": 20, "BYE": 20, "INVITE": 20}
    assert document["capture"]["undecoded_packets"] == 0
    assert document["media"]["streams"] == STREAMS


SECURE_TALK = """
import sys
from pathlib import Path
from support.loopback import Tls, certificate, converse
from support.sip import message
folder = Path(sys.argv[1])
talk = [(True, message("OPTIONS sip:b@x SIP/2.0", cseq="1 OPTIONS"))]
talk += [(False, message("SIP/2.0 200 OK", cseq="1 OPTIONS", to_tag="far"))]
converse(5061, talk, Tls(certificate(folder), keylog=folder / "keys.log"))
"""


def test_a_key_log_may_grow_while_we_listen(pair: Pair, tmp_path: Path) -> None:
    """It is empty when the capture begins, as it is where a client starts later."""
    keylog = tmp_path / "keys.log"
    keylog.touch()
    tests = str(Path(__file__).parents[2])
    with listening(pair.far, tmp_path, "--keylog", str(keylog), interface="lo") as child:
        script = f"import sys; sys.path.insert(0, {tests!r})\n{SECURE_TALK}"
        pair.far.run(sys.executable, "-c", script, str(tmp_path))
        time.sleep(0.3)
        document = result(child)
    assert document["signalling"]["requests"] == {"OPTIONS": 1}
    assert document["signalling"]["responses"] == {"200": 1}


def test_a_duration_ends_it(pair: Pair, tmp_path: Path) -> None:
    """By itself and in time, with nothing on the wire."""
    with listening(pair.far, tmp_path, "--duration", "1") as child:
        assert child.wait(10.0) == 0
    document = json.loads(child.stdout.read_text())
    assert document["capture"]["files"] == ["far0"]
    assert document["streams"] == []


def test_an_interface_that_goes_down_ends_it(pair: Pair, tmp_path: Path) -> None:
    """What came before is there, and that it is not all."""
    with listening(pair.far, tmp_path) as child:
        flood(pair.near, 4_000, 0.5)
        time.sleep(0.3)
        pair.far.run("ip", "link", "set", "far0", "down")
        try:
            assert child.wait(10.0) == 0
        finally:
            pair.far.run("ip", "link", "set", "far0", "up")
    document = json.loads(child.stdout.read_text())
    assert document["capture"]["truncated"] is True
    assert document["media"]["streams"] == STREAMS


@pytest.mark.parametrize(
    ("within", "interface", "said"),
    [
        ([], "nope0", "there is no interface 'nope0' to capture on: see `ip link`"),
        (["setpriv", "--bounding-set", "-net_raw", "--inh-caps", "-net_raw"], "lo", "CAP_NET_RAW"),
    ],
)
def test_what_is_not_possible_is_said(within: list[str], interface: str, said: str) -> None:
    """One line, and the exit code of what could not be measured."""
    argv = [*within, sys.executable, "-m", "voipprobe", "analyze", "--live", interface]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
