"""A directed path between two ends, and what a scenario is asked of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Path:
    """Calls of one scenario from one end to another.

    Attributes:
        source: the agent that calls. destination: the peer or target that is called.
        scenario: what its calls do; "iperf" for a measurement of the network itself.
    """

    source: str
    destination: str
    scenario: str
