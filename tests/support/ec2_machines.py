"""What EC2 is without moto's part: a machine for each instance that runs, reached by a real sshd.

A machine is a network namespace with the private address that moto gave the instance, on one
switch with all others, and a mount namespace with an /opt/voipprobe of its own. It comes and goes
with the instance.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from moto.ec2.models import ec2_backends

from support.moto import ACCOUNT, REGION
from support.mounts import require_own_mounts
from voipprobe.process.child import Child
from voipprobe.traffic.netns import Host, hosts

REPOSITORY = Path(__file__).parents[2]
SWITCH_ADDRESS = "172.31.255.254"
OURS = Path("/opt/voipprobe")
LOOK_EVERY_S = 0.1
RELAY = """
import os, select, socket, sys
line = socket.create_connection((sys.argv[1], int(sys.argv[2])), 5)
line.settimeout(None)
ends = {0: line.fileno(), line.fileno(): 1}
while True:
    for one in select.select(list(ends), [], [])[0]:
        octets = os.read(one, 65536)
        if not octets:
            sys.exit()
        while octets:
            octets = octets[os.write(ends[one], octets):]
"""
BOOT = """
mount -t tmpfs tmpfs {ours} && mkdir -p {ours}/venv/bin &&
cp {folder}/voipprobe {folder}/pip {ours}/venv/bin/ &&
(sleep 1; cp {folder}/state {ours}/$(cat {folder}/state)) &
wait
exec {sshd} -D -e -f {folder}/sshd_config
"""


class Machines:
    """All machines that are up. `state`: how their installation goes: ready or failed."""

    def __init__(self, folder: Path, switch: Host) -> None:
        self.folder, self.switch = folder, switch
        self.state = "ready"
        self.up: dict[str, contextlib.ExitStack] = {}
        self._hosts: dict[str, Host] = {}
        self.ever: list[str] = []
        self.error: BaseException | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="machines")
        self._thread.start()

    @property
    def ssh_config(self) -> Path:
        """How a user says that machines are reached by way of the switch."""
        relay, config = self.folder / "relay.py", self.folder / "ssh_config"
        relay.write_text(RELAY)
        way = f"nsenter -t {self.switch.pid} -n -- {sys.executable} -I -S {relay} %h %p"
        config.write_text(f"Host 172.31.*\n  ProxyCommand {way}\n")
        return config

    def host(self, name: str) -> Host:
        """The namespace of one that was up."""
        return self._hosts[name]

    def stop(self) -> None:
        """No machines any more."""
        self._over.set()
        self._thread.join()
        for one in self.up.values():
            one.close()

    def _run(self) -> None:
        try:
            while not self._over.wait(LOOK_EVERY_S):
                self._look()
        except BaseException as error:
            self.error = error

    def _look(self) -> None:
        backend: Any = ec2_backends[ACCOUNT][REGION]
        running = {one.id: one for group in list(backend.reservations.values())
                   for one in list(group.instances) if one._state.name == "running"}  # fmt: skip
        for name in [name for name in self.up if name not in running]:
            self.up.pop(name).close()
        for name, instance in running.items():
            if name not in self.up:
                self.ever.append(name)
                self.up[name] = self._boot(instance, backend.key_pairs[instance.key_name])

    def _boot(self, instance: Any, key: Any) -> contextlib.ExitStack:
        held = contextlib.ExitStack()
        folder = self.folder / instance.id
        folder.mkdir()
        (host,) = held.enter_context(hosts(instance.id))
        self._hosts[instance.id] = host
        self._plug_in(host, instance.private_ip, f"v{len(self.ever)}")
        _write_files(folder, key.public_key, self.state)
        script = BOOT.format(ours=OURS, folder=folder, sshd="/usr/sbin/sshd")
        argv = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script]
        held.callback(_power_off, host)
        held.enter_context(Child(host.inside(argv), folder=folder, name="sshd"))
        return held

    def _plug_in(self, host: Host, address: str, port: str) -> None:
        host.run("ip", "link", "add", "eth0", "type", "veth", "peer", "name", port,
                 "netns", str(self.switch.pid))  # fmt: skip
        self.switch.run("ip", "link", "set", port, "master", "br0", "up")
        host.run("ip", "addr", "add", f"{address}/16", "dev", "eth0")
        host.run("ip", "link", "set", "eth0", "up")


@contextlib.contextmanager
def machines(folder: Path) -> Iterator[Machines]:
    """Machines for the instances of moto, as long as the block lasts; skips without mounts."""
    require_own_mounts()
    for one in (OURS, Path("/run/sshd")):
        one.mkdir(parents=True, exist_ok=True)
    with hosts("switch") as (switch,):
        switch.run("ip", "link", "add", "br0", "type", "bridge")
        switch.run("ip", "addr", "add", f"{SWITCH_ADDRESS}/16", "dev", "br0")
        switch.run("ip", "link", "set", "br0", "up")
        made = Machines(folder, switch)
        try:
            yield made
        finally:
            made.stop()
            with contextlib.suppress(OSError):
                OURS.rmdir()
    assert made.error is None, made.error


def processes_in(host: Host) -> list[int]:
    """Those in a namespace, without the one that holds it."""
    wanted = Path(f"/proc/{host.pid}/ns/net").readlink()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (entry / "ns" / "net").readlink() == wanted and int(entry.name) != host.pid:
                found.append(int(entry.name))
    return found


def _power_off(host: Host) -> None:
    """A machine that is terminated does not say goodbye."""
    deadline = time.monotonic() + 5
    while (pids := processes_in(host)) and time.monotonic() < deadline:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)


def _write_files(folder: Path, public_key: str, state: str) -> None:
    key = folder / "host_key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    (folder / "authorized_keys").write_text(public_key + "\n")
    (folder / "state").write_text(state)
    wrapper = folder / "voipprobe"
    wrapper.write_text(
        f'#!/bin/sh\nPYTHONPATH="{REPOSITORY}" exec "{sys.executable}" -m voipprobe "$@"\n'
    )
    pip = folder / "pip"
    pip.write_text(f'#!/bin/sh\n[ "$1" = install ] && cp "$3" {folder}/\n')
    for one in (wrapper, pip):
        one.chmod(0o755)
    (folder / "sshd_config").write_text(f"""
        Port 22
        HostKey {key}
        AuthorizedKeysFile {folder}/authorized_keys
        StrictModes no
        UsePAM no
        PidFile none
        PermitRootLogin prohibit-password
        PasswordAuthentication no
    """)
