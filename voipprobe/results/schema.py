"""The JSON Schemas (draft 2020-12) of our documents, generated from the dataclasses.

`python -m voipprobe.results.schema probe > docs/schemas/probe-1.json` writes the published one;
the same with `analysis` and `mesh`.
Must not hold any fact about a field: names, types and texts come from the model.
"""

import dataclasses
import json
import re
import sys
import typing
from collections.abc import Mapping
from typing import Any, Final

from voipprobe.model.analysis import ANALYSIS_SCHEMA, Analysis
from voipprobe.model.mesh import MESH_SCHEMA, Mesh
from voipprobe.model.probe import PROBE_SCHEMA, ProbeResult
from voipprobe.results.descriptions import field_descriptions, summary
from voipprobe.results.document import document_adapter, document_key


def probe_schema() -> dict[str, Any]:
    """The JSON Schema of a probe's `result.json`."""
    return document_schema(ProbeResult, PROBE_SCHEMA)


def analysis_schema() -> dict[str, Any]:
    """The JSON Schema of an analysis."""
    return document_schema(Analysis, ANALYSIS_SCHEMA)


def mesh_schema() -> dict[str, Any]:
    """The JSON Schema of a mesh's matrix."""
    return document_schema(Mesh, MESH_SCHEMA)


def document_schema(root_class: type, name: str) -> dict[str, Any]:
    """The schema of one kind of document, a dataclass with `schema` among its fields.

    Keys that it does not name are allowed: a later version may add some without breaking
    a reader of this one.
    """
    definitions = definitions_of(root_class)
    root = definitions.pop(root_class.__name__)
    described = root["properties"]["schema"].get("description")
    root["properties"]["schema"] = {
        "const": name,
        **({"description": described} if described else {}),
    }
    return whole_schema(name, root, definitions)


def definitions_of(cls: Any) -> dict[str, Any]:
    """The definition of each dataclass and enum that a dataclass, or a union of them, holds."""
    definitions: dict[str, Any] = document_adapter(cls).json_schema(mode="serialization")["$defs"]
    for one in nested_dataclasses(cls):
        _describe(definitions[one.__name__], one)
    return definitions


def whole_schema(
    name: str, root: Mapping[str, Any], definitions: Mapping[str, Any]
) -> dict[str, Any]:
    """A schema with its head."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:" + name.replace(".", ":").replace("/", ":"),
        "title": name,
        **{key: value for key, value in root.items() if key != "title"},
        "$defs": dict(sorted(definitions.items())),
    }


def nested_dataclasses(cls: Any) -> set[type]:
    """A dataclass, or those of a union, and all that their fields hold, at any depth."""
    found: set[type] = set()
    waiting: list[Any] = [cls]
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


SCHEMAS: Final = {"probe": probe_schema, "analysis": analysis_schema, "mesh": mesh_schema}


def schema_text(kind: str = "probe") -> str:
    """The text of a published schema file."""
    return json.dumps(SCHEMAS[kind](), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text(*sys.argv[1:2]))
