"""What is done again and again beside the rounds. Pure: the time comes in as an argument."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Periodic:
    """One thing that is done every `interval_s`."""

    interval_s: float
    do: Callable[[], None]
    due_s: float = 0.0


def run_due(tasks: list[Periodic], now_s: float) -> float:
    """Do what is due; returns when the next one is. Missed times are not made up for."""
    for task in tasks:
        if task.due_s <= now_s:
            task.due_s = now_s + task.interval_s
            task.do()
    return min(task.due_s for task in tasks)
