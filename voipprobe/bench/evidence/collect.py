"""Asks a host for its counters: this one, or any other that can run a shell script.

The only I/O of this room; what the answers mean is `questions`'s business.
"""

from collections.abc import Callable, Mapping
from typing import Final

from voipprobe.bench.evidence.counters import Snapshot
from voipprobe.bench.evidence.host import HostFacts
from voipprobe.bench.evidence.questions import (
    Watch,
    answers,
    facts_questions,
    host_facts,
    open_files,
    open_files_questions,
    script,
    snapshot,
    snapshot_questions,
)
from voipprobe.bench.verdict.facts import Pool
from voipprobe.model.errors import ToolError
from voipprobe.process.tools import find_tool, tool_output

Runner = Callable[[str], str]
"""Runs a shell script on a host and gives what it printed."""

PATIENCE_S: Final = 60.0
"""A host under more load than it carries answers late; the trial then says what was wrong."""


def run_here(text: str) -> str:
    """What a shell script printed on this host."""
    return tool_output([find_tool("sh"), "-c", text], timeout_s=PATIENCE_S)[1]


def take_snapshot(watch: Watch, run: Runner = run_here) -> Snapshot:
    """The counters of a host now.

    Raises:
        ToolError: it does not answer.
    """
    found = snapshot(_ask(snapshot_questions(watch), run), watch)
    if found is None:
        raise ToolError("the host of which evidence is wanted tells nothing of itself")
    return found


def take_facts(run: Runner = run_here) -> HostFacts:
    """What does not change of a host during a run."""
    return host_facts(_ask(facts_questions(), run))


def take_open_files(pid: int, run: Runner = run_here) -> Pool | None:
    """How many files a process has open, and may have; None for no limit or no process."""
    return open_files(_ask(open_files_questions(pid), run))


def _ask(questions: Mapping[str, str], run: Runner) -> dict[str, str]:
    return answers(run(script(questions)))
