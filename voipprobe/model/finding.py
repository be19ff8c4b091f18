"""A finding: something that an engineer would point at, with its evidence."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong or odd.

    Attributes:
        code: stable name, e.g. "one-way-audio".
        text: one sentence with the figures.
        packets: capture packet numbers (from 1) that show it; empty if it is an absence.
    """

    code: str
    text: str
    packets: tuple[int, ...] = ()
