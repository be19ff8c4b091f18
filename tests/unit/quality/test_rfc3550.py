"""RFC 3550 arithmetic at its wraps and limits, plain and compiled by Numba."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.compiled import compiled

from voipprobe.quality import rfc3550
from voipprobe.quality.rfc3550 import (
    AHEAD,
    BEHIND,
    JUMP,
    MIN_SEQUENTIAL,
    NEXT,
    NO_BAD_SEQUENCE,
    RESTART,
    deviation_ms,
    jitter_step,
    ntp_middle,
    probation_step,
    round_trip_ms,
    sequence_step,
    timestamp_difference,
)

timestamps = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize(
    ("later", "earlier", "difference"),
    [
        (320, 160, 160),
        (160, 320, -160),
        (80, 2**32 - 80, 160),
        (2**32 - 80, 80, -160),
        (2**31 - 1, 0, 2**31 - 1),
        (2**31, 0, -(2**31)),
        (7, 7, 0),
    ],
)
def test_timestamp_difference_is_signed_across_the_wrap(
    later: int, earlier: int, difference: int
) -> None:
    assert timestamp_difference(later, earlier) == difference


@given(earlier=timestamps, step=st.integers(-(2**31), 2**31 - 1))
def test_timestamp_difference_finds_any_step_again(earlier: int, step: int) -> None:
    assert timestamp_difference((earlier + step) % 2**32, earlier) == step


def test_one_spike_of_200_ms_moves_jitter_by_12_5_ms() -> None:
    """The reference's example of how much jitter smooths."""
    assert jitter_step(0.0, 200.0) == 12.5
    assert jitter_step(0.0, -200.0) == 12.5


def test_jitter_decays_by_a_sixteenth() -> None:
    assert jitter_step(16.0, 0.0) == 15.0


def test_jitter_approaches_a_constant_deviation() -> None:
    jitter = 0.0
    for _ in range(200):
        jitter = jitter_step(jitter, 3.0)
    assert jitter == pytest.approx(3.0, abs=1e-4)


def test_deviation_takes_the_clock_rate_into_account() -> None:
    """20 ms of voice are 160 units of 8 kHz and 960 of 48 kHz; the packet came 5 ms late."""
    assert deviation_ms(25_000_000, 160, 8000) == pytest.approx(5.0)
    assert deviation_ms(25_000_000, 960, 48000) == pytest.approx(5.0)


def test_five_packets_lost_in_a_row_leave_jitter_at_zero() -> None:
    """A gap in sequence is no deviation: timestamp and arrival move on together."""
    deviation = deviation_ms(6 * 20_000_000, timestamp_difference(6 * 160, 0), 8000)
    assert jitter_step(0.0, deviation) == 0.0


@pytest.mark.parametrize(
    ("highest", "sequence", "kind", "extended"),
    [
        (10, 11, NEXT, 11),
        (65535, 0, NEXT, 65536),
        (65536 + 65535, 0, NEXT, 2 * 65536),
        (10, 12, AHEAD, 12),
        (65534, 1, AHEAD, 65537),
        (10, 10 + 2999, AHEAD, 3009),
        (10, 10 + 3000, JUMP, 3010),
        (10, 10, BEHIND, 10),
        (10, 9, BEHIND, 9),
        (65536, 65535, BEHIND, 65535),
        (0, 65535, BEHIND, -1),
        (500, 401, BEHIND, 401),
        (500, 400, JUMP, 400),
        (65536 + 50, (65536 + 50 - 99) % 65536, BEHIND, 65536 - 49),
    ],
)
def test_sequence_step_on_both_sides_of_each_limit(
    highest: int, sequence: int, kind: int, extended: int
) -> None:
    assert sequence_step(highest, NO_BAD_SEQUENCE, sequence)[:2] == (kind, extended)


def test_a_jump_is_a_restart_once_the_next_packet_continues_it() -> None:
    kind, _, bad = sequence_step(100, NO_BAD_SEQUENCE, 40000)
    assert (kind, bad) == (JUMP, 40001)
    assert sequence_step(100, bad, 40001) == (RESTART, 40001, NO_BAD_SEQUENCE)


def test_a_restart_across_the_sequence_wrap_is_confirmed() -> None:
    _, _, bad = sequence_step(20000, NO_BAD_SEQUENCE, 65535)
    assert sequence_step(20000, bad, 0)[:2] == (RESTART, 0)


def test_a_single_stray_packet_is_no_restart() -> None:
    _, _, bad = sequence_step(100, NO_BAD_SEQUENCE, 40000)
    assert sequence_step(100, bad, 101)[:2] == (NEXT, 101)
    assert sequence_step(100, bad, 50000)[0] == JUMP


@given(
    start=st.integers(0, 65535),
    steps=st.lists(st.integers(1, rfc3550.MAX_DROPOUT - 1), max_size=80),
)
def test_extended_numbers_of_a_stream_in_order_count_every_packet(
    start: int, steps: list[int]
) -> None:
    """However often the 16 bits wrap, the extended number is start + the sum of the steps."""
    highest, bad = start, NO_BAD_SEQUENCE
    for step in steps:
        kind, highest, bad = sequence_step(highest, bad, (highest + step) % 65536)
        assert kind == (NEXT if step == 1 else AHEAD)
    assert highest == start + sum(steps)


def test_two_packets_in_sequence_end_probation() -> None:
    remaining = MIN_SEQUENTIAL - 1
    assert probation_step(remaining, 65535, 0) == 0
    assert probation_step(remaining, 5, 7) == remaining


def test_round_trip_of_the_rfc_example() -> None:
    """RFC 3550 figure 2: A b710:8000, LSR b705:2000, DLSR 5.250 s give 6.125 s."""
    assert round_trip_ms(0xB710_8000, 0xB705_2000, 0x0005_4000) == 6125.0


def test_round_trip_crosses_the_wrap_of_the_ntp_middle() -> None:
    assert round_trip_ms(0x0000_8000, 0xFFFF_8000, 0) == 1000.0


def test_no_round_trip_without_a_sender_report_or_below_zero() -> None:
    assert round_trip_ms(0x1000, 0, 0) is None
    assert round_trip_ms(0x1000, 0x0FFF, 2) is None


def test_ntp_middle_of_a_known_instant() -> None:
    """The Unix epoch is 2,208,988,800 s after that of NTP; half a second is 0x8000."""
    assert ntp_middle(500_000_000) == (2_208_988_800 % 65536) << 16 | 0x8000


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (timestamp_difference, (80, 2**32 - 80)),
        (deviation_ms, (25_000_000, 160, 8000)),
        (jitter_step, (1.5, -16.0)),
        (sequence_step, (65535, NO_BAD_SEQUENCE, 0)),
        (sequence_step, (100, 40001, 40001)),
        (sequence_step, (0, NO_BAD_SEQUENCE, 65535)),
        (probation_step, (1, 65535, 0)),
        (ntp_middle, (1_790_000_000_123_456_789,)),
    ],
)
def test_compiled_functions_say_the_same(
    function: Callable[..., Any], arguments: tuple[Any, ...]
) -> None:
    """The RTP kernel compiles these functions as they stand."""
    assert compiled(function)(*arguments) == function(*arguments)
