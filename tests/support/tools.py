"""Programs of a few lines that stand where a real tool would, found through PATH."""

from pathlib import Path

import pytest


def put_tool(monkeypatch: pytest.MonkeyPatch, folder: Path, name: str, script: str) -> Path:
    """Make a shell script the first `name` on PATH; returns where it lies."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    return path
