"""Silence told from speech in G.711 payload."""

from pathlib import Path

import numpy as np
import pytest
from support.pcaps import STEP, Rtp, voice
from support.readings import read_rtp

from voipprobe.capture.rtp.energy import A_LAW_SQUARES, MU_LAW_SQUARES


def _filled(count: int, payload_type: int, payload: bytes) -> list[Rtp]:
    return [p._replace(payload=payload) for p in voice(count, payload_type=payload_type)]


@pytest.mark.parametrize(
    ("payload_type", "octet", "silent"),
    [
        (0, 0xFF, True),  # zero
        (0, 0x7F, True),  # zero, the other one
        (0, 0x80, False),  # full scale
        (0, 0x00, False),
        (8, 0xD5, True),  # the smallest step of A-law
        (8, 0x55, True),
        (8, 0xAA, False),  # full scale
    ],
)
def test_idle_codes_are_silent_and_full_scale_is_not(
    tmp_path: Path, payload_type: int, octet: int, silent: bool
) -> None:
    """Each law has idle codes of its own."""
    packets = _filled(50, payload_type, bytes([octet]) * STEP)
    assert read_rtp(tmp_path, packets).silent is silent


def test_one_loud_packet_among_the_first_is_enough(tmp_path: Path) -> None:
    """A short call with one word in it is not silent."""
    packets = _filled(60, 0, b"\xff" * STEP)
    packets[31] = packets[31]._replace(payload=b"\x90" * STEP)
    assert read_rtp(tmp_path, packets).silent is False


def test_other_codecs_are_neither(tmp_path: Path) -> None:
    """Nothing is claimed of what is not decoded."""
    assert read_rtp(tmp_path, _filled(50, 18, b"\0" * 20)).silent is None


def test_the_companding_tables_hold_the_values_of_g711() -> None:
    """Decoder outputs of ITU-T G.711 scaled to 16 bits: full scale, smallest steps, middle."""
    assert np.sqrt(MU_LAW_SQUARES[[0x00, 0x80, 0xFF, 0xFE, 0xEF, 0x8F]]).tolist() == [
        32124, 32124, 0, 8, 132, 16764,
    ]  # fmt: skip
    assert np.sqrt(A_LAW_SQUARES[[0xD5, 0xD4, 0xAA, 0x2A, 0xC5, 0x80]]).tolist() == [
        8, 24, 32256, 32256, 264, 5504,
    ]  # fmt: skip
