"""5,000 calls stay usable."""

import time

import pytest
from support import analyses
from support.browser import OpenPage, ready

pytestmark = [pytest.mark.browser, pytest.mark.alone]
INTERACTIVE_MS = 2000


def test_five_thousand_calls_are_ready_in_two_seconds(open_page: OpenPage) -> None:
    """From navigation to the table drawn, with 8,000 streams and every ladder in the page.

    The best of three: this machine may be busy with something else.
    """
    page = open_page(*analyses.many(5000, plotted=1000))
    ready_ms = [ready(page)]
    for _ in range(2):
        page.reload()
        ready_ms.append(ready(page))
    assert min(ready_ms) < INTERACTIVE_MS


def test_search_sort_and_opening_feel_instant(open_page: OpenPage) -> None:
    """Each well under a second, the remote control's own time included."""
    page = open_page(*analyses.many(5000, plotted=1000))
    started = time.perf_counter()
    page.get_by_label("Search calls").fill("echo3 answered")
    page.get_by_role("table", name="Calls").get_by_role("button", name="Duration").click()
    page.get_by_role("table", name="Calls").get_by_role("link").first.click()
    page.locator(".ladder").wait_for()
    assert time.perf_counter() - started < 2.0
