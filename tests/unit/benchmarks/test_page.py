"""docs/performance.md is written section by section."""

from benchmarks.page import put, section
from benchmarks.rows import Row

ROWS = [Row("this", "2 s", "3 s", True), Row("that", "5 s", "3 s", False), Row("x", "1", "", None)]


def test_a_section_tells_what_was_met_and_what_was_missed() -> None:
    text = section("Speed", ROWS, "\nNotes.\n")
    assert text.startswith("## Speed\n\nWritten by `make bench` (2")
    assert "| this | 2 s | 3 s | met |\n| that | 5 s | 3 s | **missed** |\n| x | 1 |  |  |" in text
    assert text.endswith("|\n\nNotes.\n")


def test_a_new_page_has_a_title() -> None:
    assert put("", "## A\n\nnew\n") == "# How fast voipprobe is\n\n## A\n\nnew\n"


def test_the_section_of_the_same_heading_is_replaced_and_no_other() -> None:
    """Also one whose heading begins with the same words; what is written by hand stays."""
    page = "# T\n\n## A\n\nold\n\n## A more\n\nkept\n"
    assert put(page, "## A\n\nnew\n") == "# T\n\n## A\n\nnew\n\n## A more\n\nkept\n"


def test_another_section_goes_to_the_end() -> None:
    assert put("# T\n\n## A\n\na\n", "## B\n\nb\n") == "# T\n\n## A\n\na\n\n## B\n\nb\n"
