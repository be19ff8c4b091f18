"""What everybody needs to read the page: contrast, names, width, paper."""

import re

import pytest
from playwright.sync_api import Page, expect
from support import analyses
from support.browser import OpenPage
from support.contrast import contrast_ratio

pytestmark = pytest.mark.browser
HAS_WORDS = re.compile(r"\w")
ADDRESSES = ("", "#call/3", "#call/10")
COLOURS = """elements => elements.filter(one => one.checkVisibility()).map(element => {
  let filled = element;
  while (filled && getComputedStyle(filled).backgroundColor === 'rgba(0, 0, 0, 0)') {
    filled = filled.parentElement;
  }
  const behind = filled ? getComputedStyle(filled).backgroundColor : 'rgb(255, 255, 255)';
  return [getComputedStyle(element).color, behind];
})"""
TEXTS = ("p", "td", "th a", "dt", "dd", ".badge", "h2", "button", ".label", ".time", ".assumptions")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("at", ADDRESSES)
def test_text_has_contrast(open_page: OpenPage, scheme: str, at: str) -> None:
    """WCAG 2.2 1.4.3: at least 4.5 to 1 for every kind of text, in both schemes."""
    page = open_page(*analyses.many(40), at=at, color_scheme=scheme)
    for kind in TEXTS:
        for own, behind in page.locator(f"{kind}:not(:disabled)").evaluate_all(COLOURS):
            assert contrast_ratio(own, behind) >= 4.5, (kind, own, behind)


def test_dark_is_dark(open_page: OpenPage) -> None:
    """The browser's preference decides."""
    shades = [
        open_page(*analyses.many(2), color_scheme=scheme)
        .locator("body")
        .evaluate_all(COLOURS)[0][1]
        for scheme in ("light", "dark")
    ]
    assert (
        contrast_ratio(shades[0], "rgb(0, 0, 0)")
        > 15
        > contrast_ratio(shades[1], "rgb(0, 0, 0)") * 10
    )


@pytest.mark.parametrize("at", ADDRESSES)
def test_a_narrow_screen_scrolls_one_way_only(open_page: OpenPage, at: str) -> None:
    """At 360 px nothing is wider than the screen, and what matters of a call is still there."""
    page = open_page(*analyses.many(40), at=at, viewport={"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    if not at:
        row = page.get_by_role("table", name="Calls").get_by_role("row").nth(4)
        expect(row).to_contain_text("answered 200")
        expect(row.get_by_role("cell").filter(has_text="4.12")).to_be_visible()


@pytest.mark.parametrize("at", ADDRESSES)
def test_everything_that_can_be_used_has_a_name(open_page: OpenPage, at: str) -> None:
    """For those who hear the page: no button, link, field or picture without words."""
    page = open_page(*analyses.many(40), at=at)
    for role in ("button", "link", "searchbox", "img", "table", "navigation"):
        for element in page.get_by_role(role).all()[:40]:
            expect(element).to_have_accessible_name(HAS_WORDS)


def test_paper_has_no_buttons_and_no_dark(open_page: OpenPage) -> None:
    """What is printed is what is shown, without what can only be clicked."""
    page: Page = open_page(*analyses.many(3), color_scheme="dark")
    page.emulate_media(media="print")
    expect(page.locator(".toolbar").first).to_be_hidden()
    own, _ = page.locator("td").evaluate_all(COLOURS)[0]
    assert contrast_ratio(own, "rgb(255, 255, 255)") > 4.5


def test_a_narrow_ladder_still_says_what_was_retransmitted(open_page: OpenPage) -> None:
    """The words on an arrow are not cut on a telephone, 390 px wide."""
    page = open_page(*analyses.many(40), at="#call/3", viewport={"width": 390, "height": 844})
    labels = page.locator(".again .label")
    assert labels.count() > 0
    assert labels.evaluate_all("all => all.every(one => one.scrollWidth <= one.clientWidth)")
