"""What the relay did to each directed path: the truth that measurements are put beside.

Knows figures only; the same types on both sides of the control channel. JSON by `asdict`.
"""

from dataclasses import dataclass

from mesh_demo.impairment import Impairment


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Packets of one kind on one path. Each that was received is one of the others, or waits.

    Attributes:
        received: packets that the source has sent into the path.
        forwarded: packets handed to the destination; `octets` is theirs, with IP headers.
        lost: dropped on purpose, by the path's impairment.
        reordered: forwarded after a later packet of their flow.
        overruns: dropped because too many were waiting: never on purpose.
        refused: not taken by the destination's interface (it was down).
    """

    received: int = 0
    forwarded: int = 0
    octets: int = 0
    lost: int = 0
    reordered: int = 0
    overruns: int = 0
    refused: int = 0

    @property
    def loss_ratio(self) -> float | None:
        """Lost / received (0..1); None when nothing came."""
        return self.lost / self.received if self.received else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Times in ms, all None when there were no packets; the percentiles to one part in 100."""

    p50: float | None
    p95: float | None
    max: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PathTruth:
    """One directed path since the start.

    Attributes:
        source, destination: names of Regions.
        impairment: as it is now.
        waiting: packets in the relay that are not due yet.
        rtp, rtcp, sip, other: the packets by kind; SIP over TCP is in `other`.
        delay_ms: from the relay's reading of a packet to its handing over.
        lateness_ms: of that, what the relay gave beyond what was decided.
    """

    source: str
    destination: str
    impairment: Impairment
    waiting: int
    rtp: Counts
    rtcp: Counts
    sip: Counts
    other: Counts
    delay_ms: Spread
    lateness_ms: Spread

    @property
    def packets(self) -> Counts:
        """All kinds together."""
        kinds = (self.rtp, self.rtcp, self.sip, self.other)
        return Counts(
            **{name: sum(getattr(kind, name) for kind in kinds) for name in Counts.__slots__}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionTruth:
    """What happened at a Region's own end, before a path was known.

    Attributes:
        region: its name.
        overruns: packets that the kernel dropped because the relay had not read for too long;
            None when it could not be asked.
        strays: packets to an address that no Region has.
    """

    region: str
    overruns: int | None
    strays: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """All of it at one moment.

    Attributes:
        schema: which kind of document this is.
        seed: what every decision came from.
        elapsed_s: since the relay started; `cpu_s`: processor time it has used.
        longest_turn_ms: the longest that the relay was away from its wait (or was paused
            by the machine); arrivals of that time were read, and dated, late by up to this.
        waiting_max: most packets that ever waited at once.
        regions, paths: by Region, and by directed path.
    """

    schema: str
    seed: int
    elapsed_s: float
    cpu_s: float
    longest_turn_ms: float
    waiting_max: int
    regions: tuple[RegionTruth, ...]
    paths: tuple[PathTruth, ...]

    def path(self, source: str, destination: str) -> PathTruth:
        """One directed path.

        Raises:
            KeyError: there is none between these two.
        """
        for path in self.paths:
            if (path.source, path.destination) == (source, destination):
                return path
        raise KeyError((source, destination))

    @property
    def overruns(self) -> int | None:
        """Packets that were dropped but not on purpose; None when it is not known."""
        at_ends = [region.overruns for region in self.regions]
        known = [count for count in at_ends if count is not None]
        if len(known) < len(at_ends):
            return None
        return sum(known) + sum(path.packets.overruns for path in self.paths)
