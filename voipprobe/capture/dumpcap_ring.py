"""The arguments of a recording that never ends: dumpcap into a ring of files.

Signalling is kept whole, of media the headers alone: dumpcap opens the interface twice, because
the length that is kept belongs to an interface.
"""

from dataclasses import dataclass
from typing import Final

RTP_HEADERS_OCTETS: Final = 80
"""Ethernet with a VLAN tag, IPv6, UDP and RTP. Where headers are shorter, the first few
milliseconds of each packet's voice are kept too."""
BUFFER_MIB: Final = 16
"""Kernel buffer of each of the two."""
RING_FILE: Final = "ring.pcapng"
RING_FILES: Final = "ring_*.pcapng"
FIRST_RING_FILE: Final = "ring_00001_"
"""How dumpcap names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RingBounds:
    """How much is kept: what is older, or more, is removed.

    Attributes:
        keep_s: of the newest packets. most_mib: of the disk, all files together.
        files: that it is cut into; the oldest one is removed as a whole.
    """

    keep_s: int = 300
    most_mib: int = 64
    files: int = 16


def ring_filters(address: str, port: int, media: range) -> tuple[str, str]:
    """Capture filters of a responder's signalling and of its media, whoever the other end is.

    Args:
        address: ours.
        port: of our signalling.
        media: our ports for media.
    """
    ports = f"portrange {media.start}-{media.stop - 1}"
    return (
        f"(src host {address} and src port {port}) or (dst host {address} and dst port {port})",
        f"udp and ((src host {address} and src {ports}) or (dst host {address} and dst {ports}))",
    )


def ring_arguments(
    path: str, *, interface: str, filters: tuple[str, str], bounds: RingBounds
) -> list[str]:
    """The argv of a capture into a ring of files in the working directory.

    Args:
        path: of dumpcap.
        interface: to capture on.
        filters: of what is kept whole, and of what is kept without its payload.
        bounds: of the ring.
    """
    file_kib = max(bounds.most_mib * 1024 // bounds.files, 1)
    file_s = max(bounds.keep_s // bounds.files, 1)
    whole, headers = filters
    return [
        path, "-q", "-w", RING_FILE,
        "-b", f"files:{bounds.files}", "-b", f"filesize:{file_kib}", "-b", f"duration:{file_s}",
        "-i", interface, "-f", whole, "-B", str(BUFFER_MIB),
        "-i", interface, "-f", headers, "-B", str(BUFFER_MIB), "-s", str(RTP_HEADERS_OCTETS),
    ]  # fmt: skip
