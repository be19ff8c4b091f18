"""From the text of an expression to its tree. Knows CloudWatch's grammar, not its functions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from voipprobe.model.errors import ConfigError


class MathError(ConfigError):
    """An expression that CloudWatch, or our part of it, does not know; the place is in it."""

    def __init__(self, problem: str, text: str, at: int) -> None:
        super().__init__(f"column {at + 1}: {problem}: {text[:at]}<here>{text[at:]}")


@dataclass(frozen=True, slots=True)
class Number:
    """A scalar."""

    value: float
    at: int


@dataclass(frozen=True, slots=True)
class Name:
    """The Id of a metric."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Negative:
    """Unary minus."""

    of: "Node"
    at: int


@dataclass(frozen=True, slots=True)
class Binary:
    """An operator between two terms; `at` is the operator's place."""

    operator: str
    left: "Node"
    right: "Node"
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    function: str
    arguments: tuple["Node", ...]
    at: int


@dataclass(frozen=True, slots=True)
class Array:
    """Several series in brackets."""

    items: tuple["Node", ...]
    at: int


Node = Number | Name | Negative | Binary | Call | Array

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<sign>==|!=|<=|>=|&&|\|\||[-+*/<>()\[\],]))"
)
_SAME: Final = {"&&": "AND", "||": "OR"}
_LEVELS: Final = (
    ("OR",),
    ("AND",),
    ("==", "!=", "<=", ">=", "<", ">"),
    ("+", "-"),
    ("*", "/"),
)
"""Operators from the loosest; AWS does not document the order, this is every language's."""

DEEPEST: Final = 50
"""Brackets within brackets; an expression has 1024 characters at most."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def parse(text: str) -> Node:
    """The tree of an expression.

    Raises:
        MathError: it is none; the place is pointed at.
    """
    reader = _Reader(text)
    node = reader.level(0)
    if reader.here.kind != "end":
        raise reader.refusal("an operator should stand here")
    return node


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None:
            start = at + len(text[at:]) - len(text[at:].lstrip())
            raise MathError(f"{text[start]!r} means nothing here", text, start)
        kind = str(found.lastgroup)
        yield _Token(kind, _SAME.get(found[kind], found[kind]), found.start(kind))
        at = found.end()
    yield _Token("end", "", len(text))


class _Reader:
    """Takes one token after the other; one method for each kind of term."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        self.position = 0
        self.depth = 0

    @property
    def here(self) -> _Token:
        return self.tokens[self.position]

    def refusal(self, problem: str) -> MathError:
        return MathError(problem, self.text, self.here.at)

    def take(self) -> _Token:
        token = self.here
        self.position += 1
        return token

    def expect(self, sign: str) -> None:
        if self.here.text != sign:
            raise self.refusal(f"{sign!r} should stand here")
        self.take()

    def level(self, depth: int) -> Node:
        """Terms joined by the operators of one level, from the left."""
        if depth == len(_LEVELS):
            return self.term()
        left = self.level(depth + 1)
        while self.here.text in _LEVELS[depth]:
            operator = self.take()
            left = Binary(operator.text, left, self.level(depth + 1), operator.at)
        return left

    def term(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.refusal(f"nested deeper than {DEEPEST}")
        node = self._term()
        self.depth -= 1
        return node

    def _term(self) -> Node:
        token = self.here
        if token.text == "-":
            self.take()
            return Negative(self.term(), token.at)
        if token.text == "(":
            self.take()
            inner = self.level(0)
            self.expect(")")
            return inner
        if token.text == "[":
            return Array(self.several("[", "]"), token.at)
        if token.kind == "number":
            return Number(float(self.take().text), token.at)
        if token.kind == "word" and token.text not in ("AND", "OR"):
            return self.word()
        raise self.refusal("a metric, a number, a function or '(' should stand here")

    def word(self) -> Node:
        token = self.take()
        if self.here.text == "(":
            return Call(token.text, self.several("(", ")"), token.at)
        return Name(token.text, token.at)

    def several(self, opening: str, closing: str) -> tuple[Node, ...]:
        self.expect(opening)
        items: list[Node] = []
        while self.here.text != closing:
            if items:
                self.expect(",")
            items.append(self.level(0))
        self.expect(closing)
        return tuple(items)
