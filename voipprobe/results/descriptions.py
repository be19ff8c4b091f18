"""What the docstrings of the model say of each field.

Knows the form of our docstrings (a summary, then "Attributes:"). Must not know JSON.
"""

import dataclasses
import inspect
import re

SECTION = "Attributes:"
INDENT = "    "


def summary(cls: type) -> str:
    """The docstring of a class up to its attributes, as one line."""
    return " ".join(inspect.cleandoc(cls.__doc__ or "").partition(SECTION)[0].split())


def field_descriptions(cls: type) -> dict[str, str]:
    """The description of each field that the "Attributes:" of a dataclass names.

    Several names may share one text ("ser, seer: ..."), a name may end in "*" for all
    fields that start so, and one line may hold several ("a: this. b: that.").

    Returns:
        Field name to text; fields that are not described are absent.
    """
    names = [field.name for field in dataclasses.fields(cls)]
    described: dict[str, str] = {}
    for entry in _entries(cls):
        for label, text in _split(entry, names):
            described.update(dict.fromkeys(_matching(label, names), text))
    return described


def _entries(cls: type) -> list[str]:
    """The lines of the section, each with its continuation lines joined to it."""
    entries: list[str] = []
    for line in inspect.cleandoc(cls.__doc__ or "").partition(SECTION)[2].splitlines():
        if line.startswith(INDENT * 2) and entries:
            entries[-1] += " " + line.strip()
        elif line.strip():
            entries.append(line.strip())
    return entries


def _split(entry: str, names: list[str]) -> list[tuple[str, str]]:
    """The labels of one entry with their texts."""
    name = "(?:" + "|".join([*map(re.escape, names), r"\w+_\*"]) + ")"
    labels = list(re.finditer(rf"(?:^|(?<=[.;] ))({name}(?:, {name})*): ", entry))
    ends = [label.start() for label in labels[1:]] + [len(entry)]
    return [
        (label[1], entry[label.end() : end].strip().rstrip(";"))
        for label, end in zip(labels, ends, strict=True)
    ]


def _matching(label: str, names: list[str]) -> list[str]:
    patterns = label.split(", ")
    return [
        name
        for name in names
        if any(
            name == pattern or (pattern.endswith("*") and name.startswith(pattern[:-1]))
            for pattern in patterns
        )
    ]
