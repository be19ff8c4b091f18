"""What is shown while calls are placed."""

import io

import pytest
from support.terminal import seen_on_terminal

from voipprobe.cli.render.progress import ProbeProgress


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        """Always."""
        return True


def ten_seconds(stream: io.StringIO, **options: bool) -> list[str]:
    """The lines of a run of 20 calls with an update four times a second."""
    with ProbeProgress(20, stream, **options) as progress:
        for step in range(41):
            progress.update(min(step, 20), min(step, 5), 0, step / 4)
    return stream.getvalue().splitlines()


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_plain_lines_come_every_five_seconds(stream: io.StringIO) -> None:
    """Where there is no terminal, and on one when plain text was asked for."""
    assert ten_seconds(stream, plain=stream.isatty()) == [
        "0 of 20 calls placed, 0 open, 0 failed, 0.0 s",
        "20 of 20 calls placed, 5 open, 0 failed, 5.0 s",
        "20 of 20 calls placed, 5 open, 0 failed, 10.0 s",
    ]


def test_quiet_is_silent() -> None:
    """On a terminal as well."""
    assert ten_seconds(Terminal(), quiet=True) == []


def test_a_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the same figures, and gone at the end."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("NO_COLOR", raising=False)

    def write(stream: object) -> None:
        with ProbeProgress(1_000, stream) as progress:  # type: ignore[arg-type] # a TextIO
            progress.update(900, 400, 3, 61.0)

    text = seen_on_terminal(write)
    assert "900 of 1,000 calls placed" in text
    assert "400 open, 3 failed, 61.0 s" in text
    assert text.endswith("\x1b[2K")  # the bar's line is erased


def test_the_terminal_is_given_back_after_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in mid-run: the cursor is visible again."""
    monkeypatch.setenv("TERM", "xterm-256color")

    def write(stream: object) -> None:
        with pytest.raises(KeyboardInterrupt), ProbeProgress(5, stream):  # type: ignore[arg-type]
            raise KeyboardInterrupt

    text = seen_on_terminal(write)
    assert text.rindex("\x1b[?25h") > text.rindex("\x1b[?25l")
