"""The roles by name."""

from collections.abc import Callable, Mapping
from typing import Final

from voipprobe.aws.iam.language import Policy
from voipprobe.aws.iam.machines import benchmark_policy, provisioner_policy
from voipprobe.aws.iam.metrics import agent_policy, deployer_policy, reader_policy

POLICIES: Final[Mapping[str, Callable[[str, str], Policy]]] = {
    "agent": agent_policy,
    "deployer": deployer_policy,
    "provisioner": provisioner_policy,
    "benchmark": benchmark_policy,
    "reader": reader_policy,
}
"""Each role with what makes its policy from a namespace and a partition."""
