"""A fleet file on the disk: what cannot be read at all is told in one line."""

from pathlib import Path

import pytest

from voipprobe.agent.config.read import parse_fleet, read_fleet
from voipprobe.agent.config.sections import FleetFile
from voipprobe.model.errors import ConfigError
from voipprobe.settings.read import MAX_OCTETS, key_text


def refusal(path: Path) -> str:
    with pytest.raises(ConfigError) as raised:
        read_fleet(path)
    text = str(raised.value)
    assert "\n" not in text
    return text.replace(str(path), "F")


def test_an_empty_file_has_every_default(tmp_path: Path) -> None:
    """Defaults live in the sections alone: a file adds nothing of itself."""
    (tmp_path / "f.toml").write_text("")
    assert read_fleet(tmp_path / "f.toml") == FleetFile()


def test_a_missing_file(tmp_path: Path) -> None:
    assert refusal(tmp_path / "f.toml") == "F: cannot be read: No such file or directory"


def test_a_folder(tmp_path: Path) -> None:
    assert refusal(tmp_path) == "F: cannot be read: Is a directory"


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "f.toml").write_bytes(b'name = "\xff"')
    assert refusal(tmp_path / "f.toml") == "F: is not UTF-8 text: invalid start byte"


def test_a_file_that_is_too_large_is_not_parsed(tmp_path: Path) -> None:
    """One octet more than may be; sparse, so that it costs no disk."""
    file = tmp_path / "f.toml"
    with file.open("wb") as sparse:
        sparse.truncate(MAX_OCTETS + 1)
    assert refusal(file) == f"F: larger than {MAX_OCTETS} octets: is it the right file?"


def test_the_largest_file_is_parsed(tmp_path: Path) -> None:
    (tmp_path / "f.toml").write_text("#" * (MAX_OCTETS - 1) + "\n")
    assert read_fleet(tmp_path / "f.toml") == FleetFile()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no toml at all", r"^f:1: Expected '=' after a key[^(]*$"),
        ("[agent]\nname = 'a'\nname = 'b'\n", r"^f:3: Cannot overwrite a value$"),
        ("x = " + "9" * 5000, r"^f: Exceeds the limit"),
        ("x = " + "[" * 5000 + "]" * 5000, r"^f: is nested too deeply$"),
        ("x = 1979-05-27", r"^f:1: x: there is no such key$"),
    ],
)
def test_odd_toml_is_a_mistake_and_no_traceback(text: str, said: str) -> None:
    """The library raises other errors than its own on these."""
    with pytest.raises(ConfigError, match=said):
        parse_fleet(text, "f")


def test_keys_are_written_as_people_count() -> None:
    assert key_text(("probe", 0, "target", 1, "uri")) == "probe[1].target[2].uri"


def test_no_port_at_all_is_no_port_twice() -> None:
    """0 is for none, and may stand at both keys."""
    fleet = parse_fleet("[responder]\niperf_port = 0\nexchange_port = 0\n", "f")
    assert fleet.responder.iperf_port == fleet.responder.exchange_port == 0
