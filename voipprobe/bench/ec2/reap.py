"""What a crash left, and whether it is ours to take away."""

import getpass
import platform
import time

from voipprobe.aws.ec2.remains import Thing


def owner_here() -> str:
    """What our tags call the owner, where a plan does not say."""
    return f"{getpass.getuser()}@{platform.node()}"


def is_due(thing: Thing, owner: str) -> bool:
    """Whether it may be removed: it is the owner's, or its time is over."""
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return thing.owner == owner or "" < thing.deadline < now
