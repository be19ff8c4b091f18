"""What a fork can be ordered to do, by name.

`rounds.placing` loads NumPy, LLVM and Parquet; the agent names its functions here and leaves
the loading to the nursery.
"""

from typing import Any

from voipprobe.agent.rounds.orders import CallsOrder, IperfOrder
from voipprobe.capture.sequences.seen import Inquiry, SeenCalls


def place_calls(order: CallsOrder) -> Any:
    """`placing.place_calls`."""
    from voipprobe.agent.rounds import placing  # noqa: PLC0415 - see above

    return placing.place_calls(order)


def read_seen(inquiry: Inquiry) -> SeenCalls:
    """What our recording shows of a peer's calls."""
    from voipprobe.capture.sequences.seen import seen_calls  # noqa: PLC0415 - see above

    return seen_calls(inquiry)


def run_iperf(order: IperfOrder) -> Any:
    """`placing.run_iperf`."""
    from voipprobe.agent.rounds import placing  # noqa: PLC0415 - see above

    return placing.run_iperf(order)
