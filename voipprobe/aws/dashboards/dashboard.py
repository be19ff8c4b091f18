"""One dashboard as CloudWatch takes it, and the mark that says whose it is."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

Body = Mapping[str, Any]
"""What PutDashboard takes as JSON."""
BodyWidget = dict[str, Any]

MARK: Final = "voipprobe:dashboards"
"""Dashboards have no tags: this word with the fleet's prefix stands in a text widget of ours."""
_MARKED: Final = re.compile(rf"{MARK}=([A-Za-z0-9_-]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """A dashboard; one account has it in all Regions.

    Attributes:
        name: unique in its account. title: in words.
        body: what it shows.
    """

    name: str
    title: str
    body: Body

    @property
    def text(self) -> str:
        """The body as PutDashboard gets it: the same body is the same text."""
        return json.dumps(self.body, ensure_ascii=False, separators=(",", ":"))


def mark_of(prefix: str) -> str:
    """The line that makes a dashboard one of a fleet's."""
    return f"Made by `voipprobe cloudwatch dashboards apply`; edits are undone. {MARK}={prefix}"


def marked_prefix(body: Body) -> str | None:
    """The prefix of the fleet that a dashboard belongs to; None if it is nobody's of us."""
    for widget in body.get("widgets", ()):
        text = widget.get("properties", {}).get("markdown", "")
        if widget.get("type") == "text" and (found := _MARKED.search(text)):
            return found[1]
    return None
