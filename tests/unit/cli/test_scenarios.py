"""`voipprobe scenarios`: what is shipped, and what is wrong with one's own."""

from pathlib import Path

import pytest

from voipprobe.cli.main import GOOD, WRONG_USE, run
from voipprobe.traffic.scenarios import scenario_folder, scenario_names


def test_list_names_them_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scenarios", "list"]) == GOOD
    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.splitlines()[1:] if line[:1].strip()] == (
        scenario_names()
    )


@pytest.mark.parametrize("name", scenario_names())
def test_show_every_one(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert run(["scenarios", "show", name]) == GOOD
    out = capsys.readouterr().out
    assert out.startswith(f"name            {name}\n")


def test_show_tells_parameters_with_unit_and_default(capsys: pytest.CaptureFixture[str]) -> None:
    run(["scenarios", "show", "call-cancel"])
    out = capsys.readouterr().out
    assert "parameter       ring_ms=1000  ringing before the caller gives up [ms]" in out


def test_show_xml_is_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scenarios", "show", "call", "--xml"]) == GOOD
    assert capsys.readouterr().out == (scenario_folder() / "call.xml").read_text()


def test_check_finds_no_mistake_in_what_is_shipped(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scenarios", "check"]) == GOOD
    assert capsys.readouterr().out.splitlines() == [f"{name}: good" for name in scenario_names()]


def test_check_tells_every_mistake(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Of every file, whatever is wrong with the others."""
    shipped = (scenario_folder() / "call.xml").read_text()
    for name, old, new in (("a", "{{audio}}", "{{sound}}"), ("b", "rtp_stream=", "command=")):
        (tmp_path / f"{name}.xml").write_text(shipped.replace(old, new))
        (tmp_path / f"{name}.toml").write_text((scenario_folder() / "call.toml").read_text())
    names = [str(tmp_path / "a.xml"), str(tmp_path / "b.xml"), "call", "nonsense"]
    assert run(["scenarios", "check", *names]) == WRONG_USE
    lines = capsys.readouterr().out.splitlines()
    assert [any(word in line for line in lines) for word in
            ("{{sound}}", "would run a shell", "call: good", "'nonsense' is not known")
            ] == [True] * 4  # fmt: skip
