"""What instance types can, as DescribeInstanceTypes says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from voipprobe.aws.session import cloud_errors
from voipprobe.model.errors import CloudError, ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceKind:
    """One instance type.

    Attributes:
        architectures: in EC2's words: x86_64, arm64.
        has_ena: its interface counts the packets beyond its allowances.
        baseline_gbps, peak_gbps: of its network; None where EC2 does not say.
        is_burstable: its CPU is what its credits allow. can_cluster: in a placement group.
    """

    name: str
    vcpus: int
    architectures: tuple[str, ...]
    has_ena: bool
    baseline_gbps: float | None
    peak_gbps: float | None
    is_burstable: bool
    can_cluster: bool

    @property
    def bursts(self) -> bool:
        """Whether its network does more for a while than it can for ever."""
        known = self.baseline_gbps is not None and self.peak_gbps is not None
        return known and (self.peak_gbps or 0.0) > (self.baseline_gbps or 0.0)


def describe_kinds(ec2: Any, names: Iterable[str], region: str) -> dict[str, InstanceKind]:
    """Each type by its name.

    Raises:
        ConfigError: there is no such type in the Region.
        CloudError: EC2 does not answer.
    """
    wanted = sorted(set(names))
    try:
        with cloud_errors(f"DescribeInstanceTypes in {region}"):
            answer = ec2.describe_instance_types(InstanceTypes=wanted)["InstanceTypes"]
    except CloudError as error:
        if error.code == "InvalidInstanceType":
            raise ConfigError(f"{region} has no such instance type: {error}") from None
        raise
    found = {one["InstanceType"]: _kind(one) for one in answer}
    if missing := [name for name in wanted if name not in found]:
        raise ConfigError(f"{region} has no instance type {', '.join(missing)}")
    return found


def offered_azs(ec2: Any, names: Iterable[str], region: str) -> tuple[str, ...]:
    """The availability zones that have all of these types, by name."""
    wanted = sorted(set(names))
    filters = [{"Name": "instance-type", "Values": wanted}]
    with cloud_errors(f"DescribeInstanceTypeOfferings in {region}"):
        pages = ec2.get_paginator("describe_instance_type_offerings").paginate(
            LocationType="availability-zone", Filters=filters
        )
        offers = [one for page in pages for one in page["InstanceTypeOfferings"]]
    by_az: dict[str, set[str]] = {}
    for one in offers:
        by_az.setdefault(one["Location"], set()).add(one["InstanceType"])
    return tuple(sorted(az for az, types in by_az.items() if types >= set(wanted)))


def _kind(told: Mapping[str, Any]) -> InstanceKind:
    network = told.get("NetworkInfo", {})
    cards: Sequence[Mapping[str, Any]] = network.get("NetworkCards") or [{}]
    strategies = told.get("PlacementGroupInfo", {}).get("SupportedStrategies", [])
    return InstanceKind(
        name=told["InstanceType"],
        vcpus=told["VCpuInfo"]["DefaultVCpus"],
        architectures=tuple(told["ProcessorInfo"]["SupportedArchitectures"]),
        has_ena=network.get("EnaSupport") in ("supported", "required"),
        baseline_gbps=cards[0].get("BaselineBandwidthInGbps"),
        peak_gbps=cards[0].get("PeakBandwidthInGbps"),
        is_burstable=bool(told.get("BurstablePerformanceSupported")),
        can_cluster="cluster" in strategies,
    )
