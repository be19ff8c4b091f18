"""A line of the table that `make bench` writes."""

from typing import NamedTuple


class Row(NamedTuple):
    """One line of the table; `met` is None where there is no goal."""

    what: str
    found: str
    goal: str
    met: bool | None
