"""The network itself: who reaches whom, what is counted when it cannot go on, what stays."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.mesh import exchange, rtp

from mesh_demo.impairment import Impairment
from mesh_demo.network import Mesh, mesh
from mesh_demo.relay import QUEUE_PACKETS
from mesh_demo.tun import entered
from voipprobe.model.errors import ConfigError, ToolError

pytestmark = [pytest.mark.alone, pytest.mark.netns, pytest.mark.timeout(60)]

PAIR = ("here", "there")
PROGRAM = """
import json, os, time
from mesh_demo.network import mesh
with mesh(("here", "there")) as net:
    pids = [net.relay.pid, net.services.host.pid, *(r.host.pid for r in net.regions.values())]
    print(json.dumps({str(pid): os.stat(f"/proc/{pid}/ns/net").st_ino for pid in pids}), flush=True)
    time.sleep(600)
"""


@pytest.fixture
def net() -> Iterator[Mesh]:
    """Two Regions next to each other."""
    with mesh(PAIR) as made:
        yield made


def test_every_region_reaches_the_services_and_no_region_by_them(net: Mesh) -> None:
    """One address for all; and no way around the relay."""
    here, there = net.regions.values()
    with entered(net.services.host.pid):
        server = socket.create_server((net.services.address, 8000))
    with server:
        for region in (here, there):
            with entered(region.host.pid):
                client = socket.create_connection((net.services.address, 8000), timeout=5)
            accepted, (address, _) = server.accept()
            assert address == region.services_address
            client.close()
            accepted.close()
    with entered(here.host.pid), pytest.raises(OSError, match="unreachable"):
        socket.create_connection((there.services_address, 8000), timeout=5)
    assert sum(path.packets.received for path in net.truth().paths) == 0


def test_this_thread_is_back_after_being_inside(net: Mesh) -> None:
    ours = Path("/proc/thread-self/ns/net").stat().st_ino
    with entered(net.regions["here"].host.pid):
        assert Path("/proc/thread-self/ns/net").stat().st_ino != ours
    assert Path("/proc/thread-self/ns/net").stat().st_ino == ours


def test_what_no_region_has_is_a_stray(net: Mesh) -> None:
    with net.regions["here"].udp_socket() as line:
        line.sendto(rtp(1), ("198.18.77.1", 4000))
    eventually(lambda: [one.strays for one in net.truth().regions] == [1, 0])


def test_an_interface_that_is_down_refuses_and_is_counted(net: Mesh) -> None:
    net.regions["there"].host.run("ip", "link", "set", "wan0", "down")
    with net.regions["here"].udp_socket() as line:
        for number in range(20):
            line.sendto(rtp(number), (net.regions["there"].address, 4000))
    eventually(lambda: net.truth().path(*PAIR).rtp.refused == 20)


def test_a_relay_that_cannot_read_drops_nothing_silently(net: Mesh) -> None:
    """While it stands still the kernel keeps its queue and counts the rest."""
    net.relay.send_signal(signal.SIGSTOP)
    eventually(lambda: Path(f"/proc/{net.relay.pid}/stat").read_text().split()[2] == "T")
    more = QUEUE_PACKETS + 1500
    with net.regions["here"].udp_socket() as line:
        for number in range(more):
            line.sendto(rtp(number & 0xFFFF), (net.regions["there"].address, 4000))
    net.relay.send_signal(signal.SIGCONT)
    truth = net.truth()  # the first answer knows of all of them
    assert truth.overruns == truth.regions[0].overruns
    assert truth.overruns == more - truth.path(*PAIR).rtp.received
    assert truth.overruns > 0


def test_what_cannot_be_asked_is_told(net: Mesh) -> None:
    """And the relay goes on."""
    with pytest.raises(ConfigError, match="no path here -> nowhere in this mesh"):
        net.impair("here", "nowhere", Impairment())
    with pytest.raises(ConfigError, match="no path nowhere -> here in this mesh"):
        net.impairment("nowhere", "here")
    assert [one.sequence for one in exchange(net, *PAIR, map(rtp, range(3)))] == [0, 1, 2]


def test_a_relay_that_has_ended_is_an_error(net: Mesh) -> None:
    net.relay.stop()
    with pytest.raises(ToolError, match="the relay of the mesh does not answer"):
        net.truth()


def test_names_must_differ() -> None:
    with pytest.raises(ConfigError, match="of different names, not here, here"):
        mesh(("here", "here")).__enter__()


def test_nothing_stays_when_we_are_killed(tmp_path: Path) -> None:
    """SIGKILL: no process, no namespace, and with it no interface; folders do, so here."""
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    with program:
        assert program.stdout
        made = {int(pid): inode for pid, inode in json.loads(program.stdout.readline()).items()}
        program.kill()
    assert len(set(made.values())) == 4  # the relay lives in ours
    eventually(lambda: not [pid for pid in made if Path(f"/proc/{pid}").exists()])
    gone = set(made.values()) - {Path("/proc/self/ns/net").stat().st_ino}
    assert not gone & set(namespaces())


def namespaces() -> Iterator[int]:
    """The network namespaces of all processes."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            yield (process / "ns/net").stat().st_ino
        except OSError:
            continue  # it ended meanwhile


def eventually(holds: Callable[[], bool], within_s: float = 15.0) -> None:
    """Wait until something holds; the machine pauses."""
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, "did not come to hold in time"
        time.sleep(0.02)
