"""The JSON document of a result, and the way back.

Knows how our dataclasses become JSON types and how a document becomes a result again.
Must not know where documents lie, nor what any figure in them means.
"""

import dataclasses
import functools
import json
import math
from collections.abc import Iterator, Mapping
from enum import Enum
from numbers import Integral, Real
from types import GenericAlias
from typing import TYPE_CHECKING, Any, TypeVar

from voipprobe.model.analysis import ANALYSIS_SCHEMA, Analysis
from voipprobe.model.errors import StoreError
from voipprobe.model.probe import PROBE_SCHEMA, ProbeResult
from voipprobe.results.text import storable

if TYPE_CHECKING:
    from pydantic import TypeAdapter, ValidationError

SHOWN_PROBLEMS = 3
PLAIN = frozenset({int, bool, type(None)})
WORDS_AND_FIGURES = frozenset({str, float})

Result = TypeVar("Result", ProbeResult, Analysis)


def to_document(result: object) -> dict[str, Any]:
    """The JSON types of one of our dataclasses.

    Args:
        result: any dataclass instance of `voipprobe.model`.

    Returns:
        A dict that `json.dumps` takes as it is. Field names are the keys, without a last
        "_" (`from_` is "from"); enums are their values, tuples are lists, keys are strings.

    Raises:
        StoreError: a number is NaN or infinite: undefined is None, and JSON has no such number.
        TypeError: a value has no JSON form.
    """
    return _members(result, "")


def document_text(result: object) -> str:
    """The text of `result.json`, which is also what `--format json` prints.

    Each call and each stream is one line: easy to search, and several times faster to write
    than an indented form.
    """
    return "".join(_pieces(result))


def _pieces(result: object) -> Iterator[str]:
    """The text, one entry at a time: all of them as dicts would take several times its room."""
    before = "{\n"
    kind: Any = type(result)
    for name, key in _keys(kind):
        yield f"{before}  {_line(key)}: "
        yield from _entries(getattr(result, name), name)
        before = ",\n"
    yield "\n}\n"


def _entries(value: object, name: str) -> Iterator[str]:
    if not isinstance(value, list | tuple) or not value:
        yield _line(_json_value(value, name))
        return
    before = "[\n    "
    for index, one in enumerate(value):
        yield before + _line(_json_value(one, f"{name}[{index}]"))
        before = ",\n    "
    yield "\n  ]"


def _line(item: object) -> str:
    return json.dumps(item, ensure_ascii=False, allow_nan=False)


def probe_from_document(document: object, source: str = "document") -> ProbeResult:
    """The probe that a document describes.

    Args:
        document: what `json.loads` gave.
        source: where it came from, for messages.

    Raises:
        StoreError: another schema or version, or a document that does not hold to it.
    """
    return _from_document(ProbeResult, PROBE_SCHEMA, document, source)


def analysis_from_document(document: object, source: str = "document") -> Analysis:
    """The analysis that a document describes; as `probe_from_document`."""
    return _from_document(Analysis, ANALYSIS_SCHEMA, document, source)


def _from_document(cls: type[Result], schema: str, document: object, source: str) -> Result:
    from pydantic import ValidationError  # noqa: PLC0415 - slow to import, rarely needed

    _require_schema(document, schema, source)
    try:
        kind: Any = cls  # mypy takes no class of frozen dataclasses for hashable
        found: list[Result] = document_adapter(kind).validate_python([document])
    except ValidationError as error:
        raise StoreError(f"{source} is not a {schema}: {_problems(error)}") from None
    return found[0]


@functools.cache
def document_adapter(kind: Any) -> "TypeAdapter[list[Any]]":
    """Pydantic's reader of documents of one kind, built once.

    A list of one, because pydantic takes no configuration beside a bare dataclass and
    gives the list's configuration to the dataclasses in it.
    """
    from pydantic import ConfigDict, TypeAdapter  # noqa: PLC0415 - slow to import

    config = ConfigDict(
        alias_generator=document_key,
        allow_inf_nan=False,
        json_schema_serialization_defaults_required=True,
    )
    one: Any = GenericAlias(list, (kind,))
    return TypeAdapter(one, config=config)


def document_key(field_name: str) -> str:
    """The key of a field: its name without the "_" that keeps it apart from a keyword."""
    return field_name.removesuffix("_")


def _json_value(value: Any, where: str) -> Any:
    if type(value) in PLAIN:  # most values: spared the search for what they are
        return value
    if type(value) in WORDS_AND_FIGURES:
        return storable(value) if type(value) is str else _finite(value, where)
    if isinstance(value, Mapping):
        return {_key(key): _json_value(item, f"{where}.{key}") for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_json_value(item, f"{where}[{index}]") for index, item in enumerate(value)]
    if dataclasses.is_dataclass(value):
        return _members(value, where + ".")
    return _json_scalar(value, where)


def _json_scalar(value: object, where: str) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return storable(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Integral):  # numpy's too
        return int(value)
    if isinstance(value, Real):
        return _finite(float(value), where)
    raise TypeError(f"{where}: {type(value).__name__} has no JSON form")


def _members(value: Any, prefix: str) -> dict[str, Any]:
    kind: Any = type(value)
    return {key: _json_value(getattr(value, name), prefix + name) for name, key in _keys(kind)}


@functools.cache
def _keys(cls: type) -> tuple[tuple[str, str], ...]:
    """Field name and document key of each field."""
    return tuple((field.name, document_key(field.name)) for field in dataclasses.fields(cls))


def _key(key: object) -> str:
    return storable(str(key.value if isinstance(key, Enum) else key))


def _finite(number: float, where: str) -> float:
    if not math.isfinite(number):
        raise StoreError(
            f"the result cannot be stored: {where} is {number}, and an undefined number must be "
            "null; this is a fault of voipprobe, please report it"
        )
    return number


def _require_schema(document: object, supported: str, source: str) -> None:
    if not isinstance(document, dict) or not isinstance(document.get("schema"), str):
        raise StoreError(f'{source} is no voipprobe result: it has no "schema"')
    found = document["schema"]
    if found != supported:
        raise StoreError(
            f"{source} has schema {found}, and this voipprobe reads {supported}: "
            "read it with the version of voipprobe that wrote it"
        )


def _problems(error: "ValidationError") -> str:
    problems = [
        f"{'.'.join(str(part) for part in problem['loc'][1:])}: {problem['msg']}"
        for problem in error.errors(include_url=False, include_input=False)
    ]
    more = len(problems) - SHOWN_PROBLEMS
    return "; ".join(problems[:SHOWN_PROBLEMS]) + (f"; and {more} more" if more > 0 else "")
