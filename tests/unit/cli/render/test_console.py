"""Colours on a terminal, and plain text everywhere else."""

import io
from pathlib import Path
from typing import TextIO

import pytest
from support import samples
from support.terminal import seen_on_terminal

from voipprobe.cli.render.console import make_console, show
from voipprobe.cli.render.probe import probe_tables

ESCAPE = "\x1b"


def show_result(stream: TextIO) -> None:
    """The shortest result, as a command shows it."""
    show(make_console(stream), probe_tables(samples.unmeasured_result()))


@pytest.fixture(autouse=True)
def _usual_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


def test_a_terminal_gets_colours() -> None:
    """VOID in bold yellow."""
    assert seen_on_terminal(show_result).startswith(f"{ESCAPE}[1;33mVOID{ESCAPE}[0m")


@pytest.mark.parametrize("name", ["NO_COLOR", "TERM"])
def test_a_terminal_without_colours(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """By NO_COLOR, or a terminal that knows none."""
    monkeypatch.setenv(name, "dumb")
    text = seen_on_terminal(show_result)
    assert ESCAPE not in text
    assert text.startswith("VOID  call to")


def test_a_file_gets_plain_text(tmp_path: Path) -> None:
    """Without spaces at the ends of lines, which no one sees and every diff shows."""
    with (tmp_path / "out").open("w") as stream:
        show_result(stream)
    text = (tmp_path / "out").read_text()
    assert ESCAPE not in text
    assert text.endswith("Result folder: /var/tmp/voipprobe/20260921T132640Z-call\n")
    assert not [line for line in text.splitlines() if line != line.rstrip()]


def test_a_stream_that_knows_ascii_only() -> None:
    """A dash must not end a run in a container with LANG=C."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    show(make_console(stream), probe_tables(samples.probe_result()))
    stream.flush()
    assert b"FAIL  call to" in stream.buffer.getvalue()
