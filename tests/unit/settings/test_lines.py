"""Where keys stand: judged by marks in the text, and by the standard library's own reader."""

import ast
import tomllib
from typing import Any

import pytest

from voipprobe.settings.lines import KeyPath, key_lines, line_of

TEXT = """
top = 1                       #@ ("top",)
'single quoted' = 2           #@ ("single quoted",)
[agent]                       #@ ("agent",)
name = "x # = no comment"     #@ ("agent", "name")
"quoted.key" = 1              #@ ("agent", "quoted.key")
[ publish . "cloud watch" ]   #@ ("publish", "cloud watch")
 indented = true              #@ ("publish", "cloud watch", "indented")
[[probe]]                     #@ ("probe", 0)
name = "one"                  #@ ("probe", 0, "name")
critical = [                  #@ ("probe", 0, "critical")
  "mos.p5>=4.0",
  # a_comment = 3
]
[[probe.target]]              #@ ("probe", 0, "target", 0)
uri = "a"                     #@ ("probe", 0, "target", 0, "uri")
[[probe.target]]              #@ ("probe", 0, "target", 1)
uri = "b"                     #@ ("probe", 0, "target", 1, "uri")
[[probe]]                     #@ ("probe", 1)
[probe.parameters]            #@ ("probe", 1, "parameters")
x = "1"                       #@ ("probe", 1, "parameters", "x")
[[probe.target]]              #@ ("probe", 1, "target", 0)
uri.host = "c"                #@ ("probe", 1, "target", 0, "uri", "host")
inline = { deep = [1, 2] }    #@ ("probe", 1, "target", 0, "inline")
"""


def marked() -> dict[KeyPath, int]:
    """The paths that TEXT says of itself, with their lines."""
    lines = enumerate(TEXT.split("\n"), 1)
    return {
        ast.literal_eval(line.partition("#@")[2].strip()): number
        for number, line in lines
        if "#@" in line
    }


def test_tables_and_keys_are_found_where_they_are_written() -> None:
    """Quotes, comments, dots, blanks, and arrays of tables inside arrays of tables."""
    found = key_lines(TEXT)
    assert {path: found.get(path) for path in marked()} == marked()


def test_nothing_is_found_that_the_file_does_not_hold() -> None:
    """Every path leads to something in the document that the library reads."""
    for path in key_lines(TEXT):
        place: Any = tomllib.loads(TEXT)
        for part in path:
            place = place[part]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("probe", 1, "target", 0, "inline", "deep", 1), 24),  # an inline table: where it begins
        (("probe", 0, "critical", 0), 11),
        (("probe", 0, "calls"), 9),  # a key that is not there: its table
        (("probe", 0, "target", 1, "name"), 17),
        (("probe", 7), None),
        ((), None),
    ],
)
def test_the_nearest_line_is_told(path: KeyPath, line: int | None) -> None:
    assert line_of(path, key_lines(TEXT)) == line


def test_the_first_of_two_lines_counts() -> None:
    """A dotted key is the beginning of its table."""
    assert key_lines("a.b = 1\na.c = 2\n")["a",] == 1
