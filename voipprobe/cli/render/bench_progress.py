"""What is shown while a benchmark searches: a live table on a terminal, lines elsewhere, nothing.

Knows trials and bounds. The raw file is read again after each trial: what is shown is what
was kept.
"""

import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from rich.console import Group, RenderableType
from rich.live import Live

from voipprobe.bench.plan.effective import Search, search_settings, trial_times, usual_time_s
from voipprobe.bench.raw.reader import RawRun, read_raw
from voipprobe.bench.raw.records import TrialRecord
from voipprobe.bench.search.answer import Answer
from voipprobe.bench.search.records import Request, Tried
from voipprobe.bench.search.standing import picture
from voipprobe.cli.render.console import make_console
from voipprobe.cli.render.layout import clean, heading, labelled, words_table
from voipprobe.cli.render.numbers import UNKNOWN, percent

SHOWN_TRIALS = 12
HEADS = ("trial", "calls", "length", "verdict", "success", "CPU", "why")


class BenchProgress:
    """A context manager whose `step` is told every step of every search."""

    def __init__(
        self, raw: RawRun, stream: TextIO | None = None, *, plain: bool = False,
        quiet: bool = False,
    ) -> None:  # fmt: skip
        """Choose the display.

        Args:
            raw: of the run.
            stream: where to write; standard error if None.
            plain: lines even on a terminal.
            quiet: show nothing.
        """
        self._raw, self._quiet = raw, quiet
        self._stream = stream if stream is not None else sys.stderr
        self._told = len(raw.trials)
        self._began = time.monotonic()
        live = not (plain or quiet) and self._stream.isatty()
        console = make_console(self._stream)
        self._live = Live(console=console, auto_refresh=False) if live else None

    def step(self, search: Search, step: Request | Answer, tried: tuple[Tried, ...]) -> None:
        """Show the trial that begins, or the answer of a search."""
        if self._quiet:
            return
        trials = read_raw(Path(self._raw.name)).trials
        if self._live is not None:
            parts = self._parts(search, step, tried, trials)
            self._live.update(Group(*parts), refresh=True)
            return
        for one in trials[self._told :]:
            self._say(f"{search.id} trial {one.number}: {outcome_text(one)}")
        self._told = len(trials)
        self._say(f"{search.id}: {self._next(step)}; {self._bounds(tried)}")

    def tell(self, text: str) -> None:
        """Show what happens between trials, in words."""
        if self._live is not None:
            self._live.console.print(clean(text), markup=False, highlight=False)
        elif not self._quiet:
            self._say(text)

    def _say(self, text: str) -> None:
        self._stream.write(f"{clean(text)}\n")
        self._stream.flush()

    def _parts(
        self, search: Search, step: Request | Answer, tried: tuple[Tried, ...],
        trials: tuple[TrialRecord, ...],
    ) -> list[RenderableType]:  # fmt: skip
        mine = [one for one in trials if one.search == search.id][-SHOWN_TRIALS:]
        rows = [
            ("now", self._next(step)),
            ("bounds", self._bounds(tried)),
            ("time", self._time()),
        ]
        return [
            heading(f"{self._raw.plan.name}: {search.id}"),
            words_table(HEADS, map(_cells, mine)),
            labelled(rows),
        ]

    def _next(self, step: Request | Answer) -> str:
        if isinstance(step, Answer):
            return answer_text(step)
        lasts_s = trial_times(self._raw.plan, step.length).total_s
        rest = f"within {step.rest_s:.0f} s, " if step.rest_s else ""
        return f"{rest}{step.load} calls, {step.length.value}, {lasts_s:.0f} s: {step.why}"

    def _bounds(self, tried: tuple[Tried, ...]) -> str:
        found = picture(tried, search_settings(self._raw.plan))
        lower = "nothing passed yet" if found.lower is None else f"{found.lower} passed"
        upper = "nothing failed yet" if found.upper is None else f"{found.upper} failed"
        return f"{lower}, {upper}"

    def _time(self) -> str:
        spent_s = time.monotonic() - self._began
        left_s = max(0.0, usual_time_s(self._raw.plan) - spent_s)
        return f"{spent_s / 60:.1f} minutes spent, about {left_s / 60:.0f} left"

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if self._live is not None:
            self._live.stop()


def answer_text(found: Answer) -> str:
    """The end of a search, in words."""
    lower = UNKNOWN if found.lower is None else str(found.lower)
    upper = UNKNOWN if found.upper is None else str(found.upper)
    return f"{found.end.value} after {found.trials} trials: carries {lower}, not {upper}"


def outcome_text(trial: TrialRecord) -> str:
    """One trial, in words."""
    told = [*trial.verdict.reasons[:2], *(signal.text for signal in trial.verdict.signals[:1])]
    return (
        f"{trial.load} calls: {trial.verdict.status.value}{': ' if told else ''}{'; '.join(told)}"
    )


def _cells(trial: TrialRecord) -> list[str]:
    reasons = trial.verdict.reasons
    return [
        str(trial.number),
        str(trial.load),
        trial.length.value,
        trial.verdict.status.value,
        percent(trial.measured.figures.get("success_ratio")),
        percent(trial.cpu_ratio),
        clean(reasons[0] if reasons else trial.why),
    ]
