"""Whether calls ended as their scenario wants."""

from collections.abc import Sequence

from voipprobe.model.call import Call, Outcome


def went_as_wanted(call: Call, wanted: Outcome) -> bool:
    """Whether a call on the wire is what SIPp would call successful."""
    if wanted is Outcome.ANSWERED:
        return call.outcome is wanted and call.completed
    return call.outcome is wanted


def ended(calls: Sequence[Call]) -> tuple[Call, ...]:
    """The calls whose end was seen: of the others nobody knows how they would have ended."""
    return tuple(call for call in calls if call.outcome is not Outcome.UNFINISHED)
