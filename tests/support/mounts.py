"""Mount namespaces: asked before a test needs one."""

import subprocess

import pytest


def require_own_mounts() -> None:
    """Skip where mounts cannot be kept to a namespace: from a chroot its root is out of reach."""
    argv = ["unshare", "--mount", "--propagation", "private", "true"]
    done = subprocess.run(argv, check=False, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no mounts of its own here: {done.stderr.strip()}")
