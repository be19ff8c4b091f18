"""Waiting until a system has got over a trial.

What failed calls leave behind (retransmissions, transactions, sessions without an end) is work that
the next trial would pay for.
"""

import time
from typing import Final

from voipprobe.bench.evidence.collect import take_snapshot
from voipprobe.bench.evidence.delta import difference
from voipprobe.bench.local.place import Place

LOOK_S: Final = 0.5
RESTING_RATIO: Final = 0.1
"""Of its CPU budget; a system without calls uses next to nothing."""
MOST_S: Final = 40.0
"""Longer than SIP transactions live (Timer J, 32 s)."""


def await_rest(place: Place, most_s: float = MOST_S) -> float:
    """Wait until the processes of a role rest, or for so long; how long it took, in seconds."""
    begin = time.monotonic()
    before = take_snapshot(place.watch)
    while True:
        time.sleep(LOOK_S)
        after = take_snapshot(place.watch)
        used = difference(before, after).process_cores
        took_s = time.monotonic() - begin
        if used is None or used <= RESTING_RATIO * place.cores or took_s >= most_s:
            return took_s
        before = after
