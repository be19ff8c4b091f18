"""The headers of a SIP message that someone reads, by their long names.

Knows how RFC 3261 lets a header be written, and how nearly everybody writes it: that form is
tried first, because this is the hot path of every capture. Must not know what a value means.
"""

import re
from functools import lru_cache
from typing import NamedTuple

CACHED_VALUES = 512
"""The messages of a call repeat its From, To, Via and CSeq, and the rest of their heads."""

_NAMES = "Via|v|From|f|To|t|Call-ID|i|CSeq|Contact|m|Content-Length|l|Content-Type|c"
_COMPACT = {"v": "Via", "f": "From", "t": "To", "i": "Call-ID", "m": "Contact"}
_COMPACT |= {"l": "Content-Length", "c": "Content-Type"}
_ORDER = ("Via", "From", "To", "Call-ID", "CSeq", "Contact", "Content-Length", "Content-Type")
_NAME_OF = _COMPACT | {name.lower(): name for name in _NAMES.split("|") if len(name) > 1}

# Repetitions are possessive, or no two that can match the same characters stand side by side:
# hostile bytes must not make a pattern quadratic.
_ANY = re.compile(rf"\n({_NAMES})[ \t]*:[ \t]*([^\r\n]*)", re.ASCII | re.IGNORECASE)
_FOLD = re.compile(r"\r?\n[ \t]+")

_VALUE = r" *+([^\r\n]*+)\r\n"
_USUAL_FIRST = re.compile(
    rf"\nVia:{_VALUE}(?:(?:Via|Max-Forwards|Record-Route|Route):[^\r\n]*+\r\n)*+"
    rf"From:{_VALUE}To:{_VALUE}(?:Contact:{_VALUE})?Call-ID:{_VALUE}CSeq: *+([^\r\n]*+)"
)
"""What every message must have, in the order in which nearly all senders write it."""
_OTHERS = re.compile(
    r"\n(Contact|Content-Length|Content-Type|m|l|c)[ \t]*+:[ \t]*+([^\r\n]*+)(\r?\n[ \t])?",
    re.ASCII | re.IGNORECASE,
)


class Headers(NamedTuple):
    """Values without the space before them; None where there is no such header.

    Of several of one name the first: the topmost Via.
    """

    via: str | None
    from_: str | None
    to: str | None
    call_id: str | None
    cseq: str | None
    contact: str | None
    content_length: str | None
    content_type: str | None


def read_headers(head: str) -> Headers:
    """The headers of a head, which begins with the line end of its start line."""
    return _usual(head) or _any(head)


def _usual(head: str) -> Headers | None:
    """The headers of a head that is written as nearly all are, None where it is not."""
    first = _USUAL_FIRST.match(head)
    if first is None:
        return None
    via, from_, to, contact, call_id, cseq = first.groups()
    others = _others(head[first.end() :])
    if others is None:
        return None
    later_contact, length, kind = others
    values = (via, from_, to, call_id, cseq, contact or later_contact, length, kind)
    return tuple.__new__(Headers, values)  # what Headers(*values) does, less a call


@lru_cache(maxsize=CACHED_VALUES)
def _others(rest: str) -> tuple[str | None, str | None, str | None] | None:
    """Contact, Content-Length and Content-Type of what follows the headers that all must have.

    None where one of them, or the header before them, is folded.
    """
    if rest.startswith(("\r\n ", "\r\n\t")):
        return None
    found: dict[str, str] = {}
    for name, value, folded in _OTHERS.findall(rest):
        if folded:
            return None
        found.setdefault(_NAME_OF[name.lower()], value)
    return found.get("Contact"), found.get("Content-Length"), found.get("Content-Type")


def _any(head: str) -> Headers:
    """The headers of any head that RFC 3261 allows, and of some that it does not."""
    if "\n " in head or "\n\t" in head:
        head = _FOLD.sub(" ", head)
    # reversed, so that the first of several values stays
    every = reversed(_ANY.findall(head))
    named = {_NAME_OF[name.lower()]: value for name, value in every}
    return Headers(*(named.get(name) for name in _ORDER))
