"""Test hosts, one in each Region of the mesh, as instances are in a VPC.

Each has the same private address, as it easily happens in default VPCs; its public one is
known to the Region's gateway alone, which translates. ssh, AWS and the playbooks are in the
services namespace, which reaches the public addresses.
"""

import contextlib
import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from mesh_demo.impairment import Impairment
from mesh_demo.network import Mesh, mesh
from mesh_demo.regions import US_REGIONS
from support.mounts import require_own_mounts
from voipprobe.capture.kernels.folder import cache_folder
from voipprobe.process.child import Child
from voipprobe.process.tools import find_tool
from voipprobe.traffic.netns import Host, hosts, join

FULL = os.environ.get("FLEET") == "full"
"""Everything, which takes ten minutes, not what every day needs."""
REGIONS = US_REGIONS if FULL else (US_REGIONS[0], US_REGIONS[-1])
PRIVATE, GATEWAY = "172.31.0.4", "172.31.0.1"
PYTHON = Path("/usr/bin/python3")
"""The one that a service which is nobody may run."""
SHIPPED = {
    "voipprobe_venv_args": ["--system-site-packages"], "voipprobe_pip_args": ["--no-index"],
    "voipprobe_sysctl": {},
}  # fmt: skip
"""Nothing is downloaded: the image has the dependencies. Sockets' limits are the machine's own."""
NAT = """
table ip gateway {{
    chain in {{ type nat hook prerouting priority dstnat; ip daddr {public} dnat to {private}; }}
    chain out {{ type nat hook postrouting priority srcnat;
        oifname "wan0" ip saddr {private} snat to {public};
        oifname "services0" ip saddr {private} snat to {services}; }}
}}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestHost:
    """One of them: where it is reached, and its parts on this machine."""

    __test__ = False

    region: str
    address: str
    host: Host
    child: Child

    @property
    def name(self) -> str:
        """What it is called in the inventory."""
        return f"{self.region}a-1"

    def run(self, *argv: str) -> str:
        """What a program printed there."""
        return subprocess.run(
            [find_tool("nsenter"), "-t", str(self.pid), "-a", "-r", "-w", "--", *argv],
            check=True, capture_output=True, text=True, timeout=60,
        ).stdout  # fmt: skip

    @property
    def pid(self) -> int:
        """Of the host's first process, as this machine counts."""
        (first,) = (
            Path(f"/proc/{self.child.pid}/task/{self.child.pid}/children").read_text().split()
        )
        return int(first)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """All of them, and what ssh needs."""

    net: Mesh
    hosts: Mapping[str, TestHost]
    folder: Path

    def control(self, argv: tuple[str, ...] = ()) -> list[str]:
        """The argv that runs a program where the hosts are reached."""
        return self.net.services.host.inside(argv)

    @property
    def ssh_environment(self) -> dict[str, str]:
        """For Ansible: our key, and nobody's known hosts."""
        options = {
            "UserKnownHostsFile": self.folder / "known_hosts", "IdentityFile": self.folder / "key",
            "IdentitiesOnly": "yes",
        }  # fmt: skip
        words = " ".join(f"-o {key}={value}" for key, value in options.items())
        return {
            "ANSIBLE_SSH_COMMON_ARGS": f"-F /dev/null {words}",
            "ANSIBLE_SSH_CONTROL_PATH_DIR": str(self.folder / "cp"),
        }


def undisturbed(_source: str, _destination: str) -> Impairment:
    """No path does anything to its packets: deployment is what is tested here."""
    return Impairment()


@contextlib.contextmanager
def fleet(folder: Path) -> Iterator[Fleet]:
    """The hosts, reachable by ssh; skips where a machine cannot have them."""
    require_machine()
    key = folder / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    with contextlib.ExitStack() as held:
        net = held.enter_context(mesh(REGIONS, impairment=undisturbed))
        found = {}
        for region in net.regions:
            place = folder / region
            place.mkdir()
            inside = held.enter_context(vpc(net, region))
            found[region] = held.enter_context(running(net, region, inside, place, key))
        for one in found.values():
            while "ready" not in one.child.stdout.read_text():
                assert one.child.wait(0.05) is None, one.child.complaint()
        yield Fleet(net=net, hosts=found, folder=folder)


@contextlib.contextmanager
def vpc(net: Mesh, region: str) -> Iterator[Host]:
    """A namespace behind the Region's gateway."""
    gateway, public = net.regions[region].host, net.regions[region].address
    with hosts(f"{region}-host") as (inside,):
        join(gateway, f"lan0 {GATEWAY}/20", inside, f"eth0 {PRIVATE}/20")
        inside.run("ip", "route", "add", "default", "via", GATEWAY)
        gateway.run("sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
        rules = NAT.format(
            public=public, private=PRIVATE, services=net.regions[region].services_address
        )
        gateway.run("nft", rules)
        services = net.services.host
        device = f"region{[*net.regions].index(region) + 1}"
        services.run("ip", "route", "add", f"{public}/32", "dev", device)
        yield inside


@contextlib.contextmanager
def running(net: Mesh, region: str, inside: Host, place: Path, key: Path) -> Iterator[TestHost]:
    """The host itself."""
    root = place / "root"
    root.mkdir()
    program = Path(__file__).with_name("host.py")
    argv = ["unshare", "--mount", "--pid", "--fork", "--kill-child", str(PYTHON), str(program),
            str(root), sysconfig.get_path("purelib"), f"{key}.pub",
            str(cache_folder() or "none")]  # fmt: skip
    with Child(inside.inside(argv), folder=place, name="host") as child:
        yield TestHost(region=region, address=net.regions[region].address, host=inside, child=child)


def require_machine() -> None:
    """Skip, with the reason, where this machine cannot make test hosts."""
    require_own_mounts()
    version = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    if not PYTHON.exists() or subprocess.run([PYTHON, "-c", version], check=False).returncode:
        pytest.skip(f"{PYTHON} is not the version that runs the tests")
    if not Path("/usr/sbin/sshd").exists():
        pytest.skip("not installed: openssh-server")
    if "overlay" not in Path("/proc/filesystems").read_text():
        subprocess.run(["modprobe", "overlay"], check=False, capture_output=True)
    if "overlay" not in Path("/proc/filesystems").read_text():
        pytest.skip("this kernel has no overlay file system")
