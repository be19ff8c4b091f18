"""`voipprobe agent check`."""

import json
import time
from dataclasses import asdict
from pathlib import Path

import click

from voipprobe.agent.config.effective import Planned, planned
from voipprobe.agent.service.settings import Settings, read_settings
from voipprobe.cli.commands.agent import options
from voipprobe.cli.render.agent import check_parts
from voipprobe.cli.render.console import make_console, show


@click.command("check")
@options.config
@options.name
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table")
def command(file: Path, name: str | None, style: str) -> None:
    """Check a fleet file: all mistakes at once, the effective configuration, what runs when.

    Nothing is sent and nothing is written.
    """
    settings, now = read_settings(file, name), time.time()
    works = planned(settings.identity.name, settings.works, now)
    if style == "json":
        click.echo(json.dumps(_document(settings, works), indent=2))
    else:
        show(make_console(), check_parts(who_is(settings), works, now))


def _document(settings: Settings, works: tuple[Planned, ...]) -> dict[str, object]:
    return {
        "schema": "voipprobe.agent-check/1",
        "agent": settings.identity.name,
        "configuration": settings.fleet.model_dump(mode="json"),
        "works": [asdict(work) for work in works],
    }


def who_is(settings: Settings) -> list[tuple[str, str]]:
    """Who the agent is and where it keeps things, for a person."""
    fleet, identity = settings.fleet, settings.identity
    rows = [("agent", f"{identity.name} (known by {identity.how})")]
    if identity.region:
        rows.append(("Region", identity.region))
    rows.append(("state", str(settings.state)))
    if fleet.responder.enabled and identity.peer is not None:
        ports = f"SIP {fleet.responder.port}, RTP {fleet.responder.media_port}"
        rows.append(("responder", f"{identity.peer.bind or identity.peer.address}: {ports}"))
    rows.append(("publishes to", ", ".join(_publishers(settings)) or "nobody: history only"))
    return rows


def _publishers(settings: Settings) -> list[str]:
    publish = settings.fleet.publish
    found = []
    if publish.cloudwatch is not None:
        region = publish.cloudwatch.region or settings.identity.region or "as the environment says"
        found.append(f"CloudWatch {publish.cloudwatch.namespace} ({region})")
    if publish.prometheus is not None:
        found.append(f"Prometheus at {settings.fleet.agent.listen}/metrics")
    if publish.jsonlines is not None:
        found.append(f"JSON lines in {publish.jsonlines.file}")
    return found
