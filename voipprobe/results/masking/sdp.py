"""A session description without the person, and without the keys of its media.

Knows RFC 4566 lines. What is not on a list here is hidden: a leak needs a mistake, not an
omission.
"""

from voipprobe.results.masking.pseudonyms import MASKED, Pseudonyms

KEPT_LINES = frozenset("vcbtrzm")
KEPT_ATTRIBUTES = frozenset(
    {
        "rtpmap", "fmtp", "ptime", "maxptime", "sendrecv", "sendonly", "recvonly", "inactive",
        "rtcp", "rtcp-mux", "rtcp-rsize", "rtcp-fb", "rtcp-xr", "candidate", "end-of-candidates",
        "ice-lite", "ice-options", "fingerprint", "setup", "connection", "mid", "group",
        "extmap", "silencesupp", "des", "curr", "conf", "direction", "content", "framerate",
    }
)  # fmt: skip
"""Attributes that describe media; `crypto` and `ice-pwd` are secrets, `ssrc` has a cname."""


def masked_sdp(body: str, names: Pseudonyms) -> str:
    """The session description with user, names, contacts and keys hidden."""
    return "\r\n".join(_line(line, names) for line in body.splitlines()) + "\r\n"


def _line(line: str, names: Pseudonyms) -> str:
    kind, equals, value = line.partition("=")
    if not equals:
        return MASKED if line.strip() else line
    if kind in KEPT_LINES:
        return line
    if kind == "o":
        return f"o={_origin(value, names)}"
    if kind == "a":
        return f"a={_attribute(value)}"
    return f"{kind[:1]}={value if value.strip() in {'', '-'} else MASKED}"


def _origin(value: str, names: Pseudonyms) -> str:
    user, space, rest = value.partition(" ")
    return f"{user if user == '-' else names.user(user)}{space}{rest}"


def _attribute(value: str) -> str:
    name, colon, rest = value.partition(":")
    if name.lower() in KEPT_ATTRIBUTES:
        return value
    if name == "ssrc":
        return f"ssrc:{rest.partition(' ')[0]}"
    return name + colon + (MASKED if colon else "")
