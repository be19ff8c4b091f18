"""Rules of composite alarms: ALARM("a") AND NOT OK("b"), AT_LEAST(2, ALARM, ("a", "b", "c")).

Source: Amazon CloudWatch User Guide, "Composite alarms", "Rule expressions".
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Final

from voipprobe.aws.alarms.simulator.states import State
from voipprobe.model.errors import ConfigError

States = Mapping[str, State]
Test = Callable[[States], bool]

_TOKEN: Final = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[(),]|[^\s(),"]+)')


@dataclass(frozen=True, slots=True)
class Rule:
    """Attributes:
    alarms: the names that it speaks of, each once.
    holds: whether it is true of these states.
    """

    alarms: tuple[str, ...]
    holds: Test


def read_rule(text: str) -> Rule:
    """The rule of a composite alarm.

    Raises:
        ConfigError: it is none; the place is pointed at.
    """
    reader = _Reader(text)
    test = reader.either()
    if reader.position < len(reader.tokens):
        raise reader.refusal("AND, OR or the end")
    return Rule(tuple(dict.fromkeys(reader.names)), test)


class _Reader:
    """Takes one token after the other; NOT binds closest, then AND, then OR."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_TOKEN.finditer(text))
        self.position = 0
        self.names: list[str] = []

    @property
    def here(self) -> str:
        return self.tokens[self.position][1] if self.position < len(self.tokens) else ""

    def refusal(self, wanted: str) -> ConfigError:
        ended = self.position >= len(self.tokens)
        at = len(self.text) if ended else self.tokens[self.position].start(1)
        shown = f"{self.text[:at]}<here>{self.text[at:]}"
        return ConfigError(f"rule: column {at + 1}: {wanted} should stand here: {shown}")

    def take(self, *wanted: str) -> str:
        if wanted and self.here not in wanted:
            raise self.refusal(" or ".join(repr(one) for one in wanted))
        self.position += 1
        return self.tokens[self.position - 1][1]

    def either(self) -> Test:
        tests = [self.both()]
        while self.here == "OR":
            self.take()
            tests.append(self.both())
        return lambda states: any(test(states) for test in tests)

    def both(self) -> Test:
        tests = [self.one()]
        while self.here == "AND":
            self.take()
            tests.append(self.one())
        return lambda states: all(test(states) for test in tests)

    def one(self) -> Test:
        word = self.here
        if word == "NOT":
            self.take()
            denied = self.one()
            return lambda states: not denied(states)
        if word == "(":
            self.take()
            inner = self.either()
            self.take(")")
            return inner
        if word in ("TRUE", "FALSE"):
            self.take()
            return lambda _: word == "TRUE"
        if word == "AT_LEAST":
            return self.at_least()
        return self.in_state()

    def in_state(self) -> Test:
        if self.here not in tuple(State):
            raise self.refusal("NOT, ALARM, OK, INSUFFICIENT_DATA, AT_LEAST, TRUE, FALSE or '('")
        state = State(self.take())
        self.take("(")
        name = self.name()
        self.take(")")
        return lambda states: states[name] is state

    def at_least(self) -> Test:
        self.take()
        self.take("(")
        least, percent = self.number()
        self.take(",")
        denied = self.here == "NOT"
        if denied:
            self.take()
        state = State(self.take(*State))
        self.take(",")
        names = self.several()
        self.take(")")
        wanted = ceil(least * len(names) / 100) if percent else least
        return lambda states: sum((states[n] is state) != denied for n in names) >= wanted

    def number(self) -> tuple[int, bool]:
        if re.fullmatch(r"[1-9]\d{0,3}%?", self.here) is None:
            raise self.refusal("a number or a percentage")
        text = self.take()
        return int(text.rstrip("%")), text.endswith("%")

    def several(self) -> list[str]:
        self.take("(")
        names = [self.name()]
        while self.here == ",":
            self.take()
            names.append(self.name())
        self.take(")")
        return names

    def name(self) -> str:
        if self.here in ("", "(", ")", ","):
            raise self.refusal("the name of an alarm")
        text = self.take()
        name = re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith('"') else text
        self.names.append(name)
        return name
