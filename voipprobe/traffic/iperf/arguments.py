"""Options to an argv for iperf3. No process, no file, no clock."""

from dataclasses import dataclass

DEFAULT_PORT = 5201
VOICE_BYTES = 172
"""RTP header and 20 ms of G.711: what one voice packet carries in UDP."""
VOICE_BPS = VOICE_BYTES * 8 * 50


@dataclass(frozen=True, slots=True, kw_only=True)
class IperfOptions:
    """One iperf3 client run in one direction.

    Attributes:
        direction: "sent" (we send) or "received" (the server sends, `-R`).
        streams: parallel UDP flows at a voice packet rate each.
        tcp_limit_bps: TCP sends no more than this; None for what the network carries.
    """

    server: str
    port: int
    direction: str
    protocol: str
    duration_s: int
    streams: int = 1
    tcp_limit_bps: float | None = None
    local_address: str | None = None


def client_arguments(path: str, options: IperfOptions) -> list[str]:
    """The argv of one client run, with JSON output."""
    return [
        path,
        *("-c", options.server, "-p", str(options.port)),
        *("-J", "-t", str(options.duration_s), "--connect-timeout", "3000"),
        *(["-B", options.local_address] if options.local_address else []),
        *(["-R"] if options.direction == "received" else []),
        *(_udp(options) if options.protocol == "udp" else _tcp(options)),
    ]


def _udp(options: IperfOptions) -> list[str]:
    return [
        *("-u", "-l", str(VOICE_BYTES), "-b", str(VOICE_BPS)),
        *("-P", str(options.streams)),
    ]


def _tcp(options: IperfOptions) -> list[str]:
    return ["-b", f"{options.tcp_limit_bps:.0f}"] if options.tcp_limit_bps else []


def server_arguments(path: str, *, address: str, port: int) -> list[str]:
    """The argv of a server that serves one test after another."""
    return [path, "-s", "-B", address, "-p", str(port)]
