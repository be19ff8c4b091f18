"""A headless Chromium, and what a test may ask of it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, FloatRect, Locator, Page, sync_playwright

CHROMIUM = shutil.which("chromium")
ARGUMENTS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)
DASH = "\N{EN DASH}"
"""What an unknown value is shown as."""

OpenPage = Callable[..., Page]
"""Analysis, detail, `at` (the part of the address behind the file), options of a context."""


@contextmanager
def running_chromium(path: str) -> Iterator[Browser]:
    """Debian's browser; playwright brings only the remote control."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS.split())
        yield browser
        browser.close()


def ready(page: Page) -> int:
    """Milliseconds from navigation until the page could be used; waits for it."""
    page.locator("html[data-ready-ms]").wait_for(state="attached")
    return int(page.locator("html").get_attribute("data-ready-ms") or "")


def box(element: Locator) -> FloatRect:
    """Where an element is drawn."""
    found = element.bounding_box()
    assert found is not None
    return found


def watch(page: Page, wrong: list[str]) -> None:
    """Collect errors, anything logged, and every request but that for the page."""

    def asked(request: Any) -> None:
        if not request.is_navigation_request():
            wrong.append(request.url)

    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text))
    page.on("request", asked)
