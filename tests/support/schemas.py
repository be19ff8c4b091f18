"""JSON Schemas that are stricter than those we publish, and what they name."""

from collections.abc import Iterator
from typing import Any


def closed(schema: Any) -> Any:
    """The schema with unnamed keys forbidden, so that a validation proves it complete."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(value) for key, value in schema.items()}
    return {"additionalProperties": False, **inner} if "properties" in schema else inner


def undescribed(schema: Any) -> Iterator[str]:
    """Keys that the schema names without a word on them."""
    for kind, definition in [("", schema), *schema["$defs"].items()]:
        for key, said in definition.get("properties", {}).items():
            if not said.get("description"):
                yield f"{kind}.{key}"
