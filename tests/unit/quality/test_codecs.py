"""The codec table: names, clock rates, planning values."""

import pytest

from voipprobe.quality.codecs import (
    CODECS,
    G711_NO_PLC,
    G711_PLC,
    G729A_VAD,
    STATIC,
    Kind,
    find,
    impairment_of,
    packetisation_ms,
)


@pytest.mark.parametrize(
    ("payload_type", "encoding", "clock_rate_hz"),
    [
        (0, "PCMU", 8000),
        (3, "GSM", 8000),
        (4, "G723", 8000),
        (8, "PCMA", 8000),
        (9, "G722", 8000),
        (13, "CN", 8000),
        (18, "G729", 8000),
        (34, "H263", 90000),
    ],
)
def test_static_payload_types(payload_type: int, encoding: str, clock_rate_hz: int) -> None:
    """G.722 samples at 16 kHz and yet runs an 8 kHz clock (RFC 3551 4.5.2)."""
    codec = STATIC[payload_type]
    assert (codec.encoding, codec.clock_rate_hz) == (encoding, clock_rate_hz)


def test_no_dynamic_payload_type_is_static() -> None:
    assert max(STATIC) < 35


def test_encoding_names_are_found_in_any_case_and_form() -> None:
    for spelling in ("PCMU", "pcmu", "PCMU/8000", " pcmu "):
        assert find(spelling) is STATIC[0]
    opus = find("OPUS/48000/2")
    assert opus is not None
    assert opus.clock_rate_hz == 48000


def test_every_encoding_is_listed_once() -> None:
    names = [codec.encoding.casefold() for codec in CODECS]
    assert len(names) == len(set(names))


def test_g711_is_concealed_unless_told_otherwise() -> None:
    assert impairment_of("PCMA") == G711_PLC
    assert impairment_of("PCMA", plc=False) == G711_NO_PLC
    assert impairment_of("G729", plc=False) == G729A_VAD


@pytest.mark.parametrize("encoding", ["G722", "opus", "AMR-WB", "H264", "telephone-event", "CN"])
def test_codecs_without_a_narrowband_value_are_known_and_unrated(encoding: str) -> None:
    assert find(encoding) is not None
    assert impairment_of(encoding) is None


@pytest.mark.parametrize("encoding", [None, "", "x-secret"])
def test_unknown_codecs_are_unrated(encoding: str | None) -> None:
    assert impairment_of(encoding) is None


def test_only_voice_has_planning_values() -> None:
    assert all(codec.kind is Kind.VOICE for codec in CODECS if codec.impairment is not None)


def test_packetisation() -> None:
    assert packetisation_ms(160, 8000) == 20.0
    assert packetisation_ms(960, 48000) == 20.0
    assert packetisation_ms(240, 8000) == 30.0
