"""The agent's log: one line an event, logfmt or JSON, on standard error.

Fields are names, numbers and words of ours; secrets and what was said never come here.
"""

import json
import re
import sys
import threading
from datetime import UTC, datetime
from typing import Any, Final, Literal, TextIO

PLAIN: Final = re.compile(r"[A-Za-z0-9_.:/@%+>\-\[\]]+")

Style = Literal["logfmt", "json"]


class Log:
    """Writes lines; any thread may."""

    def __init__(self, style: Style = "logfmt", stream: TextIO | None = None) -> None:
        self.style = style
        self._stream = stream or sys.stderr
        self._lock = threading.Lock()

    def info(self, event: str, **fields: Any) -> None:
        """Something happened as it should."""
        self._write("info", event, fields)

    def warning(self, event: str, **fields: Any) -> None:
        """Something is wrong, and the agent goes on."""
        self._write("warning", event, fields)

    def _write(self, level: str, event: str, fields: dict[str, Any]) -> None:
        stamp = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        known = {name: value for name, value in fields.items() if value is not None}
        line = line_of(self.style, {"at": stamp, "level": level, "event": event, **known})
        with self._lock:
            self._stream.write(line + "\n")
            self._stream.flush()


def line_of(style: Style, fields: dict[str, Any]) -> str:
    """One line, without its end."""
    if style == "json":
        return json.dumps(fields, ensure_ascii=False, default=str)
    return " ".join(f"{name}={_word(value)}" for name, value in fields.items())


def _word(value: object) -> str:
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    if PLAIN.fullmatch(text):
        return text
    return json.dumps(text, ensure_ascii=False)
