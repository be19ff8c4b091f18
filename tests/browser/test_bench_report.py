"""The page of benchmarks in a browser: its pictures show what the report says, and nothing else."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from support.bench_runs import LOCAL, TWELVE, TYPES, ec2_plan, write_run
from support.browser import DASH, OpenPage
from support.contrast import contrast_ratio
from support.recordings import BENCH_RUN

from voipprobe.bench.raw.reader import RawRun, read_raw
from voipprobe.bench.report.document import Report, report
from voipprobe.bench.report.page import page as page_of
from voipprobe.bench.report.rows import Row

pytestmark = pytest.mark.browser
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 400, "height": 800}
DRAWN = "() => [...document.querySelectorAll('.plot')].every(one => one.querySelector('svg'))"
COLOURS = """elements => elements.filter(one => one.checkVisibility()).map(element => {
  let filled = element;
  while (filled && getComputedStyle(filled).backgroundColor === 'rgba(0, 0, 0, 0)') {
    filled = filled.parentElement;
  }
  const behind = getComputedStyle(filled ?? document.body).backgroundColor;
  return [getComputedStyle(element).color, behind];
})"""
TEXTS = ("p", "li", "td", "th a", "th button", "dt", "dd", "h3", "summary", "pre",
         "figcaption span", ".badge", ".warnings li")  # fmt: skip
TIMES = "\N{MULTIPLICATION SIGN}"
CAPACITY = "Concurrent calls by size"


def simulated(knees: dict[str, float], text: str, **how: Any) -> RawRun:
    with TemporaryDirectory() as folder:
        return read_raw(write_run(Path(folder) / "raw", knees, plan=ec2_plan(text), **how))


@cache
def twelve() -> RawRun:
    """Twelve types, three searches each; the two largest are beyond the generator's reach."""
    knees = {name: 200.0 + 180 * place for place, name in enumerate(TYPES)}
    return simulated(knees, TWELVE, reach=1900, voids=0.05, false_failures=0.03)


@cache
def all_void() -> RawRun:
    """The generator could not even make the smallest load."""
    return simulated({"0.5cpu": 150.0}, LOCAL, reach=1, ceiling=None)


@cache
def real() -> RawRun:
    return read_raw(BENCH_RUN)


def opened(open_html: OpenPage, *runs: RawRun, **how: Any) -> Page:
    page = open_html(page_of(runs), **how)
    page.wait_for_function(DRAWN)
    return page


def figure(page: Page, title: str) -> Locator:
    exact = re.compile(f"^{re.escape(title)}$")
    return page.locator("figure").filter(has=page.locator("figcaption b", has_text=exact))


def numbers(elements: Locator, *names: str) -> list[tuple[float, ...]]:
    """Attributes of each element."""
    script = "(all, names) => all.map(one => names.map(name => Number(one.getAttribute(name))))"
    return [tuple(each) for each in elements.evaluate_all(script, list(names))]


def scale(places: list[float], texts: list[str]) -> Callable[[float], float]:
    """What a place on an axis stands for, by its first and its last tick."""
    low, high = (float(texts[at].replace("k", "000")) for at in (0, -1))
    return lambda at: low + (at - places[0]) / (places[-1] - places[0]) * (high - low)


def drawn_bounds(picture: Locator) -> list[tuple[float, float, float]]:
    """Value, lower and upper bound of each bar."""
    ticks = picture.locator("text.tick")
    calls = scale([x for (x,) in numbers(ticks, "x")], ticks.all_text_contents())
    bars = numbers(picture.locator("rect.bar"), "x", "width")
    lines = numbers(picture.locator("line.bounds"), "x1", "x2")[::3]  # each has its ends after it
    return [
        (calls(x + width), calls(low), calls(high))
        for (x, width), (low, high) in zip(bars, lines, strict=True)
    ]


def wanted_bounds(rows: tuple[Row, ...]) -> list[Any]:
    found = [(row.calls, row.calls_low, row.calls_high) for row in rows if row.calls is not None]
    most = max(high for _, _, high in found if high is not None)
    return [pytest.approx(one, abs=most / 400) for one in found]


def ends(row: Row) -> str:
    [(end, times)] = row.ends.items()
    return f"{times} {TIMES} {end}" if times > 1 else end


@pytest.mark.parametrize("run", [real, twelve])
def test_bars_have_the_bounds_of_the_report(open_html: OpenPage, run: Any) -> None:
    """One for each size with a capacity, to a pixel or two; the others have words and no bar."""
    rows = report(run()).rows
    picture = figure(opened(open_html, run(), viewport=WIDE), CAPACITY)
    assert drawn_bounds(picture) == wanted_bounds(rows)
    expect(picture.locator("text.none")).to_have_text(
        [f"{ends(row)}, at least {row.at_least:,}" for row in rows if row.calls is None]
    )
    dots = sum(row.n for row in rows if row.searches > 1)
    expect(picture.locator("circle.search")).to_have_count(dots)


def test_calls_for_a_dollar(open_html: OpenPage) -> None:
    """Bounds by the price; no such picture where nothing has a price."""
    rows = [row for row in report(twelve()).rows if row.calls_per_usd_hour is not None]
    page = opened(open_html, twelve(), viewport=WIDE)
    drawn = drawn_bounds(figure(page, "Concurrent calls for a dollar an hour"))
    for (value, low, high), row in zip(drawn, rows, strict=True):
        price = row.usd_per_hour or 0.0
        assert value == pytest.approx(row.calls_per_usd_hour, rel=0.005)
        assert low == pytest.approx((row.calls_low or 0) / price, rel=0.005)
        assert high == pytest.approx((row.calls_high or 0) / price, rel=0.005)
    page = opened(open_html, real())
    expect(figure(page, "Concurrent calls for a dollar an hour")).to_have_count(0)


def test_history_of_a_search(open_html: OpenPage) -> None:
    """Every trial at its place with its verdict, and the bracket that was left."""
    found = report(real())
    picture = figure(opened(open_html, real(), viewport=WIDE), "Search 0.1cpu-1")
    trials = [one for one in found.trials if one.search == "0.1cpu-1"]
    marks = [one.get_attribute("class") for one in picture.locator(".trial").all()]
    assert marks == [f"trial {one.status}{' full' if one.length == 'full' else ''}"
                     for one in trials]  # fmt: skip
    drawing = picture.get_by_role("img")
    drawing.focus()
    for one in trials:
        drawing.press("ArrowRight")
        said = re.compile(rf"^#{one.number}, {one.load} calls?, {one.length} trial ")
        expect(picture.locator("output")).to_have_text(said)
    heights = picture.locator("path.edge").evaluate_all(
        "all => all.map(one => Number(one.getAttribute('d').match(/ ([\\d.]+)$/)[1]))"
    )
    up = picture.locator("text.tick[text-anchor=end]")
    load = scale([y - 4 for (y,) in numbers(up, "y")], up.all_text_contents())
    assert [load(y) for y in heights] == pytest.approx(
        [trials[-1].lower, trials[-1].upper], rel=0.01
    )


def test_figures_against_load_leave_void_trials_out(open_html: OpenPage) -> None:
    """They say nothing of the system; the threshold is drawn where it is."""
    page = opened(open_html, twelve(), viewport=WIDE)
    tried = [one for one in report(twelve()).trials if one.search.startswith("c7i.large-")]
    sound = [one for one in tried if one.status != "void"]
    assert len(sound) < len(tried)
    section = page.locator("section", has=page.locator("#run0-size0"))
    for title in ("success_ratio against load", "CPU of the system against load"):
        expect(figure(page, title).and_(section.locator("figure")).locator(".trial")).to_have_count(
            len(sound)
        )
    ratios = section.locator("figure").filter(has_text="success_ratio against load")
    expect(ratios.locator("line.mark")).to_have_count(1)
    expect(ratios.locator("figcaption")).to_contain_text("line: success_ratio>=0.999")


def test_answers_and_caveats_are_those_of_the_report(open_html: OpenPage) -> None:
    """In words, veth before anything else."""
    found = report(real())
    page = opened(open_html, real())
    expect(page.locator(".caveats li")).to_have_text(list(found.caveats))
    assert "veth is no network" in found.caveats[0]
    expect(page.locator(".answers li")).to_have_text(list(in_order(found)))


def test_what_the_objective_does_not_ask_is_told(open_html: OpenPage) -> None:
    """The rate, the packets, and the worst figures of the trials that confirm a capacity."""
    (confirming,) = [one for one in report(real()).trials
                     if one.load == 72 and one.length == "full"]  # fmt: skip
    rating = confirming.figures["mos.p5"]
    said = opened(open_html, real()).locator(".stream > p.muted")
    expect(said).to_have_count(1)
    expect(said).to_have_text(
        "At 72 calls: 36 calls/s, 14,400 RTP packets/s in and out. Worst of the trials that "
        f"confirm it: loss_ratio 0 %, mos.p5 {rating:.2f}."
    )


def in_order(found: Report) -> list[str]:
    """The answers by size, as the page has them."""
    return [
        found.answers[one.search.id]
        for row in found.rows for one in found.searches if one.search.size == row.size
    ]  # fmt: skip


def test_every_trial_can_be_sorted_and_searched(open_html: OpenPage) -> None:
    """With its verdict and the first reason for it."""
    page, trials = opened(open_html, real(), viewport=WIDE), report(real()).trials
    table = page.get_by_role("table", name="Every trial")
    rows = table.locator("tbody tr")
    expect(rows).to_have_count(len(trials))
    expect(rows.locator(".badge")).to_have_text([one.status.value for one in trials])
    for line, one in zip(rows.all(), trials, strict=True):
        expect(line).to_contain_text("; ".join(one.reasons) or one.why)
    table.get_by_role("button", name="Calls").click()
    loads = sorted((one.load for one in trials), reverse=True)
    expect(rows.locator("td:nth-child(2)")).to_have_text([f"{load:,}" for load in loads])
    page.get_by_label("Search trials").fill("fail")
    failed = [
        one
        for one in trials
        if "fail" in " ".join([one.status, one.why, *one.reasons, *one.causes])
    ]
    expect(rows).to_have_count(len(failed))
    table.get_by_role("link").first.click()
    highest = max(failed, key=lambda one: one.load)
    assert page.url.endswith("#run0-size0" if highest.search == "0.1cpu-1" else "#run0-size1")


def test_calls_that_a_passed_trial_left_out_are_told(open_html: OpenPage) -> None:
    """Beside why it was made; what SIPp complained of where all was well is not."""
    raw, left_out = real(), "left out: 2 calls refused while 11 were up"
    first = raw.trials[0]
    measured = replace(first.measured, causes=(left_out, "SIPp: Dead call"))
    changed = replace(raw, trials=(replace(first, measured=measured), *raw.trials[1:]))
    cell = opened(open_html, changed).get_by_role("table", name="Every trial").locator("td.prose")
    expect(cell.first).to_have_text(f"{first.why}; {left_out}")


def test_what_is_needed_to_repeat_it(open_html: OpenPage) -> None:
    """Plan, versions, kernel, CPU and configuration."""
    page, machine = opened(open_html, real()), real().machines[0]
    section = page.get_by_role("region", name="To repeat it")
    host = machine.hosts["this host"]
    for text in (real().run.environment.voipprobe, host.kernel, host.cpu_model, "[[size]]",
                 "success_ratio>=0.97", machine.versions["rtpengine"].split()[1]):  # fmt: skip
        expect(section).to_contain_text(text or "never")
    for name, text in machine.configuration.items():
        shown = section.locator("details").filter(has_text=f"Configuration: {name} (of ")
        assert shown.locator("pre").text_content() == text


def test_a_run_of_void_trials_has_no_bars(open_html: OpenPage) -> None:
    """No capacity, no figure against load, and the words say whose fault it was."""
    page = opened(open_html, all_void())
    expect(page.locator("rect.bar, line.bounds, .trial.pass")).to_have_count(
        page.locator(".legend .trial.pass").count()
    )
    expect(page.locator(".answers")).to_contain_text("the generator was the limit, not the system")
    expect(figure(page, "Search 0.5cpu-1").locator(".trial.void")).to_have_count(3)
    expect(page.locator("figcaption b", has_text="against load")).to_have_count(0)


def test_a_run_that_was_cut_short(open_html: OpenPage, tmp_path: Path) -> None:
    """Nothing but its first line; then a trial and a torn one."""
    lines = BENCH_RUN.read_bytes().splitlines(keepends=True)
    trial = next(at for at, line in enumerate(lines) if b'"record": "trial"' in line)
    begun, torn = tmp_path / "begun", tmp_path / "torn"
    begun.write_bytes(lines[0])
    torn.write_bytes(b"".join(lines[: trial + 2])[:-50])
    page = opened(open_html, read_raw(begun), read_raw(torn))
    first, second = page.locator("#run0"), page.locator("#run1")
    expect(first.locator(".answers li")).to_have_text(["Not begun.", "Not begun."])
    expect(first.get_by_role("table", name="Every trial").locator("tbody tr")).to_have_count(0)
    expect(second.locator(".caveats")).to_contain_text("A crash cut the last record")
    expect(second.locator("tbody .badge")).to_have_count(1)
    expect(page.get_by_role("navigation", name="Runs").get_by_role("link")).to_have_count(2)


@pytest.mark.parametrize("viewport", [WIDE, NARROW])
def test_nothing_is_wider_than_the_screen(open_html: OpenPage, viewport: Any) -> None:
    """Wide tables scroll in their own box; no words of a drawing are cut."""
    page = opened(open_html, twelve(), real(), viewport=viewport)
    assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
    beyond = page.locator("svg text").evaluate_all("""all => all.filter(one => {
      const own = one.getBoundingClientRect(), room = one.ownerSVGElement.getBoundingClientRect();
      return own.right > room.right + 1 || own.left < room.left - 1;
    }).map(one => one.textContent)""")
    assert beyond == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_has_contrast(open_html: OpenPage, scheme: str) -> None:
    """WCAG 2.2: text 4.5 to 1 (1.4.3), what pictures are read by 3 to 1 (1.4.11)."""
    page = opened(open_html, real(), all_void(), color_scheme=scheme)
    for kind in TEXTS:
        for own, behind in {tuple(pair) for pair in page.locator(kind).evaluate_all(COLOURS)}:
            assert contrast_ratio(own, behind) >= 4.5, (kind, own, behind)
    surface = page.locator(".stream").first.evaluate("one => getComputedStyle(one).backgroundColor")
    for kind, what in (("svg text", "fill"), (".trial", "stroke"), ("rect.bar", "fill"),
                       ("line.bounds", "stroke"), ("line.mark", "stroke")):  # fmt: skip
        least = 4.5 if kind == "svg text" else 3
        drawn = page.locator(kind).evaluate_all(f"all => all.map(o => getComputedStyle(o).{what})")
        assert drawn
        for colour in set(drawn):
            assert contrast_ratio(colour, surface) >= least, (kind, colour)


def test_every_drawing_has_a_name_and_all_its_figures_in_words(open_html: OpenPage) -> None:
    """For those who hear the page."""
    page = opened(open_html, real())
    for one in page.get_by_role("img").all():
        expect(one).to_have_accessible_name(re.compile(r"\w.*\. Arrow keys read single values\.$"))
    said = figure(page, CAPACITY).locator("desc").text_content() or ""
    small, large = report(real()).rows
    assert f"{small.size}: {small.calls:.0f} ({small.calls_low}{DASH}{small.calls_high})" in said
    assert f"{large.size}: maximum-carried, at least {large.at_least}" in said
