"""One headless Chromium for all tests of the page, and pages that may do nothing wrong."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from support.browser import CHROMIUM, OpenPage, ready, running_chromium, watch

from voipprobe.model.analysis import Analysis, AnalysisDetail
from voipprobe.results.html.page import html_page


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser; tests are skipped where it is not installed."""
    if CHROMIUM is None:
        pytest.skip("not installed: chromium")
    with running_chromium(CHROMIUM) as browser:
        yield browser


@pytest.fixture
def open_html(chromium: Browser, tmp_path: Path) -> Iterator[OpenPage]:
    """Opens a page of ours from a file, without a network.

    A test fails if the page threw an error, logged one, or asked for anything but itself.
    """
    wrong: list[str] = []
    contexts = []

    def opened(html: str, *, at: str = "", **how: Any) -> Page:
        file = tmp_path / "page.html"
        file.write_text(html, encoding="utf-8")
        context = chromium.new_context(offline=True, **how)
        contexts.append(context)
        page = context.new_page()
        watch(page, wrong)
        page.goto(file.as_uri() + at)
        ready(page)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def open_page(open_html: OpenPage) -> OpenPage:
    """Opens the page of an analysis."""

    def opened(analysis: Analysis, detail: AnalysisDetail, *, at: str = "", **how: Any) -> Page:
        return open_html(html_page(analysis, detail), at=at, **how)

    return opened
