"""SIP messages from the bytes of one datagram, or the reason why there is none.

Knows RFC 3261's grammar as far as calls are measured with it, and how real senders break it.
Must not know packets, time or calls. Only the headers that someone reads are looked at: this
is the hot path of every capture.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from voipprobe.capture.sip.headers import CACHED_VALUES, Headers, read_headers

MAX_HEAD = 16384  # bytes of start line and headers that are read: a hostile head stays small
MAX_JUNK = 2048  # bytes in front of a start line that are skipped
MAX_MESSAGES = 64  # in one datagram

NOT_SIP = "no SIP start line"
TOO_MANY = f"more than {MAX_MESSAGES} messages in one datagram"

_START = (
    r"(?:SIP/2\.0 +([1-6]\d\d)(?: ([^\r\n]{0,256}))?"
    r"|([\w.!%*+`'~-]{1,32}) +([^\s]{1,4096}) +SIP/2\.0[ \t]*)\r?\n"
)
_START_LINE = re.compile(_START, re.ASCII | re.IGNORECASE)
# A keep-alive or a cut-off body may share the line: a start line is looked for anywhere in
# junk, but its first word as a whole.
_START_LATER = re.compile(r"(?<![\w.!%*+`'~/-])" + _START, re.ASCII | re.IGNORECASE)
_KEEP_ALIVES = frozenset({"", "jaK"})  # RFC 5626 3.5.1, and what some phones send
_BLANKS = " \t\r\n\0"

# No two repetitions that can match the same characters stand side by side: hostile bytes must
# not make a pattern quadratic. Values come twice: as nearly everyone writes them (fast), and as
# RFC 3261 allows them.
_TAG = r"(?:[^,]*?;\s*tag\s*=\s*([^;,\s]+))?"
_USUAL_ADDRESS = re.compile(r'[^<"]*<([^<>]+)>(?:;tag=([^;,\s]+))?')
_NAME_ADDR = re.compile(rf'(?:"(?:[^"\\]|\\.)*")?[^<"]*<([^>]*)>{_TAG}', re.IGNORECASE)
_ADDR_SPEC = re.compile(rf"\s*([^;,\s]*){_TAG}", re.IGNORECASE)
_USUAL_VIA = re.compile(r"SIP/2\.0/[A-Z]+ ([^;,\s]+);(?:rport;)?branch=([^;,\s]+)")
_VIA = re.compile(
    r"SIP\s*/\s*2\.0\s*/\s*\S+\s+([^;,\s]+)(?:[^,]*?;\s*branch\s*=\s*([^;,\s]+))?", re.IGNORECASE
)
_CSEQ = re.compile(r"(\d{1,10})\s+(\S{1,32})", re.ASCII)


class Message(NamedTuple):
    """One SIP message: what identifies it, and what calls are measured with.

    Attributes:
        method: of the request, or of the request that a response answers (from CSeq).
        status: of a response; None for a request. reason: its phrase.
        uri: request URI; None for a response.
        sent_by, branch: of the topmost Via; None where it is missing.
        from_, to: URIs without display name, with parameters. from_tag, to_tag: None if absent.
        contact: the first Contact header, as sent.
        content_type: as sent, parameters included. body: as far as it was captured.
    """

    method: str
    status: int | None
    reason: str
    uri: str | None
    call_id: str
    cseq: int
    from_: str
    from_tag: str | None
    to: str
    to_tag: str | None
    sent_by: str | None
    branch: str | None
    contact: str | None
    content_type: str | None
    body: bytes


class Parsed(NamedTuple):
    """The messages of a datagram; `problem` says what was not understood, None if nothing."""

    messages: tuple[Message, ...]
    problem: str | None


def parse(payload: bytes) -> Parsed:
    """All SIP messages of one datagram; a keep-alive is none, and no problem either.

    A Content-Length that is missing, too large or too small is overruled by the next start
    line, or by the end of the datagram.

    Source: RFC 3261 7 (messages), 18.3 (framing), 7.5 (CRLF before a start line); RFC 5626 3.5.
    """
    text = payload.decode("latin-1")  # never fails, and offsets stay those of the bytes
    start = _START_LINE.match(text) or _START_LATER.search(text, 0, MAX_JUNK)
    if start is None:
        return Parsed((), None if text.strip(_BLANKS) in _KEEP_ALIVES else NOT_SIP)
    messages: list[Message] = []
    while start is not None:
        if len(messages) == MAX_MESSAGES:
            return Parsed(tuple(messages), TOO_MANY)
        head_end, body_start = _head(text, start.end())
        head = text[start.end() - 1 : min(head_end, start.end() + MAX_HEAD)]
        headers = read_headers(head if head.isascii() else _unicode(head))
        body_end, following = _frame(text, body_start, headers.content_length)
        try:
            messages.append(_build(start, headers, payload[body_start:body_end]))
        except ValueError as error:
            return Parsed(tuple(messages), f"SIP message without a valid {error.args[0]}")
        start = following
    return Parsed(tuple(messages), None)


def _head(text: str, start_line_end: int) -> tuple[int, int]:
    """Where the head ends and where the body begins, for a start line that ends there."""
    blank = "\n\n" if text[start_line_end - 2] != "\r" else "\r\n\r\n"
    head_end = text.find(blank, start_line_end - len(blank) // 2)
    return (head_end, head_end + len(blank)) if head_end >= 0 else (len(text), len(text))


def _frame(
    text: str, body_start: int, content_length: str | None
) -> tuple[int, re.Match[str] | None]:
    """Where the body ends, and the start line of the next message in the datagram."""
    size = len(text)
    if body_start == size:
        return size, None
    declared = _length(content_length)
    if declared == size - body_start:
        return size, None
    within = declared if declared is not None and declared < size - body_start else None
    end = body_start + (within or 0)
    following = _START_LATER.search(text, end)
    stop = following.start() if following else size
    # Believed where nothing but blank lines follows; else the next message, or nothing, ends it.
    believed = within is not None and not text[end:stop].strip(_BLANKS)
    return (end if believed else stop), following


def _length(content_length: str | None) -> int | None:
    text = (content_length or "").strip()
    return int(text) if text.isdecimal() and len(text) < 9 else None


def _unicode(latin: str) -> str:
    """UTF-8 as RFC 3261 demands, or Latin-1 as some senders write: never an error."""
    octets = latin.encode("latin-1")
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return latin


def _build(start: re.Match[str], headers: Headers, body: bytes) -> Message:
    """The message.

    Raises:
        ValueError: with the name of the header that is missing or malformed.
    """
    status, reason, method, uri = start.groups()
    if not start.string.isascii():
        reason, uri = _unicode(reason or ""), uri and _unicode(uri)
    via, from_value, to_value, call_id, cseq_value, contact, _, content_type = headers
    if cseq_value is None or from_value is None or to_value is None or call_id is None:
        raise ValueError(_missing(headers))
    cseq, cseq_method = _cseq(cseq_value)
    from_, from_tag = _address(from_value)
    to, to_tag = _address(to_value)
    sent_by, branch = _via(via or "")
    return tuple.__new__(
        Message,
        (
            method or cseq_method,
            int(status) if status else None,
            reason or "",
            uri,
            call_id.rstrip(),
            cseq,
            from_,
            from_tag,
            to,
            to_tag,
            sent_by,
            branch,
            contact,
            content_type,
            body,
        ),
    )


def _missing(headers: Headers) -> str:
    """The first of the headers that every message must have and this one has not."""
    needed = (
        ("CSeq", headers.cseq), ("From", headers.from_), ("To", headers.to),
        ("Call-ID", headers.call_id),
    )  # fmt: skip
    return next(name for name, value in needed if value is None)


@lru_cache(maxsize=CACHED_VALUES)
def _address(value: str) -> tuple[str, str | None]:
    """URI and tag of a From or To value."""
    match = _USUAL_ADDRESS.fullmatch(value) or _NAME_ADDR.match(value) or _ADDR_SPEC.match(value)
    return (match[1], match[2]) if match else ("", None)


@lru_cache(maxsize=CACHED_VALUES)
def _via(value: str) -> tuple[str | None, str | None]:
    """Sent-by and branch of the first value of a Via."""
    match = _USUAL_VIA.match(value) or _VIA.match(value)
    return (match[1], match[2]) if match else (None, None)


@lru_cache(maxsize=CACHED_VALUES)
def _cseq(value: str) -> tuple[int, str]:
    match = _CSEQ.match(value)
    if match is None:
        raise ValueError("CSeq")
    return int(match[1]), match[2]
