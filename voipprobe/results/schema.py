"""The JSON Schema (draft 2020-12) of a probe result, generated from the dataclasses.

`python -m voipprobe.results.schema > docs/schemas/probe-1.json` writes the published one.
Must not hold any fact about a field: names, types and texts come from the model.
"""

import dataclasses
import json
import re
import sys
import typing
from typing import Any

from voipprobe.model.probe import PROBE_SCHEMA, ProbeResult
from voipprobe.results.descriptions import field_descriptions, summary
from voipprobe.results.document import document_adapter, document_key


def probe_schema() -> dict[str, Any]:
    """The JSON Schema of `result.json`.

    Keys that it does not name are allowed: a later version may add some without breaking
    a reader of this one.
    """
    definitions = document_adapter().json_schema(mode="serialization")["$defs"]
    for cls in nested_dataclasses(ProbeResult):
        _describe(definitions[cls.__name__], cls)
    root = definitions.pop(ProbeResult.__name__)
    root["properties"]["schema"] = {"const": PROBE_SCHEMA}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:" + PROBE_SCHEMA.replace(".", ":").replace("/", ":"),
        "title": PROBE_SCHEMA,
        **{key: value for key, value in root.items() if key != "title"},
        "$defs": dict(sorted(definitions.items())),
    }


def nested_dataclasses(cls: type) -> set[type]:
    """A dataclass and all dataclasses that its fields hold, at any depth."""
    found = {cls}
    waiting: list[Any] = list(typing.get_type_hints(cls).values())
    while waiting:
        hint = waiting.pop()
        waiting.extend(typing.get_args(hint))
        if dataclasses.is_dataclass(hint) and hint not in found:
            found.add(typing.cast("type", hint))
            waiting.extend(typing.get_type_hints(hint).values())
    return found


def _describe(definition: dict[str, Any], cls: type) -> None:
    """Put the docstring's texts in, and take out titles that only repeat a key."""
    definition["description"] = _in_json_words(summary(cls))
    for property_ in definition["properties"].values():
        property_.pop("title", None)
        property_.pop("default", None)  # of the constructor; in a document nothing is left out
    for name, text in field_descriptions(cls).items():
        definition["properties"][document_key(name)]["description"] = _in_json_words(text)


def _in_json_words(text: str) -> str:
    for python, json_word in (("None", "null"), ("True", "true"), ("False", "false")):
        text = re.sub(rf"\b{python}\b", json_word, text)
    return text


def schema_text() -> str:
    """The text of the published schema file."""
    return json.dumps(probe_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
