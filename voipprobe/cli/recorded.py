"""What agents of this host have measured, for the commands that look back."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from voipprobe.agent.store.history import History
from voipprobe.model.measurement import Measurement


def recorded(
    folders: Iterable[Path], since: float, until: float = float("inf")
) -> Iterator[Measurement]:
    """Every measurement in the stores of these state folders, of that time (epoch seconds).

    Raises:
        StoreError: a folder has no store, or it cannot be read.
    """
    for folder in folders:
        with closing(History(folder)) as history:
            yield from history.measurements(since, until)
