"""Manifests: the shipped ones are read elsewhere; here their broken twins."""

import re
from pathlib import Path

import pytest

from voipprobe.model.errors import ConfigError
from voipprobe.traffic.manifest import read_manifest
from voipprobe.traffic.scenarios import scenario_folder

SHIPPED = (scenario_folder() / "call-cancel.toml").read_text()


def twin(folder: Path, old: str, new: str) -> Path:
    """A shipped manifest with one change."""
    assert old in SHIPPED
    path = folder / "mine.toml"
    path.write_text(SHIPPED.replace(old, new, 1))
    return path


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("media = false", "media = false\nmedai = 1", "medai: Extra inputs"),
        ('unit = "ms"', 'unti = "ms"', "parameters.ring_ms.unti: Extra inputs"),
        ("media = false\n", "", "media: Field required"),
        ('"INVITE"', '"MESSAGE"', "method: Input should be 'INVITE', 'REGISTER' or 'OPTIONS'"),
        ('"cancelled"', '"good"', "outcome: Input should be"),
        ("media = false", "media = false\nmedia_share = 0", "media_share: Input should be greater"),
        ("media = false", "media = false\nmedia_share = 1.01", "media_share: Input should be less"),
        ("minimum = 0\n", "", "parameters.ring_ms: Value error, a parameter needs a pattern"),
        ("minimum = 0\n", 'pattern = "["\n', "parameters.ring_ms: Value error, pattern '['"),
        ("media = false", "media =", "Invalid value"),
    ],
)
def test_broken_manifest_is_refused(tmp_path: Path, old: str, new: str, problem: str) -> None:
    """With the file, the key and what is wrong with it, in one line."""
    path = twin(tmp_path, old, new)
    with pytest.raises(ConfigError, match=re.escape(problem)) as refusal:
        read_manifest(path)
    assert str(path) in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_all_mistakes_are_reported_at_once(tmp_path: Path) -> None:
    path = twin(tmp_path, 'method = "INVITE"', 'method = "x"\nnonsense = 1')
    with pytest.raises(ConfigError, match=r"method: .*; nonsense: "):
        read_manifest(path)


def test_manifest_that_is_not_text(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match=r"mine\.toml: .*utf-8"):
        read_manifest(path)


def test_manifest_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: No such file"):
        read_manifest(tmp_path / "none.toml")
