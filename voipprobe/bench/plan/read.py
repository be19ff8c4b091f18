"""A plan file to a plan."""

from pathlib import Path

from voipprobe.bench.plan.check import mistakes
from voipprobe.bench.plan.sections import Plan
from voipprobe.settings.read import file_text, parse_sections


def read_plan(path: Path) -> Plan:
    """What a plan file says.

    Raises:
        ConfigError: it cannot be read, or has mistakes: all of them, one a line.
    """
    return parse_plan(file_text(path), str(path))


def parse_plan(text: str, name: str) -> Plan:
    """What the text of a plan says; `name` is what messages call it. Raises as above."""
    return parse_sections(text, name, Plan, mistakes)
