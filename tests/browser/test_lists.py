"""The findings and the two tables, by mouse and by keyboard."""

from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Page, expect
from support import analyses, samples
from support.browser import DASH, OpenPage

from voipprobe.model.analysis import AnalysisDetail

pytestmark = pytest.mark.browser
NOTHING = AnalysisDetail(ladders={}, series=())


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A page with more calls than one page of the table holds."""
    return open_page(*analyses.many(240, plotted=0))


def calls(page: Page) -> Locator:
    """The first table."""
    return page.get_by_role("table", name="Calls")


def column(page: Page, title: str) -> list[str]:
    """The texts of one column of the calls, as they are shown."""
    heads = calls(page).get_by_role("columnheader").all_inner_texts()
    place = 1 + next(index for index, text in enumerate(heads) if text.startswith(title))
    return calls(page).locator(f"tbody tr > :nth-child({place})").all_inner_texts()


def test_sorting_keeps_the_unknown_last(page: Page) -> None:
    """Both ways; the header says which way."""
    mos = calls(page).get_by_role("columnheader", name="MOS")
    mos.get_by_role("button").click()
    expect(mos).to_have_attribute("aria-sort", "ascending")
    assert column(page, "MOS")[0] == "2.87a"
    mos.get_by_role("button").click()
    expect(mos).to_have_attribute("aria-sort", "descending")
    assert column(page, "MOS")[0] == "4.12a"
    page.get_by_role("navigation", name="Pages of calls").get_by_role("button", name="Last").click()
    assert column(page, "MOS")[-1] == DASH


def test_what_is_unknown_is_a_dash(page: Page) -> None:
    """A call that failed has no duration, not one of 0 s."""
    page.get_by_label("Search calls").fill("busy")
    assert set(column(page, "Duration")) == {DASH}
    assert set(column(page, "SRD")) == {DASH}


def test_search_takes_every_word(page: Page) -> None:
    """In any column and in any order, and counts what is left."""
    search = page.get_by_label("Search calls")
    search.fill("BUSY echo3")
    status = page.locator("#calls").get_by_role("status")
    expect(status).to_contain_text("of 240")
    assert {"busy" in text for text in column(page, "Outcome")} == {True}
    assert {text.split("@")[0] for text in column(page, "To")} == {"echo3"}
    search.fill("nobody")
    expect(status).to_have_text("no call matches of 240")


def test_the_mos_is_explained_below_the_table(page: Page) -> None:
    """Every letter beside a MOS stands there with the model and its assumptions."""
    note = page.locator("#calls .footnotes")
    expect(note).to_contain_text("a MOS: ITU-T G.107 (narrowband E-model), G.711 with PLC")
    expect(note).to_contain_text("playout buffer 60 ms, 20 ms of voice per packet")


def test_an_adaptive_buffer_does_not_fill_the_page_with_notes(open_page: OpenPage) -> None:
    """Streams whose models differ in nothing but the depth found share one note with the range."""
    models = [replace(samples.QUALITY_MODEL, buffer_ms=40.0 + index / 3) for index in range(30)]
    streams = [samples.stream(call_id=None, quality_model=model) for model in models]
    page = open_page(analyses.analysis((), streams), NOTHING)
    expect(page.locator("#streams .footnotes p")).to_have_count(1)
    expect(page.locator("#streams .footnotes")).to_contain_text("playout buffer 40 to 49.67 ms")
    assert {text[-1] for text in page.locator("#streams td:has(sup)").all_inner_texts()} == {"a"}


def test_findings_lead_to_their_calls(page: Page) -> None:
    """The kind opens, its calls can be filtered, one of them opened."""
    first = page.locator("#findings details").first
    first.get_by_text("jitter-above-buffer").click()
    expect(first.get_by_role("link")).to_have_count(32)
    first.get_by_role("button", name="Show only these calls").click()
    expect(page.get_by_label("Search calls")).to_have_value("jitter-above-buffer")
    assert set(column(page, "Findings")) == {"jitter-above-buffer"}
    first.get_by_role("link").first.click()
    expect(page.locator("#detail h2")).to_contain_text("→")


def test_the_keyboard_is_enough(page: Page) -> None:
    """Slash, words, Tab to the rows, arrows over the end of a page, Enter, Escape, same row."""
    page.keyboard.press("/")
    expect(page.get_by_label("Search calls")).to_be_focused()
    links = calls(page).locator("tbody a")
    links.nth(98).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#calls").get_by_role("status")).to_have_text(f"101{DASH}200 of 240 calls")
    expect(links.first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#detail h2")).to_be_focused()
    page.keyboard.press("Escape")
    expect(links.first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(links.nth(99)).to_be_focused()


def test_a_call_that_is_filtered_away_gives_the_focus_to_the_search(page: Page) -> None:
    """The focus is never lost, and the browser's own way back works."""
    page.get_by_label("Search calls").fill("busy")
    page.goto(f"{page.url}#call/1")
    page.go_back()
    expect(page.get_by_label("Search calls")).to_be_focused()


def test_an_empty_capture_says_so(open_page: OpenPage) -> None:
    """No call, no stream, no finding: words instead of empty boxes."""
    page = open_page(analyses.analysis((), ()), NOTHING)
    expect(page.locator("#findings")).to_contain_text("Nothing that an engineer would point at")
    expect(page.locator("#calls").get_by_role("status")).to_have_text("no calls")
    expect(page.locator("#streams").get_by_role("status")).to_have_text("no streams")


def test_a_stream_of_no_call_has_a_view_of_its_own(open_page: OpenPage) -> None:
    """A capture of media alone is worth reading too; wrong addresses show the lists."""
    lone = samples.stream(call_id=None)
    page = open_page(analyses.analysis((), (lone,)), NOTHING)
    page.get_by_role("table", name="Streams").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Stream without a call")).to_be_focused()
    expect(page.locator(".rating")).to_contain_text("MOS 4.12 ITU-T G.107")
    page.goto(f"{page.url.partition('#')[0]}#call/99999999999")
    expect(page.locator("#overview")).to_be_visible()
