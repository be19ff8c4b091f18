"""Every piece of work one time, with the objects of the running agent."""

import time
from collections.abc import Callable

from voipprobe.agent.rounds.forks import Nursery
from voipprobe.agent.schedule import Schedule
from voipprobe.agent.service.flights import HANG_UP_S, Flights
from voipprobe.agent.service.settings import Settings
from voipprobe.agent.service.wake import Wake
from voipprobe.agent.store.records import Round


def run_once(settings: Settings, *, on_round: Callable[[Round], None]) -> list[Round]:
    """The rounds of all work, as many at once as the file allows; in the order of the file.

    Nothing is stored or published. SIGTERM or Ctrl-C ends the open calls properly.

    Args:
        settings: of the fleet file.
        on_round: told of every round as soon as it is over.

    Raises:
        ToolError: no process can be started.
    """
    nursery, wake = Nursery(), Wake()
    schedule = Schedule(settings.fleet.agent.max_rounds)
    flights = Flights(settings.identity.name, nursery, schedule, settings.order)
    found: dict[str, Round] = {}

    def note(one: Round) -> None:
        found[one.work] = one
        schedule.drop(one.work)
        on_round(one)

    try:
        nursery.start()
        flights.set_works(settings.works)
        for turn in schedule.turns.values():
            turn.due_s = time.monotonic()
        while len(found) < len(settings.works) and not wake.stop_asked:
            for one, _ in flights.begin():
                note(one)
            for (one, _), _ in flights.take_in(wake, time.monotonic() + 1.0):
                note(one)
        for (one, _), _ in flights.hang_up(HANG_UP_S):
            note(one)
    finally:
        nursery.close()
        wake.close()
    return [found[work.name] for work in settings.works if work.name in found]
