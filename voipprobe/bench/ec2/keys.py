"""The key of a run: made here, its private half readable by its owner alone."""

import os
from pathlib import Path
from typing import Final

from voipprobe.model.errors import ToolError
from voipprobe.process.tools import find_tool, tool_output

FILE: Final = "key"


def run_key(folder: Path) -> Path:
    """The private key of a run, made if it is not there; the public one lies beside it.

    Raises:
        ToolError: ssh-keygen is missing or fails.
    """
    path = folder / FILE
    if not path.exists():
        argv = [
            find_tool("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-C", "voipprobe bench",
            "-f", str(path),
        ]  # fmt: skip
        code, text = tool_output(argv)
        if code:
            raise ToolError(f"ssh-keygen: {text.strip()}")
    os.chmod(path, 0o600)  # noqa: PTH101 - whatever the umask was
    return path


def public_half(path: Path) -> str:
    """The public key of a private one."""
    return path.with_name(f"{path.name}.pub").read_text().strip()
