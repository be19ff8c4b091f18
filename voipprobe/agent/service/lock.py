"""One agent for each state folder."""

import fcntl
import os
from pathlib import Path
from typing import IO, Final

from voipprobe.model.errors import ConfigError
from voipprobe.results.files import store_error

FILE_NAME: Final = "lock"


def take_lock(state: Path) -> IO[str]:
    """The lock of a state folder; it is held until it is closed, or we end in any way.

    Raises:
        ConfigError: another agent has it.
        StoreError: the folder cannot be written.
    """
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = (state / FILE_NAME).open("a+")
    except OSError as error:
        raise store_error("use", state, error) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        owner = file.read(20).strip()
        file.close()
        raise ConfigError(
            f"another agent (pid {owner or 'unknown'}) uses {state}: stop it, or choose another "
            "[agent] state"
        ) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file
