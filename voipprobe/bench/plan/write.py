"""A plan to the text of a plan file, so that whoever reads a report can run it again. Pure."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from voipprobe.bench.plan.sections import Ec2Section, Plan


def plan_text(plan: Plan) -> str:
    """TOML that `parse_plan` reads back as the same plan, with every default that matters."""
    document = plan.model_dump(mode="json", exclude_none=True)
    if plan.provider == "local" and plan.ec2 == Ec2Section():
        del document["ec2"]
    sizes = document.pop("size")
    lines = list(_table("", document))
    for size in sizes:
        lines += ["", "[[size]]", *_table("", size)]
    return "\n".join(lines).strip() + "\n"


def _table(name: str, table: Mapping[str, Any]) -> Iterator[str]:
    """Values first: what stands below a sub-table would belong to it."""
    inner = {key: value for key, value in table.items() if isinstance(value, dict)}
    for key, value in table.items():
        if key not in inner:
            yield f"{_key(key)} = {_value(value)}"
    for key, value in inner.items():
        if value:
            full = f"{name}.{_key(key)}" if name else _key(key)
            yield from ("", f"[{full}]", *_table(full, value))


def _key(key: str) -> str:
    is_bare = key.isascii() and key.replace("-", "").replace("_", "").isalnum()
    return key if is_bare else _value(key)


def _value(value: Any) -> str:
    """Strings, numbers, truths and lists are written as in JSON, but for one character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
