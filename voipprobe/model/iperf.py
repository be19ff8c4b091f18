"""What iperf3 measured of the network itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class IperfUdp:
    """One direction of a UDP run at a voice packet rate, as the receiver counted it.

    Attributes:
        direction: "sent" (from us to the target) or "received".
        jitter_ms: iperf3's last smoothed value, not a mean.
    """

    direction: str
    streams: int
    duration_s: float
    throughput_bps: float
    packets: int
    lost: int
    loss_ratio: float | None
    out_of_order: int | None
    jitter_ms: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IperfTcp:
    """One direction of a TCP run."""

    direction: str
    duration_s: float
    throughput_bps: float
    retransmits: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IperfResult:
    """Every direction that was run. `errors` holds what iperf3 said where one failed."""

    server: str
    udp: tuple[IperfUdp, ...] = ()
    tcp: tuple[IperfTcp, ...] = ()
    errors: tuple[str, ...] = ()
