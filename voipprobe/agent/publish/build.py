"""The publishers that a fleet file asks for."""

from collections.abc import Iterator

from voipprobe.agent.config.identity import Identity
from voipprobe.agent.config.sections import FleetFile
from voipprobe.agent.publish.contract import Publisher
from voipprobe.agent.publish.jsonlines import JsonLines


def make_publishers(fleet: FleetFile, identity: Identity) -> Iterator[Publisher]:
    """Each of them, ready; Prometheus is none: it comes and asks.

    Raises:
        ConfigError: CloudWatch without a Region.
    """
    if fleet.publish.cloudwatch is not None:
        from voipprobe.agent.publish.cloudwatch import CloudWatch  # noqa: PLC0415 - loads boto3

        section = fleet.publish.cloudwatch
        yield CloudWatch(section, region=section.region or identity.region)
    if fleet.publish.jsonlines is not None:
        yield JsonLines(fleet.publish.jsonlines.file)
