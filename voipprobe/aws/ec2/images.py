"""The operating system of the machines: Debian's own image, or the user's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from voipprobe.aws.session import cloud_errors
from voipprobe.model.errors import ConfigError

DEBIAN: Final = "136693071363"
"""Debian's account. Source: https://wiki.debian.org/Cloud/AmazonEC2Image"""
RELEASE: Final = "debian-12"
_IN_NAMES: Final = {"x86_64": "amd64", "arm64": "arm64"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An AMI. `root_device`: the name of the disk that it is on."""

    id: str
    name: str
    root_device: str


def image_for(ec2: Any, architecture: str, own: Mapping[str, str], region: str) -> Image:
    """The user's image of an architecture, or Debian's newest.

    Raises:
        ConfigError: there is none.
        CloudError: EC2 does not answer.
    """
    where = f"DescribeImages in {region}"
    with cloud_errors(where):
        if architecture in own:
            answer = ec2.describe_images(ImageIds=[own[architecture]])
        else:
            answer = ec2.describe_images(Owners=[DEBIAN], Filters=_filters(architecture))
    images = sorted(answer["Images"], key=lambda one: str(one.get("CreationDate", "")))
    if not images:
        raise ConfigError(f"{where}: no image of {RELEASE} for {architecture}: say ec2.images")
    newest = images[-1]
    if newest.get("Architecture", architecture) != architecture:
        raise ConfigError(f"ec2.images: {newest['ImageId']} is not for {architecture}")
    return Image(
        id=newest["ImageId"],
        name=newest.get("Name", newest["ImageId"]),
        root_device=newest.get("RootDeviceName") or "/dev/xvda",
    )


def _filters(architecture: str) -> list[dict[str, Any]]:
    wanted = {
        "name": f"{RELEASE}-{_IN_NAMES.get(architecture, architecture)}-*",
        "architecture": architecture,
        "state": "available",
        "virtualization-type": "hvm",
    }
    return [{"Name": name, "Values": [value]} for name, value in wanted.items()]
