"""A SIP message without the people in it.

Knows which header fields hold addresses, which hold credentials and which hold neither; every
other one is hidden, so that a vendor's own field cannot give somebody away.
"""

import re

from voipprobe.results.masking.credentials import masked_credentials
from voipprobe.results.masking.pseudonyms import MASKED, Pseudonyms
from voipprobe.results.masking.sdp import masked_sdp

COMPACT = {
    "a": "accept-contact", "b": "referred-by", "c": "content-type", "e": "content-encoding",
    "f": "from", "i": "call-id", "k": "supported", "l": "content-length", "m": "contact",
    "o": "event", "r": "refer-to", "t": "to", "u": "allow-events", "v": "via",
    "x": "session-expires",
}  # fmt: skip
ADDRESSES = frozenset(
    {
        "from", "to", "contact", "route", "record-route", "path", "service-route", "reply-to",
        "refer-to", "referred-by", "diversion", "history-info", "remote-party-id",
        "p-asserted-identity", "p-preferred-identity", "p-called-party-id", "p-associated-uri",
    }
)  # fmt: skip
CREDENTIALS = frozenset(
    {"authorization", "proxy-authorization", "www-authenticate", "proxy-authenticate",
     "authentication-info", "proxy-authentication-info"}
)  # fmt: skip
PLAIN = frozenset(
    {
        "via", "max-forwards", "cseq", "expires", "min-expires", "content-type",
        "content-length", "content-encoding", "content-disposition", "mime-version", "allow",
        "supported", "require", "proxy-require", "unsupported", "accept", "accept-encoding",
        "accept-language", "event", "allow-events", "subscription-state", "session-expires",
        "min-se", "rseq", "rack", "date", "timestamp", "retry-after", "priority", "privacy",
        "answer-mode",
    }
)  # fmt: skip
PROSE = frozenset(
    {"call-id", "in-reply-to", "replaces", "reason", "warning", "user-agent", "server"}
)
"""Harmless as such, but somebody's name may stand in what was written freely."""

_STATUS = re.compile(r"(SIP/2\.0 )?\d{3}\b")
_BLANK_LINE = re.compile(r"\r?\n\r?\n")
_FOLD = re.compile(r"\r?\n[ \t]+")
_QUOTED = re.compile(r'"[^"]*"')
_BRACKETED = re.compile(r"(<[^<>]*>)")


def masked_message(text: str, names: Pseudonyms) -> str:
    """The whole message with users, numbers, credentials and unknown content replaced.

    Folded lines are unfolded, and Content-Length stays as it was sent.
    """
    blank = _BLANK_LINE.search(text)
    head, body = (text[: blank.start()], text[blank.end() :]) if blank else (text, "")
    start, *fields = _FOLD.sub(" ", head).splitlines() or [""]
    lines = [masked_start_line(start, names), *(_field(line, names) for line in fields)]
    return "\r\n".join(lines) + "\r\n\r\n" + _body(body, names)


def masked_start_line(line: str, names: Pseudonyms) -> str:
    """A request or status line, with or without its SIP version, and without the user in it."""
    if _STATUS.match(line):
        return names.prose(line)
    method, space, rest = line.partition(" ")
    version = " SIP/2.0" if rest.endswith(" SIP/2.0") else ""
    return f"{method}{space}{names.uri(rest.removesuffix(version))}{version}"


def _field(line: str, names: Pseudonyms) -> str:
    name, colon, value = line.partition(":")
    if not colon:
        return MASKED if line.strip() else line
    known = name.strip().lower()
    known = COMPACT.get(known, known)
    return f"{name}: {_value(known, value.strip(), names)}"


def _value(name: str, value: str, names: Pseudonyms) -> str:
    if name in PROSE:
        return names.prose(value)
    if name in PLAIN:
        return names.text(value)
    if name in ADDRESSES:
        return _addresses(value, names)
    return masked_credentials(value, names) if name in CREDENTIALS else MASKED


def _addresses(value: str, names: Pseudonyms) -> str:
    """Name-addr or addr-spec, or several: display names hidden, URIs without their users."""
    value = _QUOTED.sub(lambda quoted: f'"{names.name(quoted[0][1:-1])}"', value)
    first, *others = _BRACKETED.split(value)
    if not others:
        return names.uri(value)
    parts = [_display(first, names)]
    for bracketed, after in zip(others[::2], others[1::2], strict=True):
        parts += [f"<{names.uri(bracketed[1:-1])}>", _between(after, names)]
    return "".join(parts)


def _between(text: str, names: Pseudonyms) -> str:
    """What follows an address: its parameters, then perhaps the name of the next one."""
    parameters, comma, display = text.partition(",")
    if parameters.strip() and not parameters.lstrip().startswith(";"):
        parameters = MASKED
    return names.text(parameters) + comma + _display(display, names)


def _display(text: str, names: Pseudonyms) -> str:
    words = text.strip()
    if not words or (words[0] == words[-1] == '"' and words.count('"') == 2):
        return text  # hidden as a quoted string already
    indent = " " if text[0].isspace() else ""
    return f'{indent}"{names.name(words)}" '


def _body(body: str, names: Pseudonyms) -> str:
    if not body.strip():
        return ""
    if body.startswith("v=0"):
        return masked_sdp(body, names)
    return f"({len(body)} characters masked)\r\n"
