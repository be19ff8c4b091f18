"""SDP: where one party wants its media, and in which formats.

Knows RFC 8866 as far as media are linked with it, and reads on over lines it does not know.
Must not know SIP dialogs: what an offer or answer means for a call is media_sessions.py.
"""

import ipaddress
import re
from dataclasses import dataclass, field
from typing import NamedTuple

from voipprobe.quality import codecs

MAX_BODY = 65_536  # bytes that are read
MAX_MEDIA = 64  # m-lines
MAX_CANDIDATES = 64  # of an m-line
MAX_FORMATS = 128  # payload types of an m-line: RTP has no more

DIRECTIONS = frozenset({"sendrecv", "sendonly", "recvonly", "inactive"})
_ANYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - "send me nothing", nothing is bound

_FIRST_LINE = re.compile(r"^v=0", re.MULTILINE)
_CONNECTION = re.compile(r"IN\s+IP[46]\s+([^\s/]{1,255})", re.IGNORECASE)
_MEDIA = re.compile(r"(\S{1,32})\s+(\d{1,5})(?:/\d+)?\s+(\S{1,64})\s*(.*)", re.ASCII)
_RTPMAP = re.compile(r"rtpmap:\s*(\d{1,3})\s+([^/\s]{1,64})/([1-9]\d{0,8})", re.ASCII)
_PTIME = re.compile(r"ptime:\s*(\d{1,4}(?:\.\d{1,3})?)", re.ASCII)
# RFC 8839 5.1: foundation, component 1 (RTP), transport, priority, address, port
_CANDIDATE = re.compile(r"candidate:\S{1,64}\s+1\s+udp\s+\d{1,10}\s+(\S{1,64})\s+(\d{1,5})\s", re.I)
_RTCP = re.compile(r"rtcp:\s*(\d{1,5})(?:\s+(.*))?", re.ASCII)


class PayloadFormat(NamedTuple):
    """What an RTP payload type stands for: SDP encoding name and RTP clock [Hz]."""

    encoding: str
    clock_rate_hz: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaDescription:
    """One m-line: where its sender wants to receive, and what.

    Attributes:
        kind: "audio", "video", ... protocol: e.g. "RTP/AVP".
        address: numeric as in a capture, or a host name as written; None without a c= line.
        port: 0 where the medium is refused or over.
        formats: payload types in order of preference; one that neither rtpmap nor RFC 3551
            explains is missing here and only in `payload_types`.
        direction: sendrecv, sendonly, recvonly or inactive, as its sender sees it.
        ptime_ms: packetisation that its sender asks for.
        rtcp_address, rtcp_port: where RTCP goes, without regard to rtcp_mux.
        rtcp_mux: offered or agreed (RFC 5761): RTCP may come to `port`.
        candidates: (address, port) where ICE may have RTP sent instead (RFC 8839).
    """

    kind: str
    address: str | None
    port: int
    protocol: str
    payload_types: tuple[int, ...]
    formats: dict[int, PayloadFormat]
    direction: str
    ptime_ms: float | None
    rtcp_address: str | None
    rtcp_port: int
    rtcp_mux: bool
    candidates: tuple[tuple[str, int], ...] = ()

    @property
    def receives(self) -> bool:
        """Whether its sender wants to be sent media: not refused, not on hold."""
        wanted = self.direction in ("sendrecv", "recvonly")
        return wanted and self.port != 0 and self.address not in _ANYWHERE

    @property
    def sends(self) -> bool:
        """Whether its sender means to send media."""
        return self.direction in ("sendrecv", "sendonly") and self.port != 0


@dataclass(slots=True)
class _Section:
    """The lines of the session or of one m-line, as they are read."""

    kind: str = ""
    port: int = 0
    protocol: str = ""
    payload_types: tuple[int, ...] = ()
    address: str | None = None
    direction: str | None = None
    ptime_ms: float | None = None
    rtcp_port: int | None = None
    rtcp_address: str | None = None
    rtcp_mux: bool = False
    formats: dict[int, PayloadFormat] = field(default_factory=dict)
    candidates: list[tuple[str, int]] = field(default_factory=list)


def parse(body: bytes) -> tuple[MediaDescription, ...]:
    """The m-lines of the SDP in a message body; empty if there is none.

    A multipart body is searched for its SDP part.

    Source: RFC 8866 5; RFC 3264 8.4 (hold by address); RFC 3605 (rtcp); RFC 5761 (rtcp-mux).
    """
    text = body[:MAX_BODY].decode("utf-8", "replace")
    first = _FIRST_LINE.search(text)
    if first is None:
        return ()
    session = _Section()
    sections: list[_Section] = []
    for line in text[first.start() :].splitlines():
        if line.startswith("--"):
            break
        if line.startswith("m="):
            if len(sections) == MAX_MEDIA:
                break
            sections.append(_media_section(line[2:]))
        elif line[1:2] == "=":
            _read(line[0], line[2:].strip(), sections[-1] if sections else session)
    return tuple(_description(section, session) for section in sections)


def _media_section(value: str) -> _Section:
    match = _MEDIA.match(value)
    if match is None or int(match[2]) > 65535:
        return _Section()  # keeps the numbering of m-lines; port 0 links to nothing
    kind, port, protocol, formats = match.groups()
    numbers = formats.split()[:MAX_FORMATS] if "RTP/" in protocol.upper() else []
    types = tuple(int(n) for n in numbers if n.isdecimal() and len(n) < 4 and int(n) < 128)
    return _Section(kind=kind.lower(), port=int(port), protocol=protocol, payload_types=types)


def _read(letter: str, value: str, section: _Section) -> None:
    if letter == "c":
        section.address = _address(value)
    elif letter == "a":
        _read_attribute(value, section)


def _read_attribute(value: str, section: _Section) -> None:
    if value in DIRECTIONS:
        section.direction = value
    elif value == "rtcp-mux":
        section.rtcp_mux = True
    elif match := _RTPMAP.match(value):
        if len(section.formats) < MAX_FORMATS:
            section.formats[int(match[1])] = PayloadFormat(match[2], int(match[3]))
    elif match := _PTIME.match(value):
        section.ptime_ms = float(match[1]) or None
    elif match := _RTCP.match(value):
        section.rtcp_port = int(match[1])
        section.rtcp_address = _address(match[2] or "")
    elif match := _CANDIDATE.match(value):
        _add_candidate(match[1], int(match[2]), section)


def _add_candidate(address: str, port: int, section: _Section) -> None:
    """Numeric ones only: a name of mDNS (RFC 8828) stands for an address that nobody tells."""
    try:
        numeric = ipaddress.ip_address(address).compressed
    except ValueError:
        return
    if 0 < port < 65536 and len(section.candidates) < MAX_CANDIDATES:
        section.candidates.append((numeric, port))


def _address(connection: str) -> str | None:
    """The address of "IN IP4 10.0.0.1/127" as a capture writes it."""
    match = _CONNECTION.match(connection)
    if match is None:
        return None
    try:
        return ipaddress.ip_address(match[1]).compressed
    except ValueError:
        return match[1].lower()  # a host name: it will link by the far end's port only


def _description(section: _Section, session: _Section) -> MediaDescription:
    address = section.address or session.address
    return MediaDescription(
        kind=section.kind,
        address=address,
        port=section.port,
        protocol=section.protocol,
        payload_types=section.payload_types,
        formats=_formats(section),
        direction=section.direction or session.direction or "sendrecv",
        ptime_ms=section.ptime_ms or session.ptime_ms,
        rtcp_address=section.rtcp_address or address,
        rtcp_port=section.rtcp_port or section.port + 1,
        rtcp_mux=section.rtcp_mux or session.rtcp_mux,
        candidates=tuple(section.candidates),
    )


def _formats(section: _Section) -> dict[int, PayloadFormat]:
    """The announced payload types that are explained, by rtpmap or by RFC 3551's table."""
    formats: dict[int, PayloadFormat] = {}
    for payload_type in section.payload_types:
        static = codecs.STATIC.get(payload_type)
        if payload_type in section.formats:
            formats[payload_type] = section.formats[payload_type]
        elif static is not None and static.clock_rate_hz is not None:
            formats[payload_type] = PayloadFormat(static.encoding, static.clock_rate_hz)
    return formats
