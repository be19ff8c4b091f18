"""Three witnesses of one run: SIPp's exit code, its last statistics row, and the wire.

Each check returns a sentence for every disagreement or fault of our own; any of them makes
the run void, because then no figure of it can be trusted. Pure: values in, words out.
"""

from collections.abc import Sequence

from voipprobe.model.call import Call, Outcome
from voipprobe.model.capture import CaptureInfo
from voipprobe.model.media import Media
from voipprobe.model.run import Generator
from voipprobe.probe.load import Load
from voipprobe.quality.outcomes import went_as_wanted

FEWEST_SENT_RATIO = 0.99
"""Proof of media: at least this share of the packets that the calls should have sent."""
PACKETS_PER_SECOND = 50
EDGE_PACKETS = 3
"""Packets that a call may lack at its two ends without a fault of the generator."""
SLOWEST_RATE_RATIO = 0.98
MOST_LATE_RATIO = 0.01


def generator_faults(generator: Generator, load: Load, *, interrupted: bool) -> list[str]:
    """What is wrong with SIPp's own account of the run."""
    if generator.created is None:
        return [f"SIPp left no statistics (exit code {generator.exit_code})"]
    faults = []
    if generator.limit_reached:
        faults.append("SIPp reached its limit of open calls: calls were silently not placed")
    if generator.watchdog:
        faults.append(f"SIPp's watchdog found the generator overloaded {generator.watchdog} times")
    if not interrupted:
        faults += _ending_faults(generator, load)
    return faults


def _ending_faults(generator: Generator, load: Load) -> list[str]:
    faults = []
    if generator.created != load.calls:
        faults.append(f"SIPp created {generator.created} of {load.calls} calls")
    if generator.open:
        faults.append(f"SIPp's statistics end with {generator.open} calls open")
    if generator.exit_code not in (0, 1):
        faults.append(f"SIPp ended with exit code {generator.exit_code}")
    elif (generator.exit_code == 1) != bool(generator.failed):
        faults.append(
            f"SIPp's exit code {generator.exit_code} and its statistics disagree: "
            f"{generator.failed} failed calls"
        )
    return faults


def wire_faults(
    generator: Generator, calls: Sequence[Call], wanted: Outcome, *, interrupted: bool
) -> list[str]:
    """Where SIPp's statistics and the wire disagree."""
    if generator.created is None or interrupted:
        return []  # the last row of an interrupted run is up to a second old
    faults = []
    if len(calls) != generator.created:
        faults.append(
            f"SIPp's statistics and the wire disagree: {generator.created} calls created, "
            f"{len(calls)} seen"
        )
    seen = sum(went_as_wanted(call, wanted) for call in calls)
    if seen != generator.successful:
        faults.append(
            f"SIPp's statistics and the wire disagree: {generator.successful} successful calls, "
            f"{seen} {wanted.value} on the wire"
        )
    return faults


def rate_faults(calls: Sequence[Call], load: Load) -> list[str]:
    """Whether the calls left as fast as asked for."""
    if len(calls) < load.calls or load.calls < 2:
        return []
    starts = [call.started_at for call in calls]
    took_s = max(starts) - min(starts)
    if took_s <= load.placing_s / SLOWEST_RATE_RATIO + 0.5:
        return []
    reached = (len(calls) - 1) / took_s
    return [f"the generator placed {reached:.3g} calls/s where {load.rate_cps:.3g} were asked for"]


def media_faults(media: Media, calls: Sequence[Call], share: float) -> list[str]:
    """Whether the generator sent what the calls should have sent, and in time.

    Args:
        media: of the run.
        calls: of the run.
        share: part of each call in which media flows.
    """
    talked = [call.duration_s for call in calls if call.duration_s]
    wanted = PACKETS_PER_SECOND * share * sum(talked)
    least = min(FEWEST_SENT_RATIO * wanted, wanted - EDGE_PACKETS * len(talked))
    faults = []
    if media.sent_packets < least:
        faults.append(
            f"the generator sent {media.sent_packets} RTP packets where {wanted:.0f} were due"
        )
    return faults


def late_faults(late: int, sent: int) -> list[str]:
    """Whether so many of our own packets left late that a playout buffer would miss them."""
    if sent and late / sent > MOST_LATE_RATIO:
        share = 100 * late / sent
        return [f"the generator itself sent {share:.1f} % of its packets too late for the buffer"]
    return []


def capture_faults(capture: CaptureInfo) -> list[str]:
    """Whether the capture is whole."""
    if capture.dropped_packets is None:
        return ["the capture does not say how many packets it lost"]
    if capture.dropped_packets:
        return [f"the capture lost {capture.dropped_packets} of {capture.packets} packets"]
    if capture.truncated:
        return ["the capture file is cut off"]
    return []
