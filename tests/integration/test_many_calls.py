"""Many concurrent calls with media: every one measured, or the run says void and why.

The short form runs with all tests; `make soak` places 500 calls of a minute.
"""

import os

import pytest
from support.lab import Lab

pytestmark = [
    pytest.mark.alone,
    pytest.mark.integration,
    pytest.mark.netns,
    pytest.mark.timeout(600),
]

CONCURRENT = int(os.environ.get("SOAK_CALLS", "100"))
HOLD_S = int(os.environ.get("SOAK_HOLD_S", "10"))


def test_concurrent_calls_with_media(lab: Lab) -> None:
    """What was sent is what was due within 1 %, each call has both its streams, nothing is lost."""
    lab.rules()
    document = lab.probe(
        "--calls", str(CONCURRENT), "--rate", str(CONCURRENT / 10), "--hold", str(HOLD_S),
        timeout_s=500,
    ).document  # fmt: skip
    if document["verdict"]["status"] == "void":  # an honest answer of a busy machine
        assert document["verdict"]["reasons"]
        pytest.skip(f"void: {document['verdict']['reasons']}")
    media = document["media"]
    due = CONCURRENT * 50 * HOLD_S
    print(
        f"\n{CONCURRENT} calls of {HOLD_S} s: {media['sent_packets']} of {due} packets sent "
        f"({100 * media['sent_packets'] / due:.2f} %), {media['lost']} lost, MOS {media['mos']}"
    )
    assert len(document["calls"]) == CONCURRENT
    assert all(call["completed"] and len(call["streams"]) == 2 for call in document["calls"])
    assert media["sent_packets"] == pytest.approx(due, rel=0.01)
    assert document["capture"]["dropped_packets"] == 0
