"""The page of an analysis: one file with its own style, script and data.

Knows which assets make a page and how they may not be left by hostile data. Must not know what
any figure means, nor a clock or a path: the same analysis gives the same page.
"""

import base64
import hashlib
from importlib import resources
from string import Template

from voipprobe.model.analysis import Analysis, AnalysisDetail
from voipprobe.results.html.payload import data_blocks

STYLES = ("base.css", "table.css", "detail.css", "narrow.css")
SCRIPTS = (
    "dom.js",
    "format.js",
    "data.js",
    "footnotes.js",
    "table.js",
    "findings.js",
    "summary.js",
    "scale.js",
    "chart.js",
    "plots.js",
    "ladder.js",
    "stream.js",
    "call.js",
    "lists.js",
    "main.js",
)


def html_page(analysis: Analysis, detail: AnalysisDetail) -> str:
    """The text of a page that needs nothing but a browser.

    Everything from the wire is JSON in inert blocks, and the script puts it into the page as
    text only. The page's own policy allows this one style and this one script by their hashes,
    no other code and no request, so that a mistake in either would still run nothing.

    Args:
        analysis: what the capture shows; pass it through `redacted` first to mask people.
        detail: the ladders and series to draw; a call or stream without them has no drawing.

    Returns:
        A whole HTML document, to be stored as UTF-8.

    Raises:
        StoreError: a number is NaN or infinite.
    """
    style, script = _joined(STYLES), _wrapped(_joined(SCRIPTS))
    blocks = data_blocks(analysis, detail)
    return Template(_asset("page.html")).substitute(
        style=style,
        style_hash=_policy_hash(style),
        script=script,
        script_hash=_policy_hash(script),
        data="\n".join(_data_element(name, text) for name, text in blocks.items()),
    )


def _joined(names: tuple[str, ...]) -> str:
    return "\n".join(_asset(name) for name in names)


def _wrapped(script: str) -> str:
    """One scope for all modules, and none of it global."""
    return f'(() => {{\n"use strict";\n{script}\n}})();\n'


def _asset(name: str) -> str:
    return (resources.files(__package__) / "assets" / name).read_text(encoding="utf-8")


def _policy_hash(text: str) -> str:
    """A source expression of Content Security Policy Level 2 (4.2.5)."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _data_element(name: str, text: str) -> str:
    """An inert block: "<" is written as an escape, so nothing in it can end the element."""
    escaped = text.replace("<", "\\u003c")
    return f'<script type="application/json" id="data-{name}">{escaped}</script>'
