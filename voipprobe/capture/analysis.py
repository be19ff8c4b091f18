"""Captures to calls and streams: the two halves of this room, SIP and RTP, put together.

Knows the order of work. Must not know packets, messages or how anything is counted.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, TypeAlias

from voipprobe.capture.assembly import CaptureAnalysis, SsrcHints, View, assemble
from voipprobe.capture.files.reader import PacketSource
from voipprobe.capture.files.standard_input import name_of, readable_twice
from voipprobe.capture.findings.capture import capture_findings
from voipprobe.capture.ladders import Texts, ladders
from voipprobe.capture.one_call import one_call, series_of
from voipprobe.capture.packet import ANYWHERE, Datagram, Near
from voipprobe.capture.reading import DatagramSink, ReadingOptions
from voipprobe.capture.rtp.adaptive import ADAPTIVE
from voipprobe.capture.rtp.payload_types import MediaMap
from voipprobe.capture.sip.journal import SipJournal
from voipprobe.capture.tshark.two_paths import TcpOptions, TwoPathReading, read_two_paths
from voipprobe.model.analysis import ANALYSIS_SCHEMA, Analysis, AnalysisDetail
from voipprobe.quality.playout import DEFAULT_BUFFER_MS

__all__ = ["CaptureAnalysis", "SsrcHints", "analyse", "analyse_capture"]

PlayoutBuffer: TypeAlias = float | Literal["adaptive"]
"""Depth of a fixed playout buffer [ms], or the adaptive one."""
PLOTTED_STREAMS = 4096
"""Followed over time where detail is asked for: 40 MiB."""


def analyse(
    sources: Sequence[Path | PacketSource],
    *,
    near: Near = ANYWHERE,
    buffer_ms: PlayoutBuffer = DEFAULT_BUFFER_MS,
    patience_s: float | None = None,
    ssrc_hints: SsrcHints = lambda _: {},
) -> CaptureAnalysis:
    """Calls and streams of captures that are read one after another, as one capture.

    Args:
        sources: pcap or pcapng files, or live rings, in order of time.
        near: the near end, where there is one: it gives streams and messages a direction.
        buffer_ms: playout buffer to simulate.
        patience_s: how long a caller waits in silence before giving up, where that is known.
        ssrc_hints: what the generator of the streams knows.

    Raises:
        CaptureError: a file cannot be opened or is no capture.
        ToolError: there is SIP over TCP to be read, and tshark is missing or failed.
    """
    options = ReadingOptions(buffer_ms=_kernel_buffer(buffer_ms))
    read, taken = _read(sources, options, TcpOptions())
    view = View(
        near=near,
        buffer_ms=options.buffer_ms,
        patience_s=patience_s,
        ssrc_hints=ssrc_hints,
    )
    found, _ = assemble(read.reading, taken.journal, view, unread_segments=read.tcp.undecoded)
    return found


def analyse_capture(
    sources: Sequence[Path | PacketSource],
    *,
    buffer_ms: PlayoutBuffer = DEFAULT_BUFFER_MS,
    detail: bool = False,
    keylog: Path | None = None,
    ports: Mapping[int, str] | None = None,
    call_id: str | None = None,
    on_octets: Callable[[int], None] = lambda _: None,
) -> tuple[Analysis, AnalysisDetail | None]:
    """Everything that is known of a capture from elsewhere, and what is drawn of it if asked for.

    Args:
        sources: pcap or pcapng files, plain or compressed, or live rings, in order of time; the
            path "-" is standard input.
        buffer_ms: playout buffer to simulate.
        detail: whether ladders and series are wanted.
        keylog: TLS secrets (SSLKEYLOGFILE), to read SIP over TLS.
        ports: what they carry by the user's word: "rtp" where even a single packet is to be
            believed, "sip" for TCP ports that tshark would not guess. Otherwise RTP and SIP over
            UDP are found on every port.
        call_id: of the only call that is wanted, or how it begins.
        on_octets: told how many octets of the files on the disk were read, again and again; it
            begins anew each time that the files must be read again.

    Raises:
        CaptureError: a file cannot be opened or is no capture.
        ConfigError: there is no call of that name, or more than one.
    """
    kernel_ms = _kernel_buffer(buffer_ms)
    options = ReadingOptions(
        buffer_ms=kernel_ms,
        plotted=PLOTTED_STREAMS if detail else 0,
        rtp_ports=_ports_of("rtp", ports or {}),
        on_octets=on_octets,
    )
    tcp = TcpOptions(keylog=keylog, sip_ports=_ports_of("sip", ports or {}), required=False)
    with _readable_twice(sources) as readable:
        read, taken = _read(readable, options, tcp, keep_texts=detail)
    view = View(near=ANYWHERE, buffer_ms=kernel_ms, patience_s=None, ssrc_hints=lambda _: {})
    found, shown = assemble(read.reading, taken.journal, view, unread_segments=read.tcp.undecoded)
    info = replace(found.info, files=_names(sources))
    series = read.reading.series
    if call_id is not None:
        found, indices = one_call(found, taken.journal.sightings, call_id)
        shown = [trace for trace in shown if trace.call.call_id == found.calls[0].call_id]
        series = series_of(series, indices)
    analysis = Analysis(
        schema=ANALYSIS_SCHEMA,
        capture=info,
        signalling=found.signalling,
        media=found.media,
        calls=found.calls,
        streams=found.streams,
        findings=capture_findings(info, read, left_out_sip=taken.journal.left_out),
    )
    if not detail:
        return analysis, None
    return analysis, AnalysisDetail(ladders=ladders(shown, taken.texts), series=series)


def _ports_of(kind: str, ports: Mapping[int, str]) -> tuple[int, ...]:
    return tuple(port for port, what in ports.items() if what == kind)


class _Taken:
    """What one reading of a capture has handed over so far."""

    def __init__(self, *, keep_texts: bool) -> None:
        self.journal = SipJournal()
        self.texts = Texts()
        self._keep_texts = keep_texts

    def take(self, datagrams: list[Datagram]) -> MediaMap:
        """Read SIP; what its SDP announces."""
        if self._keep_texts and not self.journal.is_full:
            self.texts.keep(datagrams)
        return self.journal.read(datagrams)


def _read(
    sources: Sequence[Path | PacketSource],
    options: ReadingOptions,
    tcp: TcpOptions,
    *,
    keep_texts: bool = False,
) -> tuple[TwoPathReading, _Taken]:
    taken: list[_Taken] = []

    def new_sink() -> DatagramSink:
        taken[:] = [_Taken(keep_texts=keep_texts)]
        return taken[0].take

    read = read_two_paths(sources, new_sink=new_sink, options=options, tcp=tcp)
    return read, taken[0]


def _kernel_buffer(buffer_ms: PlayoutBuffer) -> float:
    return ADAPTIVE if buffer_ms == "adaptive" else float(buffer_ms)


@contextlib.contextmanager
def _readable_twice(
    sources: Sequence[Path | PacketSource],
) -> Iterator[Sequence[Path | PacketSource]]:
    """Files that can be read twice in the place of those that cannot."""
    paths = [one for one in sources if isinstance(one, Path)]
    with readable_twice(paths) as readable:
        files = iter(readable)
        yield [next(files) if isinstance(one, Path) else one for one in sources]


def _names(sources: Sequence[Path | PacketSource]) -> tuple[str, ...]:
    return tuple(name_of(one) if isinstance(one, Path) else one.name for one in sources)
