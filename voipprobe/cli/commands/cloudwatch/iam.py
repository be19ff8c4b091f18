"""`voipprobe cloudwatch iam`: policies as JSON, to be pasted or piped."""

import json

import click

from voipprobe.aws.iam.metrics import NAMESPACE
from voipprobe.aws.iam.roles import POLICIES
from voipprobe.aws.metrics.validate import namespace_mistakes
from voipprobe.cli.main import GOOD
from voipprobe.model.errors import ConfigError

PARTITIONS = ("aws", "aws-us-gov", "aws-cn")


@click.command("iam", context_settings={"show_default": True})
@click.argument("role", type=click.Choice(list(POLICIES)))
@click.option("--namespace", default=NAMESPACE, help="The only one an agent may write to.")
@click.option("--partition", type=click.Choice(PARTITIONS), default="aws", help="Of the account.")
def command(role: str, namespace: str, partition: str) -> int:
    """Print the policy that a role needs, and no more.

    An agent puts metrics, a deployer applies alarms and dashboards, a provisioner makes and removes
    a fleet's instances, a benchmark starts and ends machines, a reader looks at the mesh.
    """
    mistakes = namespace_mistakes(namespace)
    if mistakes:
        raise ConfigError(f"--namespace {namespace!r}: {'; '.join(mistakes)}")
    click.echo(json.dumps(POLICIES[role](namespace, partition), indent=2))
    return GOOD
