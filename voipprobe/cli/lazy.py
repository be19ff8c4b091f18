"""Groups of commands whose modules are imported only to run them.

Knows click and the import system. Must not know any command.
"""

import importlib
from collections.abc import Collection, Mapping
from typing import Any

import click


class LazyGroup(click.Group):
    """Commands by name with their line of help; each lives in a module of its own as `command`.

    Args:
        package: where the modules are.
        lines: every command with the line that `--help` shows without loading it.
        unlisted: commands that are not for people.
    """

    def __init__(
        self, *args: Any, package: str, lines: Mapping[str, str],
        unlisted: Collection[str] = (), **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self._unlisted = unlisted
        self._package = package
        self._lines = lines

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All command names."""
        return sorted(self._lines)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name, from its own module."""
        if cmd_name not in self._lines and cmd_name not in self._unlisted:
            return None
        command: click.Command = importlib.import_module(f"{self._package}.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list of commands, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(self._lines.items()))
