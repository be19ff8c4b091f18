"""The folders of rounds that went wrong: kept within a budget, the oldest go first.

Rounds run in the work folder; what is kept moves below the state folder. Must not know why a
round went wrong.
"""

import contextlib
import errno
import os
import shutil
from pathlib import Path
from typing import Final

from voipprobe.model.errors import StoreError
from voipprobe.results.files import store_error

KEPT: Final = "failed"


class KeptRounds:
    """The folder of kept rounds of an agent."""

    def __init__(self, state: Path, budget_octets: int) -> None:
        self._folder = state / KEPT
        self._budget_octets = budget_octets
        self.dropped = 0

    def set_budget(self, budget_octets: int) -> None:
        """Change how much may be kept."""
        self._budget_octets = budget_octets

    def keep(self, folder: Path) -> Path:
        """Move the folder of a round here and make room; returns where it lies now.

        Raises:
            StoreError: the disk is full, or the folder larger than the budget; it is gone then.
        """
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            kept = Path(shutil.move(folder, self._folder / folder.name))
        except OSError as error:
            self.dropped += 1
            shutil.rmtree(folder, ignore_errors=True)
            shutil.rmtree(self._folder / folder.name, ignore_errors=True)
            raise store_error("keep", folder, _first(error)) from error
        self.shrink(self._budget_octets)
        if not kept.exists():
            raise StoreError(f"cannot keep {folder.name}: larger than [capture] budget_mib")
        return kept

    def shrink(self, octets: int) -> int:
        """Remove the oldest folders until the rest fits; returns how many went."""
        folders = self._by_age()
        total, gone = sum(size for _, size in folders), 0
        for folder, size in folders:
            if total <= octets:
                break
            shutil.rmtree(folder, ignore_errors=True)
            total -= size
            gone += 1
        self.dropped += gone
        return gone

    def _by_age(self) -> list[tuple[Path, int]]:
        """Every folder with its size on the disk; their names begin with their times."""
        if not self._folder.is_dir():
            return []
        return [(one, _octets(one)) for one in sorted(self._folder.iterdir())]


def _first(error: OSError) -> OSError:
    """The error itself, or the first of the many that copying a folder had."""
    many = error.args[0] if isinstance(error, shutil.Error) and error.args else None
    if not many or not isinstance(many, list):
        return error
    text = str(many[0][2])
    full = os.strerror(errno.ENOSPC) in text
    return OSError(errno.ENOSPC if full else 0, text)


def _octets(folder: Path) -> int:
    total = 0
    for parent, _, files in os.walk(folder):
        for file in files:
            with contextlib.suppress(OSError):
                total += (Path(parent) / file).stat().st_blocks * 512
    return total
