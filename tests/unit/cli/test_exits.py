"""Results and errors to exit codes."""

import click
import pytest
from support import samples

from voipprobe.cli import main
from voipprobe.cli.exits import exit_code
from voipprobe.model.errors import (
    CaptureError,
    CloudError,
    ConfigError,
    StoreError,
    ToolError,
    VoipprobeError,
)
from voipprobe.model.verdict import Status


@pytest.mark.parametrize(("status", "code"), [(Status.PASS, 0), (Status.FAIL, 1), (Status.VOID, 3)])
def test_verdicts(status: Status, code: int) -> None:
    assert exit_code(samples.probe_result(verdict=samples.verdict(status=status))) == code


@pytest.mark.parametrize("status", list(Status))
def test_interrupted_whatever_was_measured(status: Status) -> None:
    verdict = samples.verdict(status=status)
    result = samples.probe_result(verdict=verdict, run=samples.run(interrupted=True))
    assert exit_code(result) == 130


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigError("what"), 2),
        (ToolError("what"), 3),
        (CaptureError("what"), 3),
        (StoreError("what"), 3),
        (CloudError("what", retryable=True), 3),
        (VoipprobeError("what"), 3),
    ],
)
def test_errors_are_one_line(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: VoipprobeError,
    code: int,
) -> None:
    """Whatever a command raises of our tree."""

    @click.command()
    def failing() -> None:
        raise error

    monkeypatch.setattr(main, "cli", failing)
    assert main.run([]) == code
    assert capsys.readouterr().err == "voipprobe: what\n"


@pytest.mark.parametrize("error", [KeyboardInterrupt, click.Abort])
def test_interruption(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: type[BaseException],
) -> None:
    @click.command()
    def interrupted() -> None:
        raise error

    monkeypatch.setattr(main, "cli", interrupted)
    assert main.run([]) == 130
    assert capsys.readouterr().err.strip() == "voipprobe: interrupted"
