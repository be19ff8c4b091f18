"""What was read, and how far it can be trusted."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureInfo:
    """One or several capture files, read as one.

    Attributes:
        dropped_packets: packets that the kernel or the capture tool lost; None if unknown.
        undecoded_packets: packets that no reader of ours understood.
        truncated: the file ends in the middle of a packet or is damaged.
    """

    files: tuple[str, ...]
    packets: int
    bytes: int
    first_packet_at: float | None
    duration_s: float | None
    dropped_packets: int | None
    undecoded_packets: int
    truncated: bool
