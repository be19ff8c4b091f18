"""Settings files of any kind: what cannot be read is told in one line, with its place."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from voipprobe.model.errors import ConfigError
from voipprobe.settings.read import (
    MAX_OCTETS,
    Mistake,
    Section,
    file_text,
    key_text,
    parse_sections,
)


class Inner(Section):
    port: int = 1


class Outer(Section):
    name: str = "n"
    inner: tuple[Inner, ...] = ()


def check(outer: Outer) -> Iterator[Mistake]:
    for index, inner in enumerate(outer.inner):
        if inner.port > 9:
            yield ("inner", index, "port"), f"{inner.port} is too large"


def refusal(text: str) -> str:
    with pytest.raises(ConfigError) as raised:
        parse_sections(text, "f", Outer, check)
    return str(raised.value)


def test_sections_and_defaults() -> None:
    found = parse_sections("[[inner]]\nport = 3\n[[inner]]\n", "f", Outer, check)
    assert found == Outer(name="n", inner=(Inner(port=3), Inner(port=1)))


def test_a_mistake_between_sections_stands_at_its_line() -> None:
    assert refusal("[[inner]]\n[[inner]]\nport = 11\n") == "f:3: inner[2].port: 11 is too large"


def test_types_are_exact() -> None:
    """A text is no number, though pydantic could make it one."""
    assert refusal('[[inner]]\nport = "3"\n') == (
        "f:2: inner[1].port: should be a whole number, not '3'"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no toml at all", "f:1: Expected '=' after a key"),
        ("x = " + "9" * 5000, "f: Exceeds the limit"),
        ("x = " + "[" * 5000 + "]" * 5000, "f: is nested too deeply"),
        ("x = 1979-05-27", "f:1: x: there is no such key"),
    ],
)
def test_odd_toml_is_a_mistake_and_no_traceback(text: str, said: str) -> None:
    assert refusal(text).startswith(said)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for name, octets, said in (
        ("latin", b'name = "\xff"', "is not UTF-8 text"),
        ("large", b"#" * (MAX_OCTETS + 1), "larger than"),
    ):
        (tmp_path / name).write_bytes(octets)
        with pytest.raises(ConfigError, match=said):
            file_text(tmp_path / name)
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        file_text(tmp_path / "none")


def test_keys_are_written_as_people_count() -> None:
    assert key_text(("probe", 0, "target", 1, "uri")) == "probe[1].target[2].uri"
