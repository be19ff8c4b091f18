"""The signalling of a run: RFC 6076 ratios and delays, retransmissions, drops."""

from rich.console import RenderableType
from rich.text import Text

from voipprobe.cli.render.layout import figures_table, heading, labelled
from voipprobe.cli.render.numbers import count, milliseconds, percent
from voipprobe.model.signalling import Signalling
from voipprobe.model.summary import DelaySummary

RATIOS = ["attempts", "SER", "SEER", "ISA", "SCR"]
DELAYS = ["delay", "n", "mean", "p50", "p95", "p99", "max"]


def signalling_parts(signalling: Signalling) -> list[RenderableType]:
    """The ratios, the delays that were measured, and the retransmissions."""
    ratios = (signalling.ser, signalling.seer, signalling.isa, signalling.scr)
    delays = [(name, *_cells(delay)) for name, delay in _measured(signalling)]
    parts: list[RenderableType] = [
        heading("Signalling (RFC 6076)"),
        figures_table(RATIOS, [(count(signalling.attempts), *map(percent, ratios))]),
        Text(),
    ]
    if delays:
        parts += [figures_table(DELAYS, delays), Text()]
    if signalling.messages is None:  # SIPp's own account counts no messages
        return parts
    return [*parts, labelled([("retransmissions", _retransmissions(signalling))])]


def _measured(signalling: Signalling) -> list[tuple[str, DelaySummary]]:
    named = [
        ("SRD", signalling.srd_ms),
        ("SRD, failed", signalling.srd_failed_ms),
        ("SDD", signalling.sdd_ms),
        ("RRD", signalling.rrd_ms),
    ]
    return [(name, delay) for name, delay in named if delay.n]


def _cells(delay: DelaySummary) -> list[str]:
    values = (delay.mean, delay.p50, delay.p95, delay.p99, delay.max)
    return [count(delay.n), *map(milliseconds, values)]


def _retransmissions(signalling: Signalling) -> str:
    seen = signalling.retransmissions
    share = f"{percent(signalling.retransmission_ratio)} of {count(signalling.messages)} messages"
    if seen.sent is None and seen.received is None:  # no near end is known
        return f"{count(seen.requests + seen.responses)} ({share})"
    return f"{count(seen.sent)} sent, {count(seen.received)} received ({share})"
