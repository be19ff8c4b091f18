"""The preview of dashboards in a browser: what is drawn is what was measured, and nothing else."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations

import pytest
from playwright.sync_api import Locator, Page, expect
from support.alarm_fleet import SHIPPED
from support.browser import DASH, OpenPage
from support.contrast import contrast_ratio
from support.dashboards import rendered
from support.path_story import BAD, FLEET, GAP, MINUTES, T0, UNTIL, story

from voipprobe.aws.alarms.render import render as render_alarms
from voipprobe.aws.dashboards.preview.build import preview
from voipprobe.model.measurement import Measurement
from voipprobe.results.html.dashboards_page import dashboards_page

pytestmark = pytest.mark.browser
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 400, "height": 800}
NAMES = tuple(rendered(FLEET))
COLOURS = """kinds => kinds.map(kind => [kind, [...document.querySelectorAll(kind)]
  .filter(one => one.checkVisibility()).map(element => {
    let filled = element;
    while (filled && getComputedStyle(filled).backgroundColor === 'rgba(0, 0, 0, 0)') {
      filled = filled.parentElement;
    }
    const behind = getComputedStyle(filled ?? document.body).backgroundColor;
    return [getComputedStyle(element).color, behind];
  })])"""
BOXES = """() => [...document.querySelectorAll('.widget')].filter(one => one.checkVisibility())
  .map(one => { const { left, right, top, bottom } = one.getBoundingClientRect();
                return [left, right, top, bottom]; })"""
DRAWN = "() => [...document.querySelectorAll('.plot')].every(one => one.querySelector('svg'))"
TEXTS = ("p", "li", "h3", "dt", "dd", "b", ".badge", "a", ".readout", "summary", "figcaption span")


@cache
def html(*, empty: bool = False, without: str = "") -> str:
    measured: list[Measurement] = [] if empty else [
        one for one in story() if dict(one.dimensions)["Source"] != without
    ]  # fmt: skip
    bodies, alarms = rendered(FLEET).values(), render_alarms(SHIPPED, FLEET)
    return dashboards_page(preview(FLEET, bodies, alarms, measured, since=T0, until=UNTIL))


def each(page: Page) -> Iterator[str]:
    """Shows one dashboard after the other."""
    for name in NAMES:
        page.evaluate("name => { location.hash = name; }", name)
        page.locator(f"#names [aria-current][href='#{name}']").wait_for()
        page.wait_for_function(DRAWN)
        yield name


def titled(page: Page, title: str) -> Locator:
    return page.locator(".widget").filter(
        has=page.locator("h3, figcaption b", has_text=re.compile(f"^{re.escape(title)}$"))
    )


def points(line: Locator) -> list[list[tuple[float, float]]]:
    """The strokes of a path, each a list of places."""
    strokes = (line.get_attribute("d") or "").split("M")[1:]
    return [
        [(float(x), float(y)) for x, y in re.findall(r"([\d.]+) ([\d.]+)", one)] for one in strokes
    ]


def test_one_dashboard_at_a_time(open_html: OpenPage) -> None:
    """By its tab, by a link in its text, and by the address."""
    page = open_html(html())
    tabs = page.get_by_role("navigation", name="Dashboards")
    expect(tabs.get_by_role("link")).to_have_count(len(NAMES))
    expect(page.get_by_role("heading", name="Voice paths of VoIP")).to_be_visible()
    tabs.get_by_role("link", name="Paths from pdx").click()
    expect(page.get_by_role("heading", name="Voice paths of VoIP")).to_have_count(0)
    expect(tabs.locator("[aria-current=page]")).to_have_text("Paths from pdx")
    page.locator(".widget.text").first.get_by_role("link", name="Agents and cost").click()
    expect(titled(page, "Heartbeats a minute")).to_be_visible()
    assert page.url.endswith("#vp-agents")


def test_the_numbers_of_the_matrix(open_html: OpenPage) -> None:
    """30 of 165 rounds with one call of five lost, as computed by hand."""
    page = open_html(html())
    there, back = titled(page, "→ pdx"), titled(page, "→ iad")
    expect(there.locator("dd")).to_have_text(["96.36", "4", "3.636"])
    expect(back.locator("dd")).to_have_text(["100", "4", "0"])


def test_a_gap_is_a_gap_and_a_dip_is_a_dip(open_html: OpenPage) -> None:
    """The line ends where rounds are void, begins again after it, and is low where calls fail."""
    page = open_html(html(), at="#vp-paths-iad", viewport=WIDE)
    shown = titled(page, "Calls that end as they should, pdx")
    before, after = points(shown.locator("path.line"))
    periods, bad = MINUTES // 5, range(BAD[0] // 5, BAD[-1] // 5 + 1)
    assert len(before) == GAP[0] // 5
    assert len(before) + len(after) + len(GAP) // 5 == periods
    heights = [round(y, 1) for _, y in before]
    good, low = min(heights), max(heights)
    assert [y == low for y in heights] == [n in bad for n in range(len(before))]
    marks = [float(one.get_attribute("y1") or "") for one in shown.locator(".plot line.mark").all()]
    # 98 and 90 on a scale where 100 and 80 are known
    share = [100 - 20 * (y - good) / (low - good) for y in marks]
    assert share == pytest.approx([98, 90], abs=0.2)
    expect(shown.locator(".legend li")).to_have_text([
        "as wanted 100", "warning below (success-ratio-low) 98",
        "critical below (success-ratio-low) 90",
    ])  # fmt: skip


def test_arrow_keys_read_values_at_a_time(open_html: OpenPage) -> None:
    """The legend shows the values there, a dash in the gap."""
    page = open_html(html(), at="#vp-paths-iad", viewport=WIDE)
    shown = titled(page, "MOS, pdx")
    drawing = shown.get_by_role("img")
    drawing.focus()
    for _ in range(BAD[0] // 5 + 1):
        drawing.press("ArrowRight")
    expect(shown.locator("output")).to_have_text("01-15 09:00, 5 min")
    expect(shown.locator(".legend b")).to_have_text(["3", "4.2", "4.4"])
    for _ in range((GAP[0] - BAD[0]) // 5):
        drawing.press("ArrowRight")
    expect(shown.locator(".legend b")).to_have_text([DASH] * 3)


def test_states_of_alarms(open_html: OpenPage) -> None:
    """What is in ALARM stands first; the rest is counted."""
    page = open_html(html(), at="#vp-agents")
    shown = titled(page, "Alarms on agents")
    expect(shown.locator(".badges .badge").first).to_have_text("1 alarm")
    expect(shown.locator(".alarms li").first).to_have_text("alarm agent-silent / critical / pdx")
    legend = titled(page, "Heartbeats a minute").locator(".legend li")
    expect(legend.first).to_have_text("iad 1")
    expect(legend.nth(1)).to_have_text("pdx no data since 10:30")


def test_no_data_is_said_and_not_drawn(open_html: OpenPage) -> None:
    """On no dashboard a line, a zero or an OK."""
    page = open_html(html(empty=True))
    expect(page.locator(".notice")).to_contain_text("Nothing was measured in this time")
    for _ in each(page):
        assert page.locator("path.line, .dot, .badge.good, .badge.bad").count() == 0
        graphs = page.locator(".widget.graph")
        expect(graphs.locator(".nothing")).to_have_count(graphs.count())
        assert all(text == DASH for text in page.locator(".numbers dd").all_text_contents())
        assert page.locator(".badge.unknown").count() > 0


def test_an_agent_whose_history_is_elsewhere_is_named(open_html: OpenPage) -> None:
    """Its alarms are not worked out."""
    page = open_html(html(without="pdx"), at="#vp-agents")
    expect(page.locator(".notice")).to_contain_text("No measurements of pdx")
    shown = titled(page, "Alarms on agents")
    expect(shown.locator(".badges")).to_contain_text("3 not worked out")
    assert shown.locator(".badge.bad").count() == 0


def test_widgets_are_where_cloudwatch_puts_them(open_html: OpenPage) -> None:
    """None over another, and nothing wider than the screen."""
    page = open_html(html(), viewport=WIDE)
    for name in each(page):
        assert page.evaluate("document.documentElement.scrollWidth") == WIDE["width"]
        for one, other in combinations(page.evaluate(BOXES), 2):
            left, right, top, bottom = (inner - 1 if side % 2 else inner + 1
                                        for side, inner in enumerate(one))  # fmt: skip
            apart = right <= other[0] or other[1] <= left or bottom <= other[2] or other[3] <= top
            assert apart, (name, one, other)


def test_a_narrow_screen_scrolls_one_way_only(open_html: OpenPage) -> None:
    """One widget below the other, none wider than the screen, drawings included."""
    page = open_html(html(), viewport=NARROW)
    for name in each(page):
        assert page.evaluate("document.documentElement.scrollWidth") == NARROW["width"], name
        assert len({(left, right) for left, right, _, _ in page.evaluate(BOXES)}) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast(open_html: OpenPage, scheme: str) -> None:
    """WCAG 2.2 1.4.3: at least 4.5 to 1; lines of graphs 3 to 1 (1.4.11)."""
    page = open_html(html(), color_scheme=scheme)
    for _ in each(page):
        for kind, found in page.evaluate(COLOURS, list(TEXTS)):
            for own, behind in {tuple(pair) for pair in found}:
                assert contrast_ratio(own, behind) >= 4.5, (kind, own, behind)
        surface = page.locator(".widget.graph, .widget.text").first.evaluate(
            "one => getComputedStyle(one).backgroundColor"
        )
        strokes = page.locator("path.line, line.mark").evaluate_all(
            "all => all.map(one => getComputedStyle(one).stroke)"
        )
        assert strokes
        for stroke in set(strokes):
            assert contrast_ratio(stroke, surface) >= 3, stroke


def test_every_drawing_has_a_name(open_html: OpenPage) -> None:
    """For those who hear the page."""
    page = open_html(html(), at="#vp-paths-iad")
    page.wait_for_function(DRAWN)
    drawings = page.get_by_role("img")
    expect(drawings).to_have_count(8)  # all but the one without data
    for one in drawings.all():
        expect(one).to_have_accessible_name(re.compile(r"pdx\. "))
