"""An analysis that can be shown to others: nobody in it can be recognised or called.

Masks user parts, phone numbers, display names, credentials and the names of the capture files;
hosts, addresses and Call-IDs stay, because an engineer needs them. Knows where the model holds
text from the wire. Must not know the grammar of that text.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from voipprobe.model.analysis import Analysis, AnalysisDetail, LadderMessage
from voipprobe.model.finding import Finding
from voipprobe.results.masking.message import masked_message, masked_start_line
from voipprobe.results.masking.pseudonyms import Pseudonyms


def redacted(analysis: Analysis, detail: AnalysisDetail) -> tuple[Analysis, AnalysisDetail]:
    """Both with stand-ins in place of people: the same one wherever the same original stood.

    Calls of one caller can still be told to be that, in this document; two documents number
    their stand-ins each on its own.
    """
    names = Pseudonyms()
    _learn(analysis, detail, names)
    call_ids = _call_ids(analysis, detail, names)
    files = {file: names.of("capture", file) for file in analysis.capture.files}
    masked = replace(
        analysis,
        capture=replace(analysis.capture, files=tuple(files.values())),
        calls=tuple(
            replace(
                call,
                call_id=call_ids[call.call_id],
                from_=names.uri(call.from_),
                to=names.uri(call.to),
                findings=_findings(call.findings, names),
            )
            for call in analysis.calls
        ),
        streams=tuple(
            replace(
                stream,
                call_id=stream.call_id and call_ids[stream.call_id],
                findings=_findings(stream.findings, names),
            )
            for stream in analysis.streams
        ),
        findings=_findings(_without_files(analysis.findings, files), names),
    )
    ladders = {
        call_ids[call_id]: tuple(_message(message, names) for message in ladder)
        for call_id, ladder in detail.ladders.items()
    }
    return masked, replace(detail, ladders=ladders)


def _learn(analysis: Analysis, detail: AnalysisDetail, names: Pseudonyms) -> None:
    """Meet everybody in the order of the calls, so that a number is known wherever it stands."""
    for call in analysis.calls:
        names.uri(call.from_)
        names.uri(call.to)
    for ladder in detail.ladders.values():
        for message in ladder:
            masked_message(message.text or message.summary, names)


def _call_ids(analysis: Analysis, detail: AnalysisDetail, names: Pseudonyms) -> dict[str, str]:
    """Every Call-ID without the numbers of people in it; different ones stay different."""
    streams = (stream.call_id for stream in analysis.streams if stream.call_id is not None)
    originals = [*(call.call_id for call in analysis.calls), *streams, *detail.ladders]
    masked: dict[str, str] = {}
    taken: set[str] = set()
    for original in dict.fromkeys(originals):
        wanted = names.prose(original)
        masked[original] = names.of("call-id", original) if wanted in taken else wanted
        taken.add(masked[original])
    return masked


def _without_files(findings: Iterable[Finding], files: Mapping[str, str]) -> Iterator[Finding]:
    """Findings that name a file by its stand-in, longer paths before those that they begin with."""
    for finding in findings:
        text = finding.text
        for file in sorted(files, key=len, reverse=True):
            text = re.sub(rf"(?<![\w./-]){re.escape(file)}(?![\w/-])", files[file], text)
        yield replace(finding, text=text)


def _findings(findings: Iterable[Finding], names: Pseudonyms) -> tuple[Finding, ...]:
    return tuple(replace(finding, text=names.text(finding.text)) for finding in findings)


def _message(message: LadderMessage, names: Pseudonyms) -> LadderMessage:
    return replace(
        message,
        summary=masked_start_line(message.summary, names),
        text=message.text and masked_message(message.text, names),
    )
