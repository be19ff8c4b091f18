"""Scripts of the user's own system, taken from the host of the plan to the host that runs them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from voipprobe.bench.plan.sections import Plan
from voipprobe.model.errors import ConfigError

KEYS: Final = ("prepare", "start", "stop")


def read_scripts(plan: Plan) -> dict[str, str]:
    """The text of each script of a plan, by its key.

    Raises:
        ConfigError: one cannot be read.
    """
    found = {}
    for key in KEYS:
        path = getattr(plan.system, key)
        if path is None:
            continue
        try:
            found[key] = path.read_text()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is no text"
            raise ConfigError(f"system.{key}: {path}: cannot be read: {reason}") from None
    return found


def with_scripts(plan: Plan, scripts: Mapping[str, str], folder: Path) -> Plan:
    """The plan with scripts that lie in a folder here."""
    placed = {}
    for key, text in scripts.items():
        placed[key] = folder / f"{key}.sh"
        placed[key].write_text(text)
    return plan.model_copy(update={"system": plan.system.model_copy(update=placed)})
