"""One host of a search: its part, its address, its session."""

from dataclasses import dataclass

from voipprobe.bench.remote.messages import Hello, Ready
from voipprobe.bench.remote.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A host that is ready for trials.

    Attributes:
        role: system, generator or callee.
        address: by which the others call it.
    """

    role: str
    name: str
    address: str
    session: Session
    hello: Hello
    ready: Ready

    @property
    def cores(self) -> float:
        """Its CPUs."""
        return float(self.hello.cores)
