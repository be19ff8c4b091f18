"""One file out of assets and data: a page that needs nothing but a browser.

Knows how hostile data stays in its block. Must not know what a page shows.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from importlib import resources
from string import Template


def assembled(
    page: str, *, styles: Sequence[str], scripts: Sequence[str], blocks: Mapping[str, str]
) -> str:
    """The text of a whole HTML document, to be stored as UTF-8.

    All data is JSON in inert blocks, and the script puts it into the page as text only. The
    page's own policy allows this one style and this one script by their hashes, no other code
    and no request, so that a mistake in either would still run nothing.

    Args:
        page: the asset with the markup.
        styles: assets, in order.
        scripts: likewise.
        blocks: JSON by the name of its block.
    """
    style, script = _joined(styles), _wrapped(_joined(scripts))
    return Template(_asset(page)).substitute(
        style=style,
        style_hash=_policy_hash(style),
        script=script,
        script_hash=_policy_hash(script),
        data="\n".join(_data_element(name, text) for name, text in blocks.items()),
    )


def _joined(names: Sequence[str]) -> str:
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
