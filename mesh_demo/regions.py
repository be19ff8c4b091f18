"""The four US Regions and how far apart they are.

Round-trip times between Regions [ms], rounded, as people publish them from CloudPing
(www.cloudping.co, 50th percentile): 13, 61, 68 and 21. For us-east-2's two ways to the west they
are those of an older copy of the same table (55 and 62 ms on average of both directions), less
the 5 ms that it gives from a Region to itself. One way is taken as half of the round trip.
"""

from typing import Final

from mesh_demo.impairment import Impairment

US_REGIONS: Final = ("us-east-1", "us-east-2", "us-west-1", "us-west-2")

ROUND_TRIP_MS: Final = {
    frozenset(("us-east-1", "us-east-2")): 13.0,
    frozenset(("us-east-1", "us-west-1")): 61.0,
    frozenset(("us-east-1", "us-west-2")): 68.0,
    frozenset(("us-east-2", "us-west-1")): 50.0,
    frozenset(("us-east-2", "us-west-2")): 57.0,
    frozenset(("us-west-1", "us-west-2")): 21.0,
}
JITTER_MS: Final = 0.2
"""An assumption, not a figure of anybody: a quiet backbone. Loss and reordering begin at none."""


def usual(source: str, destination: str) -> Impairment:
    """How a path between two Regions is on a good day; no delay at all where none is known."""
    round_trip_ms = ROUND_TRIP_MS.get(frozenset((source, destination)))
    if round_trip_ms is None:
        return Impairment()
    return Impairment(delay_ms=round_trip_ms / 2, jitter_ms=JITTER_MS)
