"""Widgets to their places: from left to right, in rows as high as their highest. Pure."""

from collections.abc import Iterable
from typing import Final

from voipprobe.aws.dashboards.dashboard import BodyWidget
from voipprobe.aws.dashboards.templates.model import GRID

NEW_ROW: Final = "new_row"


def placed(widgets: Iterable[BodyWidget]) -> list[BodyWidget]:
    """The same widgets with `x` and `y`.

    One that does not fit into a row begins the next, and so does one with `NEW_ROW`.
    """
    found: list[BodyWidget] = []
    x = y = highest = 0
    for widget in widgets:
        if x + widget["width"] > GRID or (widget.get(NEW_ROW) and x):
            x, y, highest = 0, y + highest, 0
        place = {key: widget[key] for key in ("width", "height")}
        found.append({"type": widget["type"], "x": x, "y": y, **place,
                      "properties": widget["properties"]})  # fmt: skip
        x += widget["width"]
        highest = max(highest, widget["height"])
    return found
