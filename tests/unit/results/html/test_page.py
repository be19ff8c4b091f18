"""The page as a file: whole, closed against its own data, and the same every time."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

from support import analyses, samples

from voipprobe.model.analysis import AnalysisDetail
from voipprobe.results.html.page import html_page

HOSTILE = "</script><script>alert(1)</script><!--<script>"


class Elements(HTMLParser):
    """The scripts and styles of a page with their text, and every address it names."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[tuple[str, dict[str, str | None], str]] = []
        self.addresses: list[str | None] = []
        self.policy = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.addresses += [attributes[name] for name in ("src", "href") if name in attributes]
        if attributes.get("http-equiv") == "Content-Security-Policy":
            self.policy = attributes["content"] or ""
        if tag in {"script", "style"}:
            self.texts.append((tag, attributes, ""))

    def handle_data(self, data: str) -> None:
        if self.texts and self.cdata_elem:
            tag, attributes, text = self.texts[-1]
            self.texts[-1] = (tag, attributes, text + data)


def hostile_page() -> Elements:
    """A page of a call whose every text tries to leave its block."""
    call = samples.call(call_id=HOSTILE, from_=HOSTILE, streams=())
    message = analyses.message(1, 1.0, HOSTILE, text=HOSTILE)
    detail = AnalysisDetail(ladders={HOSTILE: (message,)}, series=())
    return Elements(html_page(analyses.analysis((call,), ()), detail))


def test_data_cannot_leave_its_block() -> None:
    """One script of ours, five inert blocks, and the words come back unchanged."""
    scripts = [one for one in hostile_page().texts if one[0] == "script"]
    assert [attributes.get("type") for _, attributes, _ in scripts] == [
        *["application/json"] * 5,
        None,
    ]
    calls = next(text for _, attributes, text in scripts if attributes.get("id") == "data-calls")
    assert json.loads(calls.split("\n")[1])[0] == HOSTILE


def test_the_policy_allows_this_script_and_this_style_alone() -> None:
    """By the hashes of exactly the text that stands in the page."""
    page = hostile_page()
    for tag, attributes, text in page.texts:
        if attributes.get("type") != "application/json":
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            assert f"{tag}-src 'sha256-{digest}'" in page.policy
    assert page.policy.startswith("default-src 'none'")
    assert "unsafe" not in page.policy


def test_the_page_needs_nothing_else() -> None:
    """No address outside itself, neither in the markup nor in script or style."""
    page = hostile_page()
    assert page.addresses == ["#calls"]
    code = "".join(text for _, attributes, text in page.texts if not attributes.get("type"))
    assert set(re.findall(r"https?://[^\"' )]+", code)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval)\b", code)


def test_the_same_analysis_gives_the_same_page() -> None:
    """No clock, no path and no order by chance."""
    assert html_page(*analyses.many(3)) == html_page(*analyses.many(3))
