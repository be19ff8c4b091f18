"""Draws docs/demo.svg: what `make demo` prints, from the newest run folder.

make demo && .venv/bin/python docs/make_picture.py
"""

import io
import re
import sys
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from voipprobe.cli.render.probe import probe_tables
from voipprobe.results.folder import read_result

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Draw the newest result under runs/, or that of the folder given."""
    newest = max((ROOT / "runs").glob("*/result.json"), default=None)
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else newest and newest.parent
    if folder is None:
        sys.exit("no run folder: run `make demo` first")
    console = Console(width=84, record=True, file=io.StringIO(), force_terminal=True)
    result = read_result(folder)
    shown = replace(result, run=replace(result.run, folder=f"runs/{result.run.id}"))
    for part in probe_tables(shown):
        console.print(part)
    picture = console.export_svg(title="make demo")
    # the picture must not ask the network for a font
    picture = re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)
    Path(__file__).with_name("demo.svg").write_text(picture)


if __name__ == "__main__":
    main()
