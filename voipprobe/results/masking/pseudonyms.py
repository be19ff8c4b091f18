"""Stand-ins for people, numbers and secrets: the same one for the same original.

A stand-in is a counter, so it tells nothing: a hash of a phone number is undone by trying all
numbers. Knows URIs inside any text. Must not know SIP messages.

Hostile text is cut into words first, so that every step is linear in its length.
"""

import re
from urllib.parse import unquote

MASKED = "(masked)"

_WORD = re.compile(r'[^\s<>"]+')
_SCHEME = re.compile(r"\b(?:sips?|im|pres|mailto|xmpp|tel):", re.IGNORECASE)
_NUMBER = re.compile(r"\+?[\d*#]{3,}")
_SEPARATORS = str.maketrans("", "", "-.()")
_LOOSE_NUMBER = re.compile(r"(?<![\w+])\+?\d{5,}(?!\w)")
_LONE_WORD = re.compile(r"(?<![^\W_])[^\W\d_]{3,}(?![^\W_])")
_KEPT_PARAMETERS = frozenset(
    {
        "transport", "lr", "maddr", "ttl", "method", "ob", "comp", "tag", "q", "expires", "index",
        "reason", "cause", "counter", "privacy", "party", "screen", "branch", "received", "rport",
        "ftag", "nat", "r2", "line", "rinstance", "gr", "npdi", "cpc",
    }
)  # fmt: skip
_USER_KINDS = frozenset({"phone", "ip", "dialog"})
_NO_NAMES = frozenset(
    {
        "user", "name", "number", "call", "capture", "masked", "anonymous", "unavailable",
        "sip", "sips", "tel", "udp", "tcp", "tls", "text", "cause", "reason", "tag", "from", "the",
    }
)  # fmt: skip
"""Words of our stand-ins and of the protocol, which nobody hides behind."""
_NOBODY = frozenset({"anonymous", "unavailable"})
"""User parts of RFC 3323 and of habit that hide the caller already."""


class Pseudonyms:
    """Gives stand-ins and remembers them; one object masks one document."""

    def __init__(self) -> None:
        self._given: dict[tuple[str, str], str] = {}
        self._counts: dict[str, int] = {}
        self._words: dict[str, str] = {}

    def of(self, kind: str, original: str) -> str:
        """The stand-in of an original: its kind and a number, "user3"."""
        key = (kind, original)
        if key not in self._given:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._given[key] = f"{kind}{self._counts[kind]}"
        return self._given[key]

    def user(self, original: str) -> str:
        """The stand-in of a user part, password and parameters included in what is hidden.

        A phone number has one stand-in however it is separated; its "+" is kept, since a number
        that loses it on the way is what an engineer looks for.
        """
        name = unquote(re.split("[:;]", original, maxsplit=1)[0])
        if name.lower() in _NOBODY:
            return name
        digits = name.translate(_SEPARATORS)
        if _NUMBER.fullmatch(digits):
            return self._number(digits)
        return self._known_by("user", name)

    def name(self, original: str) -> str:
        """The stand-in of a display name; numbers in it are known from now on."""
        for number in _LOOSE_NUMBER.findall(original):
            self._number(number)
        return self._known_by("name", original)

    def uri(self, value: str) -> str:
        """A URI without its user; what is no URI of a known form is hidden as a whole."""
        known = value in {"", "*"} or _SCHEME.match(value) or value.startswith("urn:service:")
        return self.text(value) if known else self._known_by("user", value)

    def text(self, text: str) -> str:
        """The text with the users of all URIs in it, and numbers seen in any URI, replaced.

        URIs that follow each other without a space or bracket are hidden together.
        """
        return _LOOSE_NUMBER.sub(self._loose_number, _WORD.sub(self._word, text))

    def prose(self, text: str) -> str:
        """Like `text`, and without the words by which somebody met before is called.

        For what people and machines write freely: Call-IDs, phrases, reasons, names of files.
        """
        return _LONE_WORD.sub(
            lambda word: self._words.get(word[0].casefold(), word[0]), self.text(text)
        )

    def _known_by(self, kind: str, original: str) -> str:
        stand_in = self.of(kind, original)
        for word in _LONE_WORD.findall(original):
            if word.casefold() not in _NO_NAMES:
                self._words.setdefault(word.casefold(), stand_in)
        return stand_in

    def _word(self, match: re.Match[str]) -> str:
        word = match[0]
        scheme = _SCHEME.search(word)
        if scheme is None:
            return word
        before, rest = word[: scheme.end()], word[scheme.end() :]
        if scheme[0].lower() == "tel:":
            return before + self._telephone(rest)
        user, at, host = rest.rpartition("@")
        # header fields of a URI (RFC 3261 19.1.1) may hold whole other addresses, escaped
        host, question, _ = host.partition("?")
        host = _without_strange_parameters(host)
        return f"{before}{self.user(user) if at else ''}{at}{host}{question and '?masked'}"

    def _telephone(self, rest: str) -> str:
        number, semicolon, parameters = rest.partition(";")
        return self.user(number) + _without_strange_parameters(semicolon + parameters)

    def _loose_number(self, match: re.Match[str]) -> str:
        """Numbers outside a URI: with a "+" always; else only those that a URI showed."""
        number = match[0]
        known = number.startswith("+") or ("number", number) in self._given
        return self._number(number) if known else number

    def _number(self, digits: str) -> str:
        plus = "+" if digits.startswith("+") else ""
        return plus + self.of("number", digits.removeprefix("+"))


def _without_strange_parameters(text: str) -> str:
    """A host with its parameters; a value of one that is not known to be harmless is hidden."""
    host, *parameters = text.split(";")
    return ";".join([host, *map(_parameter, parameters)])


def _parameter(text: str) -> str:
    name, equals, value = text.partition("=")
    known = name.lower()
    if not equals or known in _KEPT_PARAMETERS or (known == "user" and value in _USER_KINDS):
        return text
    return f"{name}=masked"
