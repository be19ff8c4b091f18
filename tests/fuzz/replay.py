"""The corpus through the compiled kernels, as in production: `python -m fuzz.replay [FILE...]`.

A file is named by its path below a folder with its target's name.
"""

import os
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"


def inputs(target: str) -> list[Path]:
    """The committed inputs of a target."""
    return sorted(path for path in (CORPUS / target).iterdir() if path.is_file())


def replay(paths: Iterable[Path]) -> Iterator[tuple[Path, float]]:
    """Each input and the seconds of CPU that it took; raises what its target raises."""
    from fuzz.targets import TARGETS  # noqa: PLC0415 - after PATH was emptied

    for path in paths:
        started = time.process_time()
        try:
            TARGETS[path.parent.name](path.read_bytes())
        except Exception as error:
            error.add_note(f"with {path}")
            raise
        yield path, time.process_time() - started


def main(arguments: list[str]) -> None:
    """Say how many there were and which was slowest."""
    os.environ["PATH"] = ""  # as in `python -m fuzz`
    paths = [Path(one) for one in arguments] or sorted(
        path for target in CORPUS.iterdir() for path in inputs(target.name)
    )
    took = dict(replay(paths))
    slowest = max(took, key=lambda path: took[path])
    print(
        f"{len(took)} inputs, {sum(took.values()):.1f} s; slowest {slowest}: {took[slowest]:.2f} s"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
