"""The calls worth a look, worst first, and the findings by code."""

from collections import Counter

from rich.console import RenderableType

from voipprobe.cli.render.layout import clean, heading, note, words_table
from voipprobe.cli.render.numbers import count, milliseconds, mos
from voipprobe.model.analysis import Analysis
from voipprobe.model.call import Call, Outcome
from voipprobe.model.finding import Finding
from voipprobe.model.probe import ProbeResult

SHOWN_CALLS = 10
LONGEST_ID = 12
HEADINGS = ["call", "outcome", "SRD", "resent", "MOS", "findings"]
BEST_MOS = 5.0  # sorts a call without MOS behind those with one; never shown


def call_parts(result: ProbeResult) -> list[RenderableType]:
    """A table of the worst calls; nothing when all went as wanted and without a finding."""
    odd = [call for call in result.calls if _is_odd(result, call)]
    if not odd:
        return []
    odd.sort(key=lambda call: _badness(result, call))
    title = f"Calls worth a look: {count(len(odd))} of {count(len(result.calls))}"
    rows = [_row(result, call) for call in odd[:SHOWN_CALLS]]
    hidden = len(odd) - SHOWN_CALLS
    more = [note(f"and {count(hidden)} more, all in calls.parquet")] if hidden > 0 else []
    return [heading(title), words_table(HEADINGS, rows), *more]


def finding_parts(result: ProbeResult | Analysis) -> list[RenderableType]:
    """Findings by code, most frequent first, each with one example; nothing without any."""
    found = [*(call.findings for call in result.calls), *(one.findings for one in result.streams)]
    findings = [finding for some in found for finding in some]
    if not findings:
        return []
    examples = {finding.code: finding.text for finding in reversed(findings)}
    rows = [
        (clean(code), count(times), clean(examples[code]))
        for code, times in Counter(finding.code for finding in findings).most_common()
    ]
    return [heading("Findings"), words_table(["finding", "times", "for example"], rows)]


def findings_of(result: ProbeResult | Analysis, call: Call) -> list[Finding]:
    """The findings of a call and of its streams."""
    streams = [result.streams[index] for index in call.streams]
    return [*call.findings, *(finding for stream in streams for finding in stream.findings)]


def _is_wrong(result: ProbeResult, call: Call) -> bool:
    wanted = result.scenario.expected_outcome
    cut_short = wanted is Outcome.ANSWERED and call.method == "INVITE" and not call.completed
    return call.outcome is not wanted or cut_short


def _is_odd(result: ProbeResult, call: Call) -> bool:
    return _is_wrong(result, call) or bool(findings_of(result, call))


def _badness(result: ProbeResult, call: Call) -> tuple[bool, bool, float, int]:
    """Sorts worst first: wrong outcome, then cut short, then the lowest MOS."""
    lowest = lowest_mos(result, call)
    return (
        call.outcome is result.scenario.expected_outcome,
        not _is_wrong(result, call),
        BEST_MOS if lowest is None else lowest,
        -len(findings_of(result, call)),
    )


def lowest_mos(result: ProbeResult | Analysis, call: Call) -> float | None:
    """The MOS of a call's worst stream; None if none was rated."""
    rated = [result.streams[index].mos for index in call.streams]
    return min((value for value in rated if value is not None), default=None)


def _row(result: ProbeResult, call: Call) -> list[str]:
    codes = dict.fromkeys(finding.code for finding in findings_of(result, call))
    return [
        short_id(clean(call.call_id)),
        call.outcome if call.final_status is None else f"{call.outcome} {call.final_status}",
        milliseconds(call.srd_ms),
        count(call.retransmissions),
        mos(lowest_mos(result, call)),
        ", ".join(map(clean, codes)),
    ]


def short_id(call_id: str) -> str:
    """What tells calls of one run apart: SIPp puts its host behind the "@"."""
    local = call_id.partition("@")[0]
    return local if len(local) <= LONGEST_ID else local[: LONGEST_ID - 1] + "…"
