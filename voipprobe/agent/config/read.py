"""A fleet file to its sections, or all of its mistakes at once."""

from pathlib import Path

from voipprobe.agent.config.check import mistakes
from voipprobe.agent.config.sections import FleetFile
from voipprobe.agent.config.words import problems
from voipprobe.settings.read import file_text, parse_sections


def read_fleet(path: Path) -> FleetFile:
    """What a fleet file says.

    Raises:
        ConfigError: it cannot be read, or has mistakes: all of them, one a line, each with
            its line and key.
    """
    return parse_fleet(file_text(path), str(path))


def parse_fleet(text: str, name: str) -> FleetFile:
    """What the text of a fleet file says; `name` is what messages call it. Raises as above."""
    return parse_sections(text, name, FleetFile, mistakes, problems)
