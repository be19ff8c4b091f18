"""`python -m benchmarks`: measure, and write docs/performance.md."""

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measures import measure
from benchmarks.rows import Row

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
INTRODUCTION = """# How fast voipprobe is

Written by `make bench` ({date}). All figures are CPU seconds (user and system, of the process and
its children) of one run on one machine, both sides taking turns; files are in the page cache.

Machine: {machine}. Python {python}, {tshark}.

| what | found | goal | |
|---|---|---|---|
"""
NOTES = """
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
"""
BY_HAND = "<!-- What follows is kept when this page is written again. -->"
MARK = {True: "met", False: "**missed**", None: ""}


def main() -> int:
    """Measure and write the page; 1 when a goal was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--full", action="store_true", help="also 10 and 20 million packets (7 GB)")
    parser.add_argument("--folder", type=Path, help="for captures; kept (default: temporary)")
    parser.add_argument("--page", type=Path, default=PAGE)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="voipprobe-bench-") as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        rows = list(_told(measure(folder, full=given.full)))
    given.page.parent.mkdir(parents=True, exist_ok=True)
    given.page.write_text(_page(rows) + _kept(given.page))
    return int(any(row.met is False for row in rows))


def _told(rows: Iterable[Row]) -> Iterable[Row]:
    for row in rows:
        sys.stderr.write(f"{row.what}: {row.found} {MARK[row.met]}\n")
        yield row


def _page(rows: Iterable[Row]) -> str:
    lines = [f"| {row.what} | {row.found} | {row.goal} | {MARK[row.met]} |" for row in rows]
    head = INTRODUCTION.format(
        date=datetime.now(UTC).strftime("%Y-%m-%d"),
        machine=_machine(),
        python=platform.python_version(),
        tshark=_tshark_version(),
    )
    return head + "\n".join(lines) + "\n" + NOTES


def _kept(page: Path) -> str:
    """What other commands measured, below the mark of a page that is there."""
    text = page.read_text() if page.exists() else ""
    return f"\n{BY_HAND}{text.partition(BY_HAND)[2]}" if BY_HAND in text else ""


def _machine() -> str:
    models = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return (
        f"{models[0] if models else platform.machine()}, {os.cpu_count()} CPUs, "
        f"{memory_gb:.0f} GB, Linux {platform.release()}"
    )


def _tshark_version() -> str:
    if shutil.which("tshark") is None:
        raise SystemExit("tshark is not installed: apt-get install tshark")
    said = subprocess.run(["tshark", "--version"], capture_output=True, text=True, check=True)
    version = re.search(r"\d+\.\d+\.\d+", said.stdout)
    return f"tshark {version[0] if version else 'of unknown version'}"


if __name__ == "__main__":
    sys.exit(main())
