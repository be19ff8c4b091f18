"""Patience with EC2: what was made a moment ago is not known everywhere at once."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

from voipprobe.model.errors import CloudError

NOT_YET: Final = frozenset({
    "InvalidGroup.NotFound", "InvalidGroupId.NotFound", "InvalidSecurityGroupID.NotFound",
    "InvalidKeyPair.NotFound", "InvalidPlacementGroup.Unknown",
})  # fmt: skip
"""Codes that say so of things that we have just made."""
WITHIN_S: Final = 30.0
PAUSE_S: Final = 1.0

Found = TypeVar("Found")


def once_known(work: Callable[[], Found], within_s: float = WITHIN_S) -> Found:
    """What the work gives, once EC2 knows all that it names.

    Raises:
        CloudError: another refusal, or it is still not known after that time.
    """
    deadline = time.monotonic() + within_s
    while True:
        try:
            return work()
        except CloudError as error:
            if error.code not in NOT_YET or time.monotonic() > deadline:
                raise
        time.sleep(PAUSE_S)
