"""`python -m benchmarks [PART...]`: measure, and write it into docs/performance.md.

The parts are speed, generator and steadiness. Without a word: speed, and with --full all of them.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.generator import generator_rows
from benchmarks.measures import measure
from benchmarks.page import MARK, put, section
from benchmarks.rows import Row
from benchmarks.steadiness import steadiness_rows

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
PARTS = {
    "speed": "What work costs",
    "generator": "How much load the generator makes",
    "steadiness": "How steady a size is",
}
NOTES = {
    "speed": """
All figures are CPU seconds (user and system, of the process and its children) of one run on one
machine, both sides taking turns; files are in the page cache.

The captures are synthetic (`benchmarks/synthetic.py`, seeded): G.711 streams of 50 packets a
second, 0.5 % random loss, 1 ms of exponential jitter. tshark is told which port is RTP (`-d`) and
not to look up names (`-n`); both are the kindest case for it. The best of three turns of
each side.

Start-up is half Python, NumPy and LLVM's loader; the rest is our own hundred modules and loading
the compiled kernels from the cache. Numba is not imported. The very first run on a machine compiles
the kernels, for about ten seconds, and is not counted. The rows of kernels and of the SIP parser
are the best of several processes, some minutes apart: what the work costs when nothing is in its
way (neighbours of a virtual machine make it half as slow again, for minutes). The live rows need
root.
""",
    "generator": """
The highest load that `voipprobe bench` confirmed with every check of the generator green. Caller
and responder share this machine's cores: on hosts of their own there is more for each. Where they
share two, more processes gain nothing that the noise of such a host would not hide: both cores are
full before one process is.
""",
    "steadiness": """
A quota is CPU time, and what that is worth changes with the neighbours of a physical core and with
its clock. `voipprobe bench` lets the quota of a local size follow the cost of a datagram; this is
what that is for. A system without noise would need the same share in every trial. How much a plain
quota wavers is a matter of the hour: up to 38 % between trials at a busy hour.
""",
}


def main() -> int:
    """Measure and write the page; 1 when a goal was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=" or ".join(PARTS))
    parser.add_argument("--full", action="store_true", help="also 10 and 20 million packets (7 GB)")
    parser.add_argument(
        "--folder", type=Path, help="for captures and runs; kept (default: temporary)"
    )
    parser.add_argument("--page", type=Path, default=PAGE)
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(unknown)}")
    usual = list(PARTS) if given.full and os.geteuid() == 0 else ["speed"]
    met = True
    with tempfile.TemporaryDirectory(prefix="voipprobe-bench-") as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for part in given.parts or usual:
            rows = list(_told(_rows(part, folder, full=given.full)))
            _write(given.page, section(PARTS[part], rows, NOTES[part]))
            met = met and not any(row.met is False for row in rows)
    return int(not met)


def _rows(part: str, folder: Path, *, full: bool) -> Iterator[Row]:
    parts = {"generator": generator_rows, "steadiness": steadiness_rows}
    return measure(folder, full=full) if part == "speed" else parts[part](folder)


def _told(rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        sys.stderr.write(f"{row.what}: {row.found} {MARK[row.met]}\n")
        yield row


def _write(page: Path, new: str) -> None:
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(put(page.read_text() if page.exists() else "", new))


if __name__ == "__main__":
    sys.exit(main())
