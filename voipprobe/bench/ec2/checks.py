"""Whether the instance types of a plan can do what they are there for. Pure."""

from collections.abc import Mapping

from voipprobe.aws.ec2.kinds import InstanceKind
from voipprobe.bench.plan.sections import Plan
from voipprobe.model.errors import ConfigError

BURST_MINUTES = 60
""" "Up to" bandwidth lasts 5 to 60 minutes, as AWS says."""


def require_fit(plan: Plan, kinds: Mapping[str, InstanceKind]) -> None:
    """Refuse types that would measure something else.

    Raises:
        ConfigError: all reasons, one a line.
    """
    told = [text for kind in kinds.values() for text in _reasons(plan, kind)]
    if told:
        raise ConfigError("\n".join(told))


def notes(kinds: Mapping[str, InstanceKind]) -> tuple[str, ...]:
    """What to mind about types that will do."""
    found = []
    for kind in kinds.values():
        if kind.bursts:
            found.append(
                f"{kind.name}: {kind.baseline_gbps:g} Gbit/s for ever, {kind.peak_gbps:g} for up "
                f"to {BURST_MINUTES} minutes: shorter trials measure the latter"
            )
        if not kind.can_cluster:
            found.append(f"{kind.name}: cannot be in a placement group: all are made without one")
    return tuple(found)


def architecture(kind: InstanceKind) -> str:
    """The architecture whose image it runs: 64 bits, x86 first.

    Raises:
        ConfigError: it has none that there are images for.
    """
    for name in ("x86_64", "arm64"):
        if name in kind.architectures:
            return name
    raise ConfigError(
        f"{kind.name}: its architecture ({', '.join(kind.architectures)}) is not ours"
    )


def _reasons(plan: Plan, kind: InstanceKind) -> list[str]:
    told = []
    if kind.is_burstable and not plan.ec2.allow_burstable:
        told.append(f"{kind.name}: carries what its CPU credits allow: ec2.allow_burstable = true")
    if not kind.has_ena:
        told.append(f"{kind.name}: has no ENA, so that nobody could see its network's limits")
    return told
