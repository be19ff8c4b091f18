"""A raw file to its records.

A crash may have cut the last line off in the middle: it is left out, and told. Any other line
that cannot be read is an error, because figures would be missing without anybody knowing.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from voipprobe.bench.plan.sections import Plan
from voipprobe.bench.raw.records import (
    BENCH_SCHEMA,
    BaselineRecord,
    MachineRecord,
    Record,
    RunRecord,
    TrialRecord,
)
from voipprobe.bench.search.records import Tried
from voipprobe.model.errors import StoreError
from voipprobe.results.document import document_adapter

if TYPE_CHECKING:
    from pydantic import TypeAdapter

KINDS: Final[Mapping[str, type[Any]]] = {
    "run": RunRecord,
    "machine": MachineRecord,
    "baseline": BaselineRecord,
    "trial": TrialRecord,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRun:
    """All that a raw file holds.

    Attributes:
        name: of the file, for messages.
        whole_bytes: how much of the file are whole lines.
        torn: a crash cut the last line off.
    """

    name: str
    run: RunRecord
    plan: Plan
    machines: tuple[MachineRecord, ...]
    baselines: tuple[BaselineRecord, ...]
    trials: tuple[TrialRecord, ...]
    whole_bytes: int
    torn: bool

    @property
    def datagram_us(self) -> float | None:
        """What a CPU of its quotas is (see `MachineRecord`), the same in all searches of a run."""
        return next((one.datagram_us for one in self.machines if one.datagram_us is not None), None)

    def tried(self, search: str) -> tuple[Tried, ...]:
        """The trials of one search, as the search needs them to go on."""
        return tuple(trial.tried for trial in self.trials if trial.search == search)

    def machine(self, search: str) -> MachineRecord | None:
        """The machines that a search ran on at last; None if there is no record of them."""
        found = [machine for machine in self.machines if machine.search == search]
        return found[-1] if found else None


def read_raw(path: Path) -> RawRun:
    """What a raw file holds.

    Raises:
        StoreError: it cannot be read, is of another schema, or has a line that is none of ours.
    """
    try:
        octets = path.read_bytes()
    except OSError as error:
        raise StoreError(f"{path}: cannot be read: {os.strerror(error.errno or 0)}") from None
    whole_bytes = octets.rfind(b"\n") + 1
    lines = octets[:whole_bytes].splitlines()
    records = [_record(line, f"{path}:{number}") for number, line in enumerate(lines, 1)]
    if not records or not isinstance(records[0], RunRecord):
        raise StoreError(f"{path}: is no raw file of a benchmark: its first line is not a run")
    return RawRun(
        name=str(path),
        run=records[0],
        plan=_plan(records[0], str(path)),
        machines=tuple(one for one in records if isinstance(one, MachineRecord)),
        baselines=tuple(one for one in records if isinstance(one, BaselineRecord)),
        trials=tuple(one for one in records if isinstance(one, TrialRecord)),
        whole_bytes=whole_bytes,
        torn=whole_bytes < len(octets),
    )


def _record(line: bytes, where: str) -> Record:
    try:
        document = json.loads(line)
    except ValueError:  # also text that is not UTF-8
        raise StoreError(f"{where}: is not JSON: the file is damaged") from None
    kind = document.get("record") if isinstance(document, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        raise StoreError(f"{where}: is no record of a benchmark")
    if kind == "run" and document.get("schema") != BENCH_SCHEMA:
        raise StoreError(
            f"{where}: has schema {document.get('schema')}, and this voipprobe reads "
            f"{BENCH_SCHEMA}: read it with the version of voipprobe that wrote it"
        )
    try:
        return cast("Record", _adapter(kind).validate_python([document])[0])
    except ValueError as error:
        reason = str(error).splitlines()[1:3]
        raise StoreError(f"{where}: is no {kind} of {BENCH_SCHEMA}: {': '.join(reason)}") from None


@cache
def _adapter(kind: str) -> "TypeAdapter[list[Any]]":
    sort: Any = KINDS[kind]
    return document_adapter(sort)


def _plan(run: RunRecord, name: str) -> Plan:
    try:
        return Plan.model_validate_json(json.dumps(run.plan))
    except ValueError as error:
        reason = str(error).splitlines()[1:3]
        raise StoreError(f"{name}:1: its plan cannot be used: {': '.join(reason)}") from None
