"""The page of an analysis: one file with its own style, script and data.

Knows which assets make the page. Must not know what any figure means, nor a clock or a path: the
same analysis gives the same page.
"""

from voipprobe.model.analysis import Analysis, AnalysisDetail
from voipprobe.results.html.assembly import assembled
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

    Args:
        analysis: what the capture shows; pass it through `redacted` first to mask people.
        detail: the ladders and series to draw; a call or stream without them has no drawing.

    Returns:
        A whole HTML document, to be stored as UTF-8.

    Raises:
        StoreError: a number is NaN or infinite.
    """
    blocks = data_blocks(analysis, detail)
    return assembled("page.html", styles=STYLES, scripts=SCRIPTS, blocks=blocks)
