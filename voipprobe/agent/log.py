"""The agent's log: one line an event, logfmt or JSON, on standard error.

Fields are names, numbers and words of ours; secrets and what was said never come here.
"""

import contextlib
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
        # a log that cannot be written (a full disk, a broken pipe) must not end the agent
        with self._lock, contextlib.suppress(OSError, ValueError):
            self._stream.write(line + "\n")
            self._stream.flush()


def line_of(style: Style, fields: dict[str, Any]) -> str:
    """One line, without its end.

    What is not ASCII is escaped: it may end a line (U+2028, U+0085) or steer a terminal (U+009B).
    """
    if style == "json":
        return _escaped(fields)
    return " ".join(f"{name}={_word(value)}" for name, value in fields.items())


def _word(value: object) -> str:
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    if PLAIN.fullmatch(text):
        return text
    return _escaped(text)


def _escaped(value: object) -> str:
    return json.dumps(value, default=str).replace("\x7f", "\\u007f")
