"""Which Regions there are. Knows botocore's list; asks nobody."""

from difflib import get_close_matches
from functools import cache

import boto3

from voipprobe.model.errors import ConfigError


@cache
def known_regions(service: str) -> tuple[str, ...]:
    """Every Region of every partition that has a service, as botocore knows them."""
    session = boto3.session.Session(region_name="us-east-1")
    partitions = session.get_available_partitions()
    return tuple(
        region
        for partition in partitions
        for region in session.get_available_regions(service, partition_name=partition)
    )


def require_region(region: str, service: str) -> None:
    """Refuse a Region that is not known: a misspelt one is a host name that nobody resolves.

    Raises:
        ConfigError: the nearest is suggested.
    """
    known = known_regions(service)
    if region in known:
        return
    near = get_close_matches(region, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else "see `aws ec2 describe-regions`"
    raise ConfigError(f"Region {region!r} is not known: {hint} (a new one: update boto3)")
