"""Captures are hostile: what came from the wire is text and nothing else."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from support import analyses, samples
from support.browser import DASH, OpenPage, watch

from voipprobe.model.analysis import AnalysisDetail
from voipprobe.model.finding import Finding
from voipprobe.results.html.page import html_page

pytestmark = pytest.mark.browser
SCRIPT = "</script><script>document.title='owned'</script>"
IMAGE = '"><img src=x onerror="document.title=\'owned\'"><!--<script>'
ENDS = f"10.0.0.1:5060{IMAGE}"


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A page in which every text is an attack."""
    finding = Finding(code=f"no-answer{IMAGE}", text=SCRIPT)
    call = samples.call(
        call_id=SCRIPT, from_=f"sip:{SCRIPT}@h", to=f"sip:{IMAGE}@h", method=IMAGE,
        streams=(0,), findings=(finding,),
    )  # fmt: skip
    stream = samples.stream(source=ENDS, codec=SCRIPT, ssrc=IMAGE, findings=(finding,))
    text = f"INVITE {SCRIPT} SIP/2.0\r\nUser-Agent: {IMAGE}\r\nFrom: {SCRIPT}\r\n\u2028\x00\r\n"
    message = analyses.message(1, 1.0, f"{IMAGE} {SCRIPT}", source=ENDS, text=text)
    analysis = analyses.analysis((call,), (stream,), finding)
    detail = AnalysisDetail(ladders={SCRIPT: (message,)}, series=(analyses.series(0, 0),))
    return open_page(analysis, detail)


def test_nothing_from_the_wire_is_run_or_becomes_an_element(page: Page) -> None:
    """In the lists and in the call; the words themselves stay readable."""
    page.locator("#findings summary").first.click()
    expect(page.locator("#calls tbody")).to_contain_text(SCRIPT)
    page.goto(f"{page.url}#call/0")
    page.locator(".ladder button").first.click()
    expect(page.locator("#message-0")).to_contain_text(f"User-Agent: {IMAGE}")
    expect(page.locator("#detail h2")).to_contain_text(SCRIPT)
    assert page.title() == f"trunk-east.pcapng {DASH} voipprobe analysis"
    assert page.locator("img").count() == 0
    assert page.locator("script:not([type])").count() == 1


def test_even_a_mistake_of_ours_would_run_nothing(chromium: Browser, tmp_path: Path) -> None:
    """The page's own policy refuses code that it was not born with, and says so."""
    file = tmp_path / "page.html"
    file.write_text(html_page(*analyses.many(1)), encoding="utf-8")
    page, said = chromium.new_page(), list[str]()
    watch(page, said)
    page.goto(file.as_uri())
    page.evaluate(
        "() => { const s = document.createElement('script');"
        " s.textContent = \"document.title='owned'\"; document.body.append(s); }"
    )
    assert page.title() != "owned"
    assert ["Content Security Policy" in line for line in said] == [True]
    page.close()
