"""Fast path and tshark path over one capture: SIP over TCP first where there is any.

SDP must be known before the RTP that it explains is judged. SIP over UDP comes in time by
itself; SIP over TCP is put together by tshark, out of the few frames that it needs, and the fast
path then runs with it at hand. What comes from the wire is seen once: there, SIP over TCP is
read at the end.

Knows when to read again. Must not know what SIP says.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from voipprobe.capture.files.reader import CaptureFile, PacketSource
from voipprobe.capture.packet import Datagram
from voipprobe.capture.reading import DatagramSink, Reading, ReadingOptions, read_capture
from voipprobe.capture.tshark.connections import Connections
from voipprobe.capture.tshark.extract import Extract
from voipprobe.capture.tshark.messages import read_messages
from voipprobe.capture.tshark.outcome import TcpOutcome, outcome
from voipprobe.capture.tshark.secrets import KeyLog, embedded_secrets, keylog_text
from voipprobe.capture.tshark.taps import FileTap, LiveTap
from voipprobe.model.errors import MeasurementError


@dataclass(frozen=True, slots=True, kw_only=True)
class TcpOptions:
    """How SIP over TCP is read.

    Attributes:
        keylog: TLS secrets (SSLKEYLOGFILE).
        sip_ports: TCP ports that carry SIP where nothing else tells so.
        required: a failure of tshark is an error and not only something to report.
    """

    keylog: Path | None = None
    sip_ports: tuple[int, ...] = ()
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoPathReading:
    """What both paths read."""

    reading: Reading
    tcp: TcpOutcome


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
        ConfigError: the key log cannot be read.
        ToolError: tshark is needed, required, and missing or failed.
    """
    paths = [one for one in sources if isinstance(one, Path)]
    if len(paths) == len(sources):
        return _read_files(paths, new_sink, options, tcp)
    return _read_live(sources, new_sink(), options, tcp)


def _read_files(
    paths: Sequence[Path],
    new_sink: Callable[[], DatagramSink],
    options: ReadingOptions,
    tcp: TcpOptions,
) -> TwoPathReading:
    embedded = b"\n".join(filter(None, map(embedded_secrets, paths)))
    keylog = KeyLog.of(keylog_text(tcp.keylog) + b"\n" + embedded)
    connections = Connections(tcp.sip_ports, keylog)
    first = replace(options, tap=FileTap(connections))
    reading = read_capture(paths, on_datagrams=new_sink(), options=first)
    if not connections.are_wanted:
        return TwoPathReading(reading=reading, tcp=outcome(connections, keylog, tcp.keylog))
    with Extract(secrets=embedded, spills=True) as extract:
        begins = _extract(paths, connections, extract, options.on_octets)
        told = _ask(extract, connections, keylog, tcp)
    beside = _by_source(told.datagrams, begins)
    second = replace(options, beside=beside)
    reading = read_capture(paths, on_datagrams=new_sink(), options=second)
    return TwoPathReading(reading=reading, tcp=told)


def _extract(
    paths: Sequence[Path],
    connections: Connections,
    extract: Extract,
    on_octets: Callable[[int], None],
) -> list[int]:
    """Fill the extract; how many frames come before each file."""
    begins, frames, octets = [], 0, 0
    for path in paths:
        begins.append(frames)
        source = CaptureFile(path)
        for batch in source.batches():
            extract.take(batch, frames + 1, connections.table)
            frames += batch.frame_count
            on_octets(octets + source.position)
        octets += source.position
    return begins


def _by_source(
    datagrams: Sequence[Datagram], begins: Sequence[int]
) -> Mapping[int, Sequence[Datagram]]:
    """Datagrams by the source that holds them, numbered from 1 in each."""
    found: defaultdict[int, list[Datagram]] = defaultdict(list)
    for one in datagrams:
        source = bisect_right(begins, one.number - 1) - 1
        found[source].append(one._replace(number=one.number - begins[source]))
    return found


def _read_live(
    sources: Sequence[Path | PacketSource],
    sink: DatagramSink,
    options: ReadingOptions,
    tcp: TcpOptions,
) -> TwoPathReading:
    # A key log grows while the calls are made: every handshake may find its secret there
    keylog = KeyLog.of(keylog_text(tcp.keylog), is_growing=tcp.keylog is not None)
    connections = Connections(tcp.sip_ports, keylog)
    with Extract(spills=False) as extract:
        tap = LiveTap(connections, extract)
        reading = read_capture(sources, on_datagrams=sink, options=replace(options, tap=tap))
        if not connections.are_wanted:
            return TwoPathReading(reading=reading, tcp=outcome(connections, keylog, tcp.keylog))
        told = _ask(extract, connections, KeyLog.of(keylog_text(tcp.keylog)), tcp)
    if told.datagrams:
        sink(list(told.datagrams))
    return TwoPathReading(reading=reading, tcp=told)


def _ask(extract: Extract, connections: Connections, keylog: KeyLog, tcp: TcpOptions) -> TcpOutcome:
    """What tshark reads in an extract, or why it does not."""
    found, refusal = None, None
    try:
        found = read_messages(extract.path, keylog=tcp.keylog, decode_as=connections.decode_as())
    except MeasurementError as error:
        refusal = str(error).replace(str(extract.path), "the frames of TCP connections with SIP")
        if tcp.required:
            raise type(error)(refusal) from error
    return outcome(connections, keylog, tcp.keylog, extract=extract, found=found, refusal=refusal)
