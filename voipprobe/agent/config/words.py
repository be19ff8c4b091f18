"""What pydantic finds wrong with a fleet file, in the words of people who write TOML. Pure."""

from collections.abc import Iterable, Iterator
from typing import Final

from pydantic_core import ErrorDetails

from voipprobe.agent.config.sections import (
    ALARM_PREFIX_PATTERN,
    ARN_PATTERN,
    DASHBOARD_PREFIX_PATTERN,
    LISTEN_PATTERN,
    NAME_PATTERN,
    NAMESPACE_PATTERN,
)
from voipprobe.settings.lines import KeyPath
from voipprobe.settings.words import given, mistake_text

_PATTERNS: Final = {
    NAME_PATTERN: "should be 1 to 64 of letters, digits, . - and _, a letter or digit first",
    LISTEN_PATTERN: 'should be an address and a port: "127.0.0.1:9464", or "[::1]:9464"',
    NAMESPACE_PATTERN: "should be 1 to 255 letters, digits and any of . - _ / # :",
    ALARM_PREFIX_PATTERN: "should be 1 to 60 of letters, digits, . - and _, no sign first",
    DASHBOARD_PREFIX_PATTERN: "should be 1 to 60 of letters, digits, - and _, no sign first",
    ARN_PATTERN: "should be an ARN: arn:aws:sns:{region}:111122223333:topic",
}
_PEERS: Final = "should be true, false or a list of names"


def problems(errors: Iterable[ErrorDetails]) -> Iterator[tuple[KeyPath, str]]:
    """Every mistake once, with the key that it stands at."""
    for error in errors:
        branch = next((part for part in error["loc"] if _is_branch(part)), None)
        if branch is None:
            yield error["loc"], mistake_text(error, _PATTERNS)
            continue
        # a union: one error for each of its types, of which one says what was meant
        place = error["loc"].index(branch)
        path = error["loc"][:place]
        deeper = error["loc"][place + 1 :]
        if deeper:
            yield (*path, *deeper), mistake_text(error, _PATTERNS)
        elif branch != "bool":
            yield path, _PEERS + given(error)


def _is_branch(part: int | str) -> bool:
    return part == "bool" or (isinstance(part, str) and part.startswith("tuple["))
