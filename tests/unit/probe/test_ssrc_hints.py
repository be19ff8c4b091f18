"""What SIPp 3.6 lets one know of its streams."""

from collections.abc import Mapping

import pytest
from support import samples

from voipprobe.probe.run import ssrc_hints

FIRST = 0xCA110000


def hints(*call_ids: str, first: int | None = FIRST, pid: int = 4711) -> Mapping[int, str]:
    return ssrc_hints(first, pid)([samples.call(call_id=call_id) for call_id in call_ids])


def test_each_call_has_the_next_ssrc() -> None:
    """Numbers start at 1, in whatever order the calls come."""
    assert hints("3-4711@h", "1-4711@h") == {FIRST: "1-4711@h", FIRST + 2: "3-4711@h"}


@pytest.mark.parametrize(
    "call_id", ["1-4712@h", "1-47110@h", "1-4711", "x-4711@h", "-4711@h", "²-4711@h", "", "abc"]
)
def test_calls_of_others_are_left_alone(call_id: str) -> None:
    """Another SIPp's, or anything that a peer sent."""
    assert hints(call_id) == {}


def test_nothing_is_known_of_other_versions() -> None:
    assert hints("1-4711@h", first=None) == {}


def test_ssrcs_wrap() -> None:
    assert hints("2-4711@h", first=0xFFFFFFFF) == {0: "2-4711@h"}
