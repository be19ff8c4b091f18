"""The page of benchmarks as a file; what it looks like is tests/browser/test_bench_report.py's."""

import json
import re
from dataclasses import replace

from support.recordings import BENCH_RUN

from voipprobe.bench.raw.reader import RawRun, read_raw
from voipprobe.bench.report.document import report_document
from voipprobe.bench.report.page import page

HOSTILE = "</script><script>alert(1)</script><!--<script>"


def data_of(text: str) -> list[dict[str, object]]:
    found = re.search(r'<script type="application/json" id="data-runs">(.*?)</script>', text)
    assert found is not None
    entries: list[dict[str, object]] = json.loads(found[1])
    return entries


def hostile() -> RawRun:
    """A run whose host and whose first reason try to leave their block."""
    raw = read_raw(BENCH_RUN)
    environment = replace(raw.run.environment, hostname=HOSTILE)
    first = raw.trials[0]
    verdict = replace(first.verdict, reasons=(HOSTILE,))
    trials = (replace(first, verdict=verdict), *raw.trials[1:])
    return replace(raw, run=replace(raw.run, environment=environment), trials=trials)


def test_the_page_holds_the_reports_and_nothing_else() -> None:
    """Those of `--format json`, so that whoever has the page has the figures."""
    raw = read_raw(BENCH_RUN)
    entries = data_of(page([raw, raw]))
    assert [one["report"] for one in entries] == [report_document(raw)] * 2


def test_data_cannot_leave_its_block() -> None:
    """The words come back unchanged, and there is one script of ours."""
    text = page([hostile()])
    assert data_of(text)[0]["report"] == report_document(hostile())
    assert text.count("<script>") == 1
    assert HOSTILE not in text


def test_the_page_names_no_address_and_no_path() -> None:
    """It asks for nothing, and does not say where the raw file lay on somebody's disk."""
    text = page([read_raw(BENCH_RUN)])
    code = text.replace(json.dumps(data_of(text)), "")
    assert set(re.findall(r"https?://[^\"' )]+", code)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"(src|href)=\"(?!#)", code)
    assert str(BENCH_RUN.parent) not in text
    assert page([read_raw(BENCH_RUN)]) == text
