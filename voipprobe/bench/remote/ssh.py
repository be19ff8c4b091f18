"""The command line of the system's own ssh. Pure.

Whatever a user has in his ssh_config holds, a ProxyCommand for one, so that sessions of SSM work.
"""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CONNECT_TIMEOUT_S: Final = 10
ALIVE_S: Final = 5
"""Between two signs of life; three that are missed end a session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """How a host is reached.

    Attributes:
        address: what ssh calls it. alias: what its key is kept under: addresses are used again.
        known_hosts: of the run: a key that is new there is taken, one that has changed is not.
        config: of the user's; None for the usual one.
    """

    address: str
    alias: str
    user: str
    key_file: Path
    known_hosts: Path
    config: Path | None


def ssh_arguments(ssh: str, route: Route, command: Sequence[str]) -> list[str]:
    """The argv that runs a command on a host; the words of the command stay words there.

    Args:
        ssh: path of the program.
        route: to the host.
        command: as an argv; run as root.
    """
    words = list(command) if route.user == "root" else ["sudo", "-n", *command]
    options = {
        "BatchMode": "yes",
        "StrictHostKeyChecking": "accept-new",
        "UserKnownHostsFile": _path(route.known_hosts),
        "GlobalKnownHostsFile": "/dev/null",
        "HostKeyAlias": route.alias,
        "IdentitiesOnly": "yes",
        "IdentityFile": _path(route.key_file),
        "ConnectTimeout": str(CONNECT_TIMEOUT_S),
        "ServerAliveInterval": str(ALIVE_S),
        "Compression": "yes",
        "LogLevel": "ERROR",
    }
    given = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    config = [] if route.config is None else ["-F", str(route.config)]
    return [ssh, *config, *given, "-T", "-l", route.user, "--", route.address, shlex.join(words)]


def _path(path: Path) -> str:
    """A path as ssh's options have it, which know quotes and percent signs."""
    return '"' + str(path).replace("%", "%%") + '"'
