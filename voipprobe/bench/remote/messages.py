"""What the two ends of a session say: one JSON object a line, each request with one answer.

A request is {"do": verb, ...}; an answer {"ok": value} or {"error": text, "wrong_use": bool}.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from voipprobe.bench.evidence.counters import Snapshot
from voipprobe.bench.evidence.host import HostFacts
from voipprobe.bench.local.shards import Shard
from voipprobe.bench.plan.effective import TrialTimes
from voipprobe.bench.verdict.facts import Pool
from voipprobe.model.errors import ToolError
from voipprobe.results.document import document_adapter

Message = TypeVar("Message")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """Who answers.

    Attributes:
        boot_id: of the kernel: two hosts that have the same one are one machine.
    """

    version: str
    boot_id: str
    cores: int
    facts: HostFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """A host's part, and all addresses that it needs to play it.

    Attributes:
        role: system, generator or callee. name: as evidence calls it.
        plan: as JSON types.
        address: its own. system, callee: of the others; None where there is none.
        peers: addresses that its far ends serve.
        scripts: of a system of kind command, by their key in the plan.
    """

    role: str
    name: str
    plan: dict[str, Any]
    address: str
    system: str | None
    callee: str | None
    peers: tuple[str, ...]
    scripts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A host that has learnt its part. `answers`, `versions`: see `local.systems.System`."""

    answers: tuple[str, ...] = ()
    versions: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialOrder:
    """What one generator does in a trial.

    Attributes:
        name: of a new folder. begin_at: epoch seconds by the host's own clock.
        hop: "address:port" that requests are sent to; None for whom they name.
    """

    name: str
    shards: tuple[Shard, ...]
    uris: tuple[str, ...]
    times: TrialTimes
    begin_at: float
    hop: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A host at both ends of the plateau."""

    before: Snapshot
    after: Snapshot
    media_ports: Pool | None


def decode(kind: type[Message], document: object, who: str) -> Message:
    """What an answer says.

    Raises:
        ToolError: it is no such thing.
    """
    adapter = document_adapter(cast("Any", kind))
    try:
        found: list[Message] = adapter.validate_python([document])
    except ValueError as error:
        reason = ": ".join(str(error).splitlines()[1:3])
        raise ToolError(f"{who}: answers what is no {kind.__name__}: {reason}") from None
    return found[0]
