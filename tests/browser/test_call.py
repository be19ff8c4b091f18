"""The view of one call: ladder, findings, streams and plots."""

import pytest
from playwright.sync_api import Page, expect
from support import analyses, samples
from support.browser import DASH, OpenPage, box

from voipprobe.model.analysis import AnalysisDetail

pytestmark = pytest.mark.browser
ANSWERED, TIMEOUT = "#call/3", "#call/10"


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """An answered call whose INVITE was sent twice."""
    return open_page(*analyses.many(40), at=ANSWERED)


def test_the_ladder_tells_each_message(page: Page) -> None:
    """In words for those who do not see it: what, when, from whom, and whether again."""
    lines = page.locator(".ladder li > button")
    expect(lines).to_have_count(8)
    expect(lines.nth(1)).to_have_accessible_name(
        "INVITE sip:echo3@10.77.0.2, retransmission, at 0.500 s, 10.77.0.1:5060 to "
        "10.77.0.2:5060, packet 3002"
    )
    expect(page.locator(".ladder .again")).to_have_count(1)
    expect(lines.nth(2)).to_contain_text("100 Trying")
    expect(page.locator(".ladder-head .end")).to_have_count(2)


def test_arrows_point_where_the_message_went(page: Page) -> None:
    """A request from the first end goes right, its response left, between their lifelines."""
    first, third = (box(page.locator(".arrow").nth(index)) for index in (0, 2))
    lifelines = page.locator(".message").first.locator(".lifeline")
    ends = [box(lifelines.nth(index))["x"] for index in (0, 1)]
    assert first["x"] == pytest.approx(ends[0], abs=2)
    assert first["x"] + first["width"] == pytest.approx(ends[1], abs=2)
    expect(page.locator(".arrow").nth(0)).to_have_class("arrow right")
    expect(page.locator(".arrow").nth(2)).to_have_class("arrow left")
    assert third["x"] == pytest.approx(first["x"], abs=1)


def test_a_message_opens_and_closes_by_keyboard(page: Page) -> None:
    """Arrow, Enter, Escape for the message, Escape again for the call."""
    lines = page.locator(".ladder li > button")
    lines.first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(lines.nth(1)).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#message-1")).to_contain_text("Content-Type: application/sdp")
    page.keyboard.press("Escape")
    expect(page.locator("#message-1")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("#overview")).to_be_visible()


def test_a_findings_packet_opens_its_message(open_page: OpenPage) -> None:
    """The evidence is one click away."""
    page = open_page(*analyses.many(40), at=TIMEOUT)
    page.get_by_role("button", name="10002", exact=True).click()
    line = page.locator('.ladder [data-packet="10002"]')
    expect(line.get_by_role("button")).to_be_focused()
    expect(line.locator("pre")).to_be_visible()


def test_every_mos_has_its_assumptions_beside_it(page: Page) -> None:
    """The model, codec, buffer, delay and what was measured; a dash where there is no MOS."""
    rated = page.locator(".stream .rating")
    expect(rated.nth(0)).to_contain_text(f"MOS {DASH} not rated")
    expect(rated.nth(1)).to_contain_text(
        "MOS 4.12 ITU-T G.107 (narrowband E-model), G.711 with PLC (Ie 0, Bpl 25.1), playout "
        "buffer 60 ms, 20 ms of voice per packet, delay from half the measured round trip + "
        "buffer + packetisation; one-way delay 80.2 ms, effective loss 2.00 %, burst ratio 1.05"
    )


def test_plots_are_drawn_and_can_be_read(page: Page) -> None:
    """Five charts a stream; gaps stay gaps; the arrow keys read values."""
    charts = page.locator(".stream").nth(1).locator(".chart")
    expect(charts.locator("svg")).to_have_count(5)
    jitter = charts.nth(1).get_by_role("img")
    expect(jitter).to_have_accessible_name(
        "Jitter (RFC 3550). at most 6.95 ms, at 5.90 s. Arrow keys read single values."
    )
    assert (jitter.locator("path").get_attribute("d") or "").count(
        "M"
    ) == 2  # one silence, two lines
    jitter.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(charts.nth(1).locator("output")).to_contain_text("at 0.10 s: ")
    lost = charts.nth(2).locator(".bar")
    assert lost.count() == sum(1 for lost in analyses.series(5, 5).lost if lost)
    expect(charts.nth(4).locator(".mark-text")).to_have_text("buffer 60 ms")


def test_plots_wait_when_a_call_has_many_streams(open_page: OpenPage) -> None:
    """They are drawn when they are asked for."""
    streams = [samples.stream(ssrc=f"0x{index:08x}") for index in range(6)]
    call = samples.call(streams=tuple(range(6)))
    detail = AnalysisDetail(ladders={}, series=tuple(analyses.series(i, i) for i in range(6)))
    page = open_page(analyses.analysis((call,), streams), detail, at="#call/0")
    expect(page.locator("svg")).to_have_count(0)
    page.locator(".plots summary").nth(2).click()
    expect(page.locator("svg")).to_have_count(5)


def test_what_was_not_kept_is_said(open_page: OpenPage) -> None:
    """No ladder, no text, no series: words."""
    silent = analyses.message(7, 1.0, "INVITE sip:x@h", text=None)
    detail = AnalysisDetail(ladders={"a": (silent,)}, series=())
    calls = [samples.call(call_id=call_id, streams=(0,)) for call_id in ("a", "b")]
    page = open_page(analyses.analysis(calls, (samples.stream(),)), detail, at="#call/0")
    page.locator(".ladder button").click()
    expect(page.locator("#message-0")).to_have_text("the text of this message was not kept")
    expect(page.locator(".stream")).to_contain_text("No plots were kept")
    page.get_by_role("link", name="Next call").click()
    expect(page.locator("#detail")).to_contain_text("No messages were kept")


def test_a_flood_of_messages_stays_usable(open_page: OpenPage) -> None:
    """10,000 messages between 2,000 ends: some at once, the rest on demand, ends together."""
    flood = tuple(
        analyses.message(index, index / 100, "OPTIONS sip:h", source=f"10.0.0.1:{index % 2000}")
        for index in range(10_000)
    )
    call = samples.call(call_id="flood", streams=())
    page = open_page(
        analyses.analysis((call,), ()),
        AnalysisDetail(ladders={"flood": flood}, series=()),
        at="#call/0",
    )
    expect(page.locator(".message")).to_have_count(300)
    page.get_by_role("button", name="Show more of 9,700 messages").click()
    expect(page.locator(".message")).to_have_count(600)
    expect(page.locator(".end").last).to_have_text("1,992 others")
