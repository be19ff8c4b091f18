"""The page of dashboards: one file that shows what CloudWatch would, and says what it cannot.

Knows which assets make the page. Must not know what any figure means, nor a clock.
"""

import json

from voipprobe.model.preview import Preview
from voipprobe.results.document import to_document
from voipprobe.results.html.assembly import assembled

STYLES = ("base.css", "detail.css", "table.css", "dashboards.css")
SCRIPTS = (
    "dom.js",
    "format.js",
    "scale.js",
    "chart.js",
    "markdown.js",
    "widgets.js",
    "dashboards.js",
)


def dashboards_page(preview: Preview) -> str:
    """The text of a page that needs nothing but a browser, to be stored as UTF-8.

    Raises:
        StoreError: a number is NaN or infinite.
    """
    text = json.dumps(to_document(preview), ensure_ascii=False, separators=(",", ":"))
    return assembled("dashboards.html", styles=STYLES, scripts=SCRIPTS, blocks={"preview": text})
