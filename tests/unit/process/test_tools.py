"""Tools that are missing, hang, or are broken: real files on a PATH of our own."""

import os
import re
import time
from pathlib import Path

import pytest
from support.tools import put_tool

from voipprobe.model.errors import ToolError
from voipprobe.process.tools import PACKAGES, find_tool, tool_environment, tool_output


@pytest.mark.parametrize("name", ["sipp", "dumpcap"])
def test_missing_tool_names_the_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    """The package's name differs from the tool's."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolError) as refusal:
        find_tool(name)
    assert str(refusal.value) == (
        f"{name} is not installed: run `apt-get install {PACKAGES[name]}`"
    )


def test_a_file_that_may_not_be_executed_is_not_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    put_tool(monkeypatch, tmp_path, "voipprobe-try", "").chmod(0o644)
    with pytest.raises(ToolError, match="apt-get install voipprobe-try"):
        find_tool("voipprobe-try")


def test_first_on_path_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = put_tool(monkeypatch, tmp_path, "sh", "exit 0")
    assert find_tool("sh") == str(path)


def test_sbin_is_searched_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An ordinary user's PATH lacks it, and `ip` and `nft` may live there."""
    monkeypatch.setenv("PATH", str(tmp_path))
    anything = next(file.name for file in Path("/usr/sbin").iterdir() if os.access(file, os.X_OK))
    assert find_tool(anything).endswith(f"sbin/{anything}")


def test_hanging_tool_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = put_tool(monkeypatch, tmp_path, "hangs", f"echo $$ > {tmp_path}/pid; exec sleep 100")
    started = time.monotonic()
    with pytest.raises(ToolError, match=re.escape(f"{path} did not end within 0.3 s")):
        tool_output([str(path)], timeout_s=0.3)
    assert time.monotonic() - started < 5
    assert not Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}").exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"\x7fELF broken", "Exec format error"), (b"#!/no/such/shell\n", "No such file")],
)
def test_broken_tool_cannot_be_started(tmp_path: Path, content: bytes, reason: str) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(content)
    broken.chmod(0o755)
    with pytest.raises(ToolError, match=f"{broken} cannot be started: {reason}"):
        tool_output([str(broken)])


def test_both_streams_and_the_exit_code(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = put_tool(monkeypatch, tmp_path, "says", "echo out; echo err >&2; exit 99")
    assert tool_output([str(path)]) == (99, "out\nerr\n")


def test_output_that_is_no_text_is_no_crash(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = put_tool(monkeypatch, tmp_path, "says", r"printf 'v1.2\377'")
    assert tool_output([str(path)]) == (0, "v1.2\ufffd")


def test_a_tool_that_waits_for_input_gets_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = put_tool(monkeypatch, tmp_path, "reads", "cat; echo end")
    assert tool_output([str(path)]) == (0, "end\n")


def test_tools_speak_english_with_decimal_points(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    assert tool_environment()["LC_ALL"] == "C.UTF-8"
    assert tool_environment({"LC_ALL": "x", "A": "b"})["LC_ALL"] == "x"
