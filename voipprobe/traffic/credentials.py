"""A user and a password for digest authentication, from the environment or a file.

Never from a command line, where every user of the host could read them.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from voipprobe.model.errors import ConfigError

USER_VARIABLE = "VOIPPROBE_USERNAME"
PASSWORD_VARIABLE = "VOIPPROBE_PASSWORD"  # noqa: S105 - the name of a variable

# SIPp's injection file cannot quote: `;` ends a field, `]` and space end a keyword's value
USABLE = re.compile(r"[^;\[\]\s\"\\\x00-\x1f]{1,128}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a challenge is answered with."""

    username: str
    password: str = field(repr=False)

    def __post_init__(self) -> None:
        for name, value in (("username", self.username), ("password", self.password)):
            if not USABLE.fullmatch(value):
                raise ConfigError(
                    f"the {name} is empty or has a character that SIPp cannot carry: "
                    'none of ; [ ] " \\ and no white space'
                )


def read_credentials(file: Path | None, environment: Mapping[str, str]) -> Credentials | None:
    """Credentials from a TOML file with `username` and `password`, else from the environment.

    Raises:
        ConfigError: the file is unreadable, open to other users, or incomplete.
    """
    if file is None:
        if USER_VARIABLE not in environment:
            return None
        return Credentials(
            username=environment[USER_VARIABLE], password=environment.get(PASSWORD_VARIABLE, "")
        )
    values = _read(file)
    try:
        return Credentials(username=str(values["username"]), password=str(values["password"]))
    except KeyError as error:
        raise ConfigError(f"credentials file {file}: {error} is missing") from error


def _read(file: Path) -> dict[str, object]:
    try:
        if file.stat().st_mode & 0o077:
            raise ConfigError(f"credentials file {file} is open to others: chmod 600 {file}")
        return tomllib.loads(file.read_text())
    except OSError as error:
        raise ConfigError(f"credentials file {file}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"credentials file {file}: {error}") from error


def write_injection(path: Path, credentials: Credentials) -> None:
    """SIPp's injection file, which no other user can read."""
    line = f"[authentication username={credentials.username} password={credentials.password}]"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"SEQUENTIAL\n{line}\n")
