"""Fast path and tshark path over one capture: SIP over TCP first where there is any.

SDP must be known before the RTP that it explains is judged. SIP over UDP comes in time by
itself; SIP over TCP is put together by tshark, and the fast path then runs with it at hand.

Knows when to read twice. Must not know what SIP says.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from voipprobe.capture.files.reader import PacketSource
from voipprobe.capture.packet import Datagram
from voipprobe.capture.reading import DatagramSink, Reading, ReadingOptions, read_capture
from voipprobe.model.errors import MeasurementError


@dataclass(frozen=True, slots=True, kw_only=True)
class TcpOptions:
    """How SIP over TCP is read.

    Attributes:
        keylog: TLS secrets (SSLKEYLOGFILE); with it, tshark always runs.
        sip_ports: TCP ports that carry SIP where tshark would not guess so.
        required: a failure of tshark is an error and not only something to report.
    """

    keylog: Path | None = None
    sip_ports: tuple[int, ...] = ()
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoPathReading:
    """What both paths read.

    Attributes:
        unread_segments: TCP segments with SIP text of which nothing could be read.
        refusal: why not; None if there are none.
    """

    reading: Reading
    unread_segments: int = 0
    refusal: str | None = None


@dataclass(slots=True)
class _Tshark:
    """What tshark found, by source, and why it found nothing."""

    found: dict[int, list[Datagram]] = field(default_factory=dict)
    refusal: str | None = None


def read_two_paths(
    sources: Sequence[Path | PacketSource],
    *,
    new_sink: Callable[[], DatagramSink],
    options: ReadingOptions,
    tcp: TcpOptions,
) -> TwoPathReading:
    """Everything in the sources, SIP over TCP included.

    Args:
        sources: files, or live rings, which can be read only once.
        new_sink: called before each time that the sources are read from their beginning; what
            earlier sinks took in is void.
        options: how to read.
        tcp: how SIP over TCP is read.

    Raises:
        CaptureError: a file cannot be opened or is no capture.
        ToolError: tshark is needed, required, and missing or failed.
    """
    paths = {index: one for index, one in enumerate(sources) if isinstance(one, Path)}
    if tcp.keylog is None or not paths:
        first = replace(options, stop_at_tcp=len(paths) == len(sources))
        reading = read_capture(sources, on_datagrams=new_sink(), options=first)
        if not reading.tcp_sip_segments:
            return TwoPathReading(reading=reading)
        if not first.stop_at_tcp:
            return _unread(reading, "it can be read from files only")
    tshark = _ask_tshark(paths, tcp)
    second = replace(options, beside=tshark.found)
    reading = read_capture(sources, on_datagrams=new_sink(), options=second)
    if reading.tcp_sip_segments and not any(tshark.found.values()):
        return _unread(reading, tshark.refusal or "tshark found no SIP message in it")
    return TwoPathReading(reading=reading, refusal=tshark.refusal)


def _ask_tshark(paths: Mapping[int, Path], tcp: TcpOptions) -> _Tshark:
    from voipprobe.capture.tshark.messages import tcp_datagrams  # noqa: PLC0415 - few captures need it

    answer = _Tshark()
    for index, path in paths.items():
        with contextlib.ExitStack() as stack:
            if not tcp.required:
                stack.enter_context(_reporting(answer))
            answer.found[index] = tcp_datagrams(path, keylog=tcp.keylog, sip_ports=tcp.sip_ports)
    return answer


@contextlib.contextmanager
def _reporting(answer: _Tshark) -> Iterator[None]:
    try:
        yield
    except MeasurementError as error:
        answer.refusal = str(error)


def _unread(reading: Reading, refusal: str) -> TwoPathReading:
    segments = reading.tcp_sip_segments
    return TwoPathReading(reading=reading, unread_segments=segments, refusal=refusal)
