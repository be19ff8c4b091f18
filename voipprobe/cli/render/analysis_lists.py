"""The calls and the streams of a capture as tables, the worst first.

Knows which is worse, and which columns find room in a narrow terminal.
"""

from collections.abc import Sequence

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

from voipprobe.cli.render.calls import findings_of, lowest_mos, short_id
from voipprobe.cli.render.layout import clean, heading, note, words_table
from voipprobe.cli.render.numbers import count, milliseconds, mos, percent, seconds
from voipprobe.model.analysis import Analysis
from voipprobe.model.call import Call, Outcome
from voipprobe.model.stream import Stream

SHOWN = 20
WIDE = 120
"""Columns of a terminal from which on everything finds room."""
LONGEST_PARTY = 32
WRONG = (Outcome.TIMEOUT, Outcome.FAILED, Outcome.REJECTED, Outcome.UNFINISHED)
BEST_MOS = 5.0  # sorts what has no MOS behind what has one; never shown
CALLS = ["call", "outcome", "SRD", "length", "resent", "MOS", "from", "to", "findings"]
STREAMS = ["codec", "packets", "loss", "jitter", "max", "gap", "MOS", "stream"]
WIDE_ONLY = {"from", "to", "max"}


class _Columns:
    """A table that leaves out some of its columns where there is no room for them."""

    def __init__(self, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self._headings = headings
        self._rows = rows

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        wide = options.max_width >= WIDE
        kept = [at for at, name in enumerate(self._headings) if wide or name not in WIDE_ONLY]
        rows = [[row[at] for at in kept] for row in self._rows]
        yield words_table([self._headings[at] for at in kept], rows)


def worst_calls(analysis: Analysis) -> list[RenderableType]:
    """The worst calls; nothing where there are none."""
    if not analysis.calls:
        return []
    worst = sorted(analysis.calls, key=lambda call: _badness(analysis, call))
    rows = [_call_cells(analysis, call) for call in worst[:SHOWN]]
    title = heading(f"Calls: {count(len(worst))}, the worst first")
    return [title, _Columns(CALLS, rows), *_more(len(worst))]


def worst_streams(streams: Sequence[Stream]) -> list[RenderableType]:
    """The worst streams; nothing where there are none."""
    if not streams:
        return []
    worst = sorted(streams, key=_stream_badness)
    rows = [_stream_cells(stream) for stream in worst[:SHOWN]]
    title = heading(f"Streams: {count(len(worst))}, the worst first")
    return [title, _Columns(STREAMS, rows), *_more(len(worst))]


def _more(number: int) -> list[RenderableType]:
    hidden = number - SHOWN
    words = f"and {count(hidden)} more: see --format json, csv or html, or --output"
    return [note(words)] if hidden > 0 else []


def _badness(analysis: Analysis, call: Call) -> tuple[bool, bool, float, int]:
    """Sorts worst first: wrong outcome, then findings, then the lowest MOS."""
    findings = findings_of(analysis, call)
    lowest = lowest_mos(analysis, call)
    rank = BEST_MOS if lowest is None else lowest
    return (call.outcome not in WRONG, not findings, rank, -len(findings))


def _call_cells(analysis: Analysis, call: Call) -> list[str]:
    codes = dict.fromkeys(finding.code for finding in findings_of(analysis, call))
    return [
        short_id(clean(call.call_id)),
        call.outcome if call.final_status is None else f"{call.outcome} {call.final_status}",
        milliseconds(call.srd_ms),
        seconds(call.duration_s),
        count(call.retransmissions),
        mos(lowest_mos(analysis, call)),
        _party(call.from_),
        _party(call.to),
        ", ".join(map(clean, codes)),
    ]


def _party(address: str) -> str:
    who = clean(address).removeprefix("sip:")
    return who if len(who) <= LONGEST_PARTY else who[: LONGEST_PARTY - 1] + "…"


def _stream_badness(stream: Stream) -> tuple[float, float]:
    return (BEST_MOS if stream.mos is None else stream.mos, -(stream.loss_ratio or 0.0))


def _stream_cells(stream: Stream) -> list[str]:
    return [
        clean(stream.codec or f"type {stream.payload_type}"),
        count(stream.packets),
        percent(stream.loss_ratio),
        milliseconds(stream.jitter_ms.mean),
        milliseconds(stream.jitter_ms.max),
        milliseconds(stream.delta_max_ms),
        mos(stream.mos),
        f"{stream.source} → {stream.destination} {stream.ssrc}",
    ]
