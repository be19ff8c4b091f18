"""Fleet files with mistakes, kept as data: every one is told, with its line, its key and words."""

from pathlib import Path

import pytest

from voipprobe.agent.config.read import parse_fleet, read_fleet
from voipprobe.model.errors import ConfigError

FOLDER = Path(__file__).parents[3] / "data" / "fleet"
BAD = sorted(file for file in FOLDER.glob("*.toml") if not file.name.startswith("good-"))
EXPECT = "# expect: "


def expected(file: Path) -> list[str]:
    """What must be said, as the first lines of the file have it."""
    lines = file.read_text().splitlines()
    texts = [line.removeprefix(EXPECT) for line in lines if line.startswith(EXPECT)]
    # a place has no space before its key: "3: agent.name: ..."; else the whole file is meant
    return [f"{file}:{text}" if text[0].isdigit() else f"{file}: {text}" for text in texts]


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_a_mistake_is_told_with_line_key_and_words(file: Path) -> None:
    """Nothing more than what the file expects, and nothing less."""
    with pytest.raises(ConfigError) as raised:
        read_fleet(file)
    assert str(raised.value).splitlines() == expected(file)


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_no_message_speaks_the_language_of_a_library(file: Path) -> None:
    """Words such as pydantic's own would tell a user nothing."""
    with pytest.raises(ConfigError) as raised:
        read_fleet(file)
    text = str(raised.value).replace(str(file), "")
    for foreign in ("Input", "input", "pattern", "tuple", "constrained", "boolean", "array",
                    "instance", "validation", "None"):  # fmt: skip
        assert foreign not in text


def test_every_file_of_the_folder_was_found() -> None:
    """Else the tests above would pass over nothing."""
    assert len(BAD) > 60


@pytest.mark.parametrize("file", sorted(FOLDER.glob("good-*.toml")), ids=lambda file: file.stem)
def test_a_good_file_is_read(file: Path) -> None:
    """The mistakes above are not found where there are none."""
    assert read_fleet(file).peer


def test_a_mistake_in_crlf_text_has_the_line_that_an_editor_shows() -> None:
    """Windows' ends of lines count once, other separators of Unicode do not count at all."""
    text = "# \u2028 one line\r\n[agent]\r\nname = 1\r\n"
    with pytest.raises(ConfigError, match=r"^f:3: agent\.name: "):
        parse_fleet(text, "f")
