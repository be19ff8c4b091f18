"""docs/performance.md: sections with a heading each, of which a run replaces its own.

Knows Markdown and what a machine is called. Must not know what is measured.
"""

import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.rows import Row

TITLE = "# How fast voipprobe is\n"
MARK = {True: "met", False: "**missed**", None: ""}
TABLE = "| what | found | goal | |\n|---|---|---|---|\n"


def section(heading: str, rows: Iterable[Row], notes: str) -> str:
    """A heading, when and where it was measured, the table, and what one should know of it."""
    lines = [f"| {row.what} | {row.found} | {row.goal} | {MARK[row.met]} |\n" for row in rows]
    date = datetime.now(UTC).strftime("%Y-%m-%d")
    return f"## {heading}\n\nWritten by `make bench` ({date}). {_machine()}\n\n" + "".join(
        [TABLE, *lines, f"\n{notes.strip()}\n"]
    )


def put(text: str, new: str) -> str:
    """A page with a section in the place of the one of its heading, or at its end."""
    first, *others = re.split(r"^(?=## )", text or TITLE, flags=re.M)
    heading = new.partition("\n")[0]
    headings = [one.partition("\n")[0] for one in others]
    if heading in headings:
        others[headings.index(heading)] = new
    else:
        others.append(new)
    return "\n".join(one.strip() + "\n" for one in [first, *others])


def _machine() -> str:
    models = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return (
        f"Machine: {models[0] if models else platform.machine()}, {os.cpu_count()} CPUs, "
        f"{memory_gb:.0f} GB, Linux {platform.release()}. Python {platform.python_version()}, "
        f"{_tshark_version()}."
    )


def _tshark_version() -> str:
    if shutil.which("tshark") is None:
        raise SystemExit("tshark is not installed: apt-get install tshark")
    said = subprocess.run(["tshark", "--version"], capture_output=True, text=True, check=True)
    version = re.search(r"\d+\.\d+\.\d+", said.stdout)
    return f"tshark {version[0] if version else 'of unknown version'}"
