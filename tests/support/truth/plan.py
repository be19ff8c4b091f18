"""What one sender sends, and everything that happens to it on the way: one frozen record."""

from dataclasses import dataclass
from typing import Final, Literal

RESTART_AWAY_PACKETS: Final = 100
"""Packets' worth of time for which a sender is away before it starts anew: longer than any
packet is delayed, so that nothing of the old numbering comes behind the new one."""
MAX_DELAY_PACKETS: Final = 40
"""No packet is delayed longer than this many packetisations: RFC 3550's MAX_MISORDER is 100."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A voice codec on the wire; `octets` is the payload of one packet."""

    name: str
    payload_type: int
    clock_hz: int = 8000
    packet_ms: int = 20
    octets: int = 160

    @property
    def step(self) -> int:
        """Timestamp units in one packet."""
        return self.clock_hz * self.packet_ms // 1000


PCMU: Final = Format(name="PCMU", payload_type=0)
PCMA: Final = Format(name="PCMA", payload_type=8)
G729: Final = Format(name="G729", payload_type=18, octets=20)
G722: Final = Format(name="G722", payload_type=9)
OPUS: Final = Format(name="opus", payload_type=111, clock_hz=48000, octets=60)
PCMU_10MS: Final = Format(name="PCMU", payload_type=0, packet_ms=10, octets=80)
PCMA_30MS: Final = Format(name="PCMA", payload_type=8, packet_ms=30, octets=240)


@dataclass(frozen=True, slots=True, kw_only=True)
class GilbertElliott:
    """Loss in bursts: in the bad state every packet is lost.

    Attributes:
        enter, leave: chance of the bad state to begin, and to end, at each packet.
    """

    enter: float = 0.02
    leave: float = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Jitter:
    """Delay of each packet above the shortest, independent of all others.

    Attributes:
        shape: of its distribution. scale_ms: width, mean, shortest above 0 or deviation of it.
        calm: share of the packets that are not delayed at all.
    """

    shape: Literal["uniform", "exponential", "pareto", "normal"] = "uniform"
    scale_ms: float = 10.0
    calm: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spikes:
    """Now and then a queue: a packet that is late, and those behind it, each a little less."""

    chance: float = 0.01
    height_ms: float = 150.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Silence suppression: nothing is sent from a tick on, for a number of ticks."""

    tick: int
    ticks: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamPlan:
    """One stream. Without a word it is 400 packets of G.711 over a perfect network.

    Attributes:
        ticks: packetisations that the sender lives through, pauses included.
        formats: of its voice, changed in turn every `format_ticks`; all of one clock and
            packetisation, as RFC 3550 wants it.
        drift_ppm: how much too fast the sender's clock runs.
        digits: ticks at which a telephone-event of eight packets and two repeated ends begins.
        pauses: silences; `noise` sends a comfort noise packet at the start of each.
        restarts: ticks at which the sender begins anew, with the same SSRC.
        loss, duplicates, swaps: share of the packets that are dropped, doubled, and overtaken.
    """

    seed: int = 1
    ticks: int = 400
    formats: tuple[Format, ...] = (PCMU,)
    format_ticks: int = 100
    first_sequence: int = 1000
    first_timestamp: int = 5000
    ssrc: int = 0x1234ABCD
    drift_ppm: float = 0.0
    digits: tuple[int, ...] = ()
    pauses: tuple[Pause, ...] = ()
    noise: bool = True
    restarts: tuple[int, ...] = ()
    loss: float = 0.0
    burst_loss: GilbertElliott | None = None
    duplicates: float = 0.0
    swaps: float = 0.0
    jitter: Jitter | None = None
    spikes: Spikes | None = None

    @property
    def voice(self) -> Format:
        """The first format, whose clock and packetisation all share."""
        return self.formats[0]
