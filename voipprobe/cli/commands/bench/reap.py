"""`voipprobe bench reap`."""

from collections.abc import Iterable

import click

from voipprobe.aws.ec2.remains import Thing, find
from voipprobe.aws.regions import require_region
from voipprobe.aws.session import client
from voipprobe.bench.ec2.reap import is_due, owner_here
from voipprobe.bench.ec2.teardown import take_away, undisturbed
from voipprobe.cli.main import BROKEN, GOOD, VOID
from voipprobe.model.errors import CloudError

US_REGIONS = ("us-east-1", "us-east-2", "us-west-1", "us-west-2")


@click.command("reap")
@click.option(
    "--region", "regions", multiple=True, metavar="REGION",
    help="Where to look; may be given again.  [default: all US Regions]",
)  # fmt: skip
@click.option("--run", metavar="ID", help="Of this run alone, whoever's it is.")
@click.option("--owner", help="Whose, as the tags have it.  [default: this user on this host]")
@click.option("--everyone", is_flag=True, help="Of all owners, runs that go on included.")
@click.option("--yes", is_flag=True, help="Remove it; otherwise it is only shown.")
def command(
    regions: tuple[str, ...], run: str | None, owner: str | None, everyone: bool, yes: bool
) -> int:
    """Find by tag what benchmarks have left on EC2, and remove it.

    Yours, and what is past its deadline, whoever's it is. A run of yours that goes on at this
    moment is found, too. Exit code 1: something was found and not removed; 3: a Region did not
    answer.
    """
    for region in regions:
        require_region(region, "ec2")
    code = GOOD
    for region in regions or US_REGIONS:
        try:
            found = find(client("ec2", region=region), run)
            mine = {one.run for one in found
                    if everyone or run or is_due(one, owner or owner_here())}  # fmt: skip
            code = max(code, _treat(region, found, mine, yes=yes))
        except CloudError as error:
            click.echo(f"{region}: {error}", err=True)
            code = VOID
    return code


def _treat(region: str, found: Iterable[Thing], mine: set[str], *, yes: bool) -> int:
    """Show what is there, and remove what is to be removed."""
    shown = list(found)
    for one in shown:
        what = "left alone" if one.run not in mine else "removing" if yes else "would remove"
        click.echo(f"{region}: {what}: {one.text}, until {one.deadline or '?'}")
    if not shown:
        click.echo(f"{region}: nothing of a benchmark is there")
    if not mine:
        return GOOD
    if not yes:
        click.echo(f"{region}: say --yes to remove it")
        return BROKEN
    with undisturbed():
        gone = [one for run in sorted(mine) for one in take_away(client("ec2", region=region), run)]
    click.echo(f"{region}: removed {len(gone)}, verified: nothing of it is left")
    return GOOD
