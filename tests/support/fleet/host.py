"""`python host.py FOLDER SITE KEY KERNELS`: a test host, from within its network namespace.

First process of a PID namespace, with a mount namespace of its own: an overlay over this machine's
root, so that what is installed there stays there, and sshd. SITE holds the packages that the
host's image "ships", KERNELS what was compiled on it before. When this
process ends, nothing stays. Nothing but Python's own library.
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

SHIPPED = "/opt/shipped"
SSHD = """
HostKey /etc/ssh/test_host_key
AuthorizedKeysFile /etc/ssh/test_authorized_keys
PermitRootLogin prohibit-password
PasswordAuthentication no
StrictModes no
UsePAM no
PidFile none
Subsystem sftp internal-sftp
"""


def mount(*words: str) -> None:
    """mount(8)."""
    subprocess.run(["mount", *words], check=True)


def make_root(folder: Path, site: Path) -> Path:
    """The root of the host: what is written goes to memory."""
    mount("--make-rprivate", "/")
    mount("-t", "tmpfs", "tmpfs", str(folder))
    upper, work, root = folder / "upper", folder / "work", folder / "root"
    for one in (upper, work, root):
        one.mkdir()
    options = f"lowerdir=/,upperdir={upper},workdir={work}"
    mount("-t", "overlay", "overlay", "-o", options, str(root))
    mount("--rbind", "/dev", str(root / "dev"))
    mount("-t", "proc", "proc", str(root / "proc"))
    mount("--rbind", "/sys", str(root / "sys"))
    for name in ("run", "tmp", "root"):  # not even the shell's settings of this machine's root
        mount("-t", "tmpfs", "tmpfs", str(root / name))
    (root / "tmp").chmod(0o1777)
    place = Path(f"{root}{SHIPPED}")
    (place / "site").mkdir(parents=True)
    mount("--bind", str(site), str(place / "site"))
    return root


def furnish(root: Path, key: str, kernels: Path) -> None:
    """sshd's files, the stand-in for systemctl, what was compiled, and the packages."""
    if kernels.is_dir():
        known = root / "var/cache/voipprobe/voipprobe/kernels" / kernels.name
        shutil.copytree(kernels, known)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f",
                    str(root / "etc/ssh/test_host_key")], check=True)  # fmt: skip
    (root / "etc/ssh/test_authorized_keys").write_text(key)
    (root / "etc/ssh/test_sshd_config").write_text(SSHD)
    (root / "run/sshd").mkdir()
    systemctl = root / "usr/bin/systemctl"
    systemctl.unlink(missing_ok=True)
    systemctl.write_bytes(Path(__file__).with_name("systemctl.py").read_bytes())
    systemctl.chmod(0o755)
    known = Path(f"{root}{SHIPPED}") / "known"
    known.mkdir()
    for one in (Path(f"{root}{SHIPPED}") / "site").iterdir():
        if "voipprobe" not in one.name and one.suffix not in {".pth", ".virtualenv"}:
            (known / one.name).symlink_to(f"{SHIPPED}/site/{one.name}")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    packages = root / f"usr/local/lib/python{version}/dist-packages"
    packages.mkdir(parents=True, exist_ok=True)
    (packages / "shipped.pth").write_text(f"{SHIPPED}/known\n")
    stamp = root / "var/lib/apt/periodic/update-success-stamp"
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.touch()  # there is no network to fetch lists from


def main() -> None:
    """Be the host until SIGTERM."""
    folder, site, key, kernels = sys.argv[1:]
    root = make_root(Path(folder), Path(site))
    furnish(root, Path(key).read_text(), Path(kernels))
    os.chroot(root)
    os.chdir("/")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    argv = ["/usr/sbin/sshd", "-D", "-e", "-f", "/etc/ssh/test_sshd_config"]
    subprocess.Popen(argv, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
    print("ready", flush=True)
    while True:  # services that were started here are our children once their starter ends
        os.wait()


if __name__ == "__main__":
    main()
