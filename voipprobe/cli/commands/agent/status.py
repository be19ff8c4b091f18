"""`voipprobe agent status`."""

import dataclasses
import json
import os
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from voipprobe.agent.config.effective import planned
from voipprobe.agent.service.settings import Settings, read_settings
from voipprobe.agent.store.history import History
from voipprobe.cli.commands.agent import options
from voipprobe.cli.commands.agent.check import who_is
from voipprobe.cli.main import GOOD, VOID
from voipprobe.cli.render.agent import status_parts
from voipprobe.cli.render.console import make_console, show
from voipprobe.cli.render.times import ago

FRESH_S = 150.0
"""An agent notes how it stands every minute."""


@click.command("status")
@options.config
@options.name
@options.state
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table")
def command(file: Path, name: str | None, state: Path | None, style: str) -> int:
    """Say what ran, what is next, what waits to be published, and how each path last did.

    Reads the store of the state folder while the agent writes. Exit code 3: no agent runs.
    """
    settings, now = read_settings(file, name, state), time.time()
    with closing(History(settings.state)) as history:
        newest, spooled = history.newest(), history.spooled()
        status: dict[str, Any] = json.loads(history.facts().get("status", "{}"))
    works = planned(settings.identity.name, settings.works, now)
    runs = _runs(status, now)
    if style == "json":
        document = {
            "schema": "voipprobe.agent-status/1",
            "agent": settings.identity.name,
            "runs": runs,
            "status": status,
            "works": [dataclasses.asdict(one) for one in works],
            "newest": [dataclasses.asdict(one) for one in newest],
            "spooled": [dataclasses.asdict(one) for one in spooled],
        }
        click.echo(json.dumps(document, indent=2))
    else:
        who = [*_state(settings, status, runs=runs, now=now)]
        publishers = status.get("publishers", {})
        show(make_console(), status_parts(who, newest, works, spooled, publishers, now))
    return GOOD if runs else VOID


def _runs(status: dict[str, Any], now: float) -> bool:
    if now - status.get("at", 0.0) > FRESH_S:
        return False
    try:
        os.kill(int(status.get("pid", 0)), 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it is there, and not ours
        return True
    return True


def _state(
    settings: Settings, status: dict[str, Any], *, runs: bool, now: float
) -> list[tuple[str, str]]:
    rows = who_is(settings)
    seen = ago(status.get("at"), now)
    rows.append(("running", f"yes, pid {status.get('pid')}" if runs else f"no; last seen {seen}"))
    if status.get("config_refused"):
        rows.append(("configuration", f"the new file was refused: {status['config_refused']}"))
    turns = status.get("turns", {}).values()
    late, skipped = (sum(turn[key] for turn in turns) for key in ("late", "skipped"))
    rows.append(("rounds", f"{late} began late, {skipped} were passed over"))
    return rows
