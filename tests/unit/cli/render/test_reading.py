"""The bar while captures are read."""

from typing import TextIO

import pytest
from support.terminal import seen_on_terminal

from voipprobe.cli.render.reading import reading_progress


def test_a_bar_by_bytes_that_is_gone_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a real terminal: what was read, of how much, and a line that is wiped."""

    monkeypatch.setenv("TERM", "xterm-256color")

    def write(stream: TextIO) -> None:
        with reading_progress(4_000_000, stream) as on_octets:
            on_octets(1_000_000)
            on_octets(4_000_000)

    seen = seen_on_terminal(write)
    assert "4.0/4.0 MB" in seen
    assert seen.rstrip().endswith("\x1b[2K")
