"""Which call a stream belongs to.

By hint first (a generator's own log of SSRC and Call-ID), then by the address:port pairs that
the SDP of a call announced, at the time of the stream. Where several calls share a pair (SIPp
3.6.1: all calls of a process have one media port, and differ by SSRC only) the call that
announced it nearest to the stream's start is taken, and each call takes one stream per direction
at a time. RTP that no SDP announced, and a stream too many, stay unlinked.
"""

import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import islice
from typing import NamedTuple, Protocol

from voipprobe.capture.packet import Endpoint
from voipprobe.capture.sip.media_sessions import MediaSession

# Media may be seen a little before the SDP that announces it (another path, a slower one), and
# the last packets after the BYE.
GRACE_NS = 1_000_000_000
_OPEN_NS = 2**63 - 1
MAX_CALLS_TRIED = 4096
"""For one stream: more calls at one endpoint at one time are no platform but an attack."""
_PAIRS_KEPT = 256
"""Pairs of endpoints whose common calls are remembered: SIPp has one pair for all its calls."""


class StreamLike(Protocol):
    """What linking needs to know of an RTP stream; times in nanoseconds since the epoch."""

    @property
    def source(self) -> Endpoint: ...  # noqa: D102
    @property
    def destination(self) -> Endpoint: ...  # noqa: D102
    @property
    def ssrc(self) -> int: ...  # noqa: D102
    @property
    def first_ns(self) -> int: ...  # noqa: D102
    @property
    def last_ns(self) -> int: ...  # noqa: D102


class _Window(NamedTuple):
    """When a call had media at an endpoint."""

    from_ns: int
    until_ns: int
    call_id: str


def link(
    streams: Sequence[StreamLike],
    sessions: Iterable[MediaSession],
    ssrc_hints: Mapping[int, str] | None = None,
) -> list[str | None]:
    """The Call-ID of each stream, None where no call announced it.

    An echoed stream (same SSRC, endpoints reversed) goes to the call of the original.

    Args:
        streams: in any order.
        sessions: of all calls.
        ssrc_hints: SSRC -> Call-ID, where the generator of the streams says so.
    """
    linker = _Linker(sessions, ssrc_hints or {})
    call_ids: list[str | None] = [None] * len(streams)
    for index in sorted(range(len(streams)), key=lambda i: streams[i].first_ns):
        call_ids[index] = linker.call_of(streams[index])
    return call_ids


class _Linker:
    """Streams in order of their start; remembers what each call has taken."""

    def __init__(self, sessions: Iterable[MediaSession], hints: Mapping[int, str]) -> None:
        self._hints = hints
        self._windows = _windows(sessions)
        self._linked: dict[tuple[int, Endpoint, Endpoint], tuple[str, int]] = {}
        self._busy_until: dict[tuple[str, Endpoint, Endpoint], int] = {}
        self._at = cache(self._find_at)
        self._shared = lru_cache(maxsize=_PAIRS_KEPT)(self._find_shared)

    def call_of(self, stream: StreamLike) -> str | None:
        call_id = self._hints.get(stream.ssrc) or self._echo(stream) or self._announced(stream)
        if call_id is not None:
            way = (stream.source, stream.destination)
            self._linked[(stream.ssrc, *way)] = (call_id, stream.last_ns)
            busy_until = self._busy_until.get((call_id, *way), 0)
            self._busy_until[(call_id, *way)] = max(busy_until, stream.last_ns)
        return call_id

    def _echo(self, stream: StreamLike) -> str | None:
        """The call of the stream that this one sends back."""
        reverse = (stream.ssrc, stream.destination, stream.source)
        call_id, last_ns = self._linked.get(reverse, (None, 0))
        return call_id if last_ns + GRACE_NS >= stream.first_ns else None

    def _announced(self, stream: StreamLike) -> str | None:
        """Of calls that announced both ends, the destination, the source (symmetric RTP, NAT)."""
        found, call_id = self._nearest(self._shared(stream.source, stream.destination), stream)
        if not found:
            found, call_id = self._nearest(self._at(stream.destination), stream)
        if not found:
            found, call_id = self._nearest(self._at(stream.source), stream)
        return call_id

    def _find_at(self, endpoint: Endpoint) -> list[_Window]:
        return sorted(self._windows.get(endpoint, {}).values())

    def _find_shared(self, source: Endpoint, destination: Endpoint) -> list[_Window]:
        there = self._windows.get(destination, {})
        here = self._windows.get(source, {})
        few, many = sorted((there, here), key=len)
        return sorted(there[call_id] for call_id in few if call_id in many)

    def _nearest(self, windows: list[_Window], stream: StreamLike) -> tuple[bool, str | None]:
        """Whether any call fits in time, and the free one that started nearest to the stream.

        A call that has the pair for itself may have several streams at once.
        """
        fitting = 0
        last: str | None = None
        for window in islice(_outwards(windows, stream.first_ns), MAX_CALLS_TRIED):
            if not _overlap(window, stream):
                continue
            busy_until = self._busy_until.get((window.call_id, stream.source, stream.destination))
            if busy_until is None or busy_until <= stream.first_ns:
                return True, window.call_id
            fitting, last = fitting + 1, window.call_id
        return fitting > 0, last if fitting == 1 else None


def _windows(sessions: Iterable[MediaSession]) -> dict[Endpoint, dict[str, _Window]]:
    """Endpoint -> Call-ID -> when; the announcements of one call at one endpoint as one."""
    windows: dict[Endpoint, dict[str, _Window]] = defaultdict(dict)
    for session, endpoint in ((one, end) for one in sessions for end in one.endpoints):
        until_ns = _OPEN_NS if session.until_ns is None else session.until_ns
        known = windows[endpoint].get(session.call_id)
        from_ns = session.from_ns if known is None else min(known.from_ns, session.from_ns)
        until_ns = until_ns if known is None else max(known.until_ns, until_ns)
        windows[endpoint][session.call_id] = _Window(from_ns, until_ns, session.call_id)
    return windows


def _overlap(window: _Window, stream: StreamLike) -> bool:
    return (
        stream.last_ns >= window.from_ns - GRACE_NS
        and stream.first_ns <= window.until_ns + GRACE_NS
    )


def _outwards(windows: list[_Window], time_ns: int) -> Iterator[_Window]:
    """The windows (sorted by start) by distance of their start, earlier ones first if equal."""
    after = bisect.bisect_left(windows, (time_ns,))
    before = after - 1
    while before >= 0 or after < len(windows):
        earlier_ns = time_ns - windows[before].from_ns if before >= 0 else _OPEN_NS
        later_ns = windows[after].from_ns - time_ns if after < len(windows) else _OPEN_NS
        if earlier_ns <= later_ns:
            yield windows[before]
            before -= 1
        else:
            yield windows[after]
            after += 1
