"""Which SIPp is installed and what it was built with."""

import re
from dataclasses import dataclass

from voipprobe.model.errors import ToolError
from voipprobe.process.tools import find_tool, tool_output

OLDEST = (3, 6, 0)
BANNER = re.compile(r"SIPp v(?P<version>[0-9]+(?:\.[0-9]+)+)(?P<features>(?:-[A-Za-z0-9_]+)*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class SippVersion:
    """A SIPp binary. `features` are the suffixes of its banner, e.g. PCAP, TLS, RTPSTREAM."""

    path: str
    number: tuple[int, ...]
    features: frozenset[str]

    @property
    def text(self) -> str:
        """As in "3.6.1 (PCAP, SCTP)"."""
        number = ".".join(map(str, self.number))
        return f"{number} ({', '.join(sorted(self.features))})" if self.features else number

    @property
    def has_media_port_option(self) -> bool:
        """Whether `-mp` sets the media port: 3.7.0 to 3.7.2 lack it."""
        return not (3, 7, 0) <= self.number <= (3, 7, 2)

    @property
    def has_rtp_port_range(self) -> bool:
        """Whether -min_rtp_port and -max_rtp_port exist: 3.6 refuses to start with them."""
        return self.number >= (3, 7, 0)

    @property
    def first_ssrc(self) -> int | None:
        """The SSRC of the first call's rtp_stream; each later call has the next one.

        Seen on the wire with 3.6.1 (also calls without media take one); None where it is not
        known to hold.
        """
        return 0xCA110000 if (3, 6, 0) <= self.number < (3, 7, 0) else None


def parse_banner(text: str, path: str) -> SippVersion | None:
    """The version that `sipp -v` printed; None if this is not SIPp's banner."""
    match = BANNER.search(text)
    if not match:
        return None
    number = tuple(int(part) for part in match["version"].split("."))
    return SippVersion(
        path=path, number=number, features=frozenset(match["features"].split("-")) - {""}
    )


def installed_sipp() -> SippVersion:
    """The SIPp that will be used.

    Raises:
        ToolError: missing, not SIPp at all, or too old.
    """
    path = find_tool("sipp")
    _, text = tool_output([path, "-v"])  # exits 99 by design
    version = parse_banner(text, path)
    if version is None:
        raise ToolError(f"{path} does not print a SIPp version with -v: is it SIPp?")
    if version.number < OLDEST:
        wanted = ".".join(map(str, OLDEST))
        raise ToolError(f"{path} is SIPp {version.text}: {wanted} or newer is needed")
    return version
