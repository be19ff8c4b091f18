"""Credentials: where they may come from, and where they never show."""

import os
import stat
from pathlib import Path

import pytest

from voipprobe.model.errors import ConfigError
from voipprobe.traffic.credentials import Credentials, read_credentials, write_injection

ALICE = Credentials(username="alice", password="s3cret!")
TOML = 'username = "alice"\npassword = "s3cret!"\n'


def secret_file(folder: Path, text: str | bytes, mode: int = 0o600) -> Path:
    path = folder / "credentials.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    path.chmod(mode)
    return path


def test_from_the_environment() -> None:
    environment = {"VOIPPROBE_USERNAME": "alice", "VOIPPROBE_PASSWORD": "s3cret!"}
    assert read_credentials(None, environment) == ALICE


def test_none_where_there_are_none() -> None:
    assert read_credentials(None, {}) is None


def test_a_username_without_a_password_is_refused() -> None:
    with pytest.raises(ConfigError, match="the password is empty"):
        read_credentials(None, {"VOIPPROBE_USERNAME": "alice"})


def test_a_file_goes_before_the_environment(tmp_path: Path) -> None:
    environment = {"VOIPPROBE_USERNAME": "bob", "VOIPPROBE_PASSWORD": "x"}
    assert read_credentials(secret_file(tmp_path, TOML), environment) == ALICE


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o666])
def test_a_file_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    path = secret_file(tmp_path, TOML, mode)
    with pytest.raises(ConfigError, match=f"is open to others: chmod 600 {path}"):
        read_credentials(path, {})


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_file_of_our_own_is_taken(tmp_path: Path, mode: int) -> None:
    assert read_credentials(secret_file(tmp_path, TOML, mode), {}) == ALICE


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('username = "alice"', "'password' is missing"),
        ('password = "x"', "'username' is missing"),
        ("username: alice", "Expected '='"),
        (b"\xff\xfe", "utf-8"),
    ],
)
def test_bad_files_are_refused_by_name(tmp_path: Path, text: str | bytes, problem: str) -> None:
    path = secret_file(tmp_path, text)
    with pytest.raises(ConfigError, match=f"credentials file {path}: .*{problem}"):
        read_credentials(path, {})


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: No such file"):
        read_credentials(tmp_path / "none.toml", {})


@pytest.mark.parametrize(
    "character", [";", "[", "]", " ", "\t", "\n", "\r", '"', "\\", "\x00", "\x1f", "\u2028"]
)
@pytest.mark.parametrize("where", ["username", "password"])
def test_what_sipp_cannot_carry_is_refused(character: str, where: str) -> None:
    """And the message does not repeat the value."""
    values = {"username": "alice", "password": "s3cret", where: f"s3cret{character}x"}
    with pytest.raises(ConfigError, match=f"the {where} is empty or has") as refusal:
        Credentials(**values)
    assert "s3cret" not in str(refusal.value)


def test_a_value_that_is_too_long_is_refused() -> None:
    Credentials(username="a" * 128, password="x")
    with pytest.raises(ConfigError):
        Credentials(username="a" * 129, password="x")


def test_the_password_never_shows(tmp_path: Path) -> None:
    """Not in a representation, and not in the message on what is wrong with its file."""
    assert "s3cret" not in repr(ALICE)
    assert "s3cret" not in str([ALICE])
    with pytest.raises(ConfigError) as refusal:
        read_credentials(secret_file(tmp_path, 'password = "s3cret!'), {})
    assert "s3cret" not in str(refusal.value)


def test_injection_file_is_for_us_alone(tmp_path: Path) -> None:
    """Whatever the umask is."""
    before = os.umask(0)
    try:
        write_injection(tmp_path / "credentials.csv", ALICE)
    finally:
        os.umask(before)
    path = tmp_path / "credentials.csv"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == ("SEQUENTIAL\n[authentication username=alice password=s3cret!]\n")


def test_injection_file_never_goes_through_someone_elses_link(tmp_path: Path) -> None:
    (tmp_path / "credentials.csv").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        write_injection(tmp_path / "credentials.csv", ALICE)
    assert not (tmp_path / "elsewhere").exists()
