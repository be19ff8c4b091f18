"""A body as flat fields, so that a change reads as one: by a widget's title, not by its place."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from voipprobe.aws.dashboards.dashboard import Body
from voipprobe.aws.planning.plan import Fields


def fields_of(body: Body) -> Fields:
    """Every value of a body, under a name that stays when widgets come and go before it."""
    found = dict(_flat("", {key: value for key, value in body.items() if key != "widgets"}))
    seen: Counter[str] = Counter()
    for widget in body.get("widgets", ()):
        name = _name(widget)
        seen[name] += 1
        where = f"[{name}]" if seen[name] == 1 else f"[{name} #{seen[name]}]"
        place = [widget.get(key) for key in ("x", "y", "width", "height")]
        found[f"{where}.place"] = "{}, {}: {} x {}".format(*place)
        found |= _flat(where, {"type": widget.get("type"), **widget.get("properties", {})})
    return found


def _name(widget: Mapping[str, Any]) -> str:
    properties = widget.get("properties", {})
    text = properties.get("title") or properties.get("markdown") or widget.get("type") or "?"
    return str(text).splitlines()[0].strip("# ")


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(f"{name}.{key}".lstrip("."), inner)
    elif isinstance(value, list | tuple):
        seen: Counter[str] = Counter()
        for index, inner in enumerate(value):
            item = _item(inner, index)
            seen[item] += 1
            again = f" #{seen[item]}" if seen[item] > 1 else ""
            yield from _flat(f"{name}[{item}{again}]", inner)
    elif isinstance(value, str) and "\n" in value:
        for index, line in enumerate(value.splitlines(), 1):
            yield f"{name}[line {index}]", line
    elif value is not None:
        yield name, value


def _item(value: Any, index: int) -> str:
    """What names an item of a list: its own label or Id where it has one."""
    options = value[-1] if isinstance(value, list) and value else value
    if isinstance(options, Mapping):
        return str(options.get("label") or options.get("id") or index)
    return str(index)
