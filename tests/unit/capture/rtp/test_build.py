"""Streams and media in the model's words."""

from pathlib import Path

import pytest
from support.pcaps import FAR, NEAR, START_NS, Rtp, by_arrival, frames, voice, write_pcap
from support.readings import read, read_rtp

from voipprobe.capture.packet import Near
from voipprobe.capture.rtp.build import to_media, to_stream
from voipprobe.model.stream import Stream

OURS = Near(frozenset({NEAR[0]}))


def _both_ways(tmp_path: Path, sent: list[Rtp], received: list[Rtp]) -> list[Stream]:
    timed = sorted(frames(sent) + frames(received, FAR, NEAR))
    streams = read(write_pcap(tmp_path / "a.pcap", timed)).streams
    return [to_stream(stream, near=OURS) for stream in streams]


def test_the_model_carries_names_units_and_directions(tmp_path: Path) -> None:
    """Addresses with ports, SSRC in eight hex digits, 50 packets a second."""
    sent, received = _both_ways(tmp_path, voice(101, ssrc=7), voice(101, ssrc=8))
    assert (sent.source, sent.destination) == ("10.0.0.1:10000", "10.0.0.2:20000")
    assert (sent.direction, received.direction) == ("sent", "received")
    assert (sent.ssrc, sent.codec, sent.clock_rate_hz) == ("0x00000007", "PCMU", 8000)
    assert sent.packets_per_second == pytest.approx(50)
    assert (sent.packets_per_second_nominal, sent.ptime_ms, sent.loss_ratio) == (50, 20, 0)


def test_ipv6_ends_are_in_brackets_and_directions_unknown_without_a_near_end(
    tmp_path: Path,
) -> None:
    """A capture from elsewhere has no near end."""
    stream = to_stream(read_rtp(tmp_path, voice(10), ("2001:db8::1", 4), ("2001:db8::2", 6)))
    assert (stream.source, stream.direction) == ("[2001:db8::1]:4", None)


def test_mos_falls_with_loss_and_names_its_assumptions(tmp_path: Path) -> None:
    """5 % lost after the buffer, in the unit that the E-model wants."""
    packets = voice(1001)
    lossy = [p for i, p in enumerate(packets) if i % 20 != 10]
    clean = to_stream(read_rtp(tmp_path, packets))
    worse = to_stream(read_rtp(tmp_path, lossy))
    assert clean.mos is not None
    assert worse.mos is not None
    assert worse.mos < clean.mos - 0.3
    assert worse.quality_model is not None
    assert worse.quality_model.effective_loss_ratio == pytest.approx(50 / 1001)
    assert worse.quality_model.one_way_delay_ms == 80


def test_an_echo_carries_its_round_trip_into_delay(tmp_path: Path) -> None:
    """Half of 100 ms, buffer and packetisation; the sent stream knows of no round trip."""
    sent = voice(200)
    back = [p._replace(time_ns=p.time_ns + 100_000_000) for p in sent]
    original, echo = _both_ways(tmp_path, sent, back[:150] + back[160:])
    assert (original.echoed, original.round_trip_ms, original.round_trip_lost) == (
        False,
        None,
        None,
    )
    assert (echo.echoed, echo.round_trip_lost) == (True, 10)
    assert echo.quality_model is not None
    assert echo.quality_model.one_way_delay_ms == pytest.approx(130)


def test_at_the_echoing_end_the_delay_is_no_round_trip(tmp_path: Path) -> None:
    """What we send back ourselves was turned around in this machine."""
    sent = voice(50)
    back = [p._replace(time_ns=p.time_ns + 1_000_000) for p in sent]
    timed = sorted(frames(sent, FAR, NEAR) + frames(back))
    streams = read(write_pcap(tmp_path / "a.pcap", timed)).streams
    assert [to_stream(s, near=OURS).echoed for s in streams] == [False, False]


def test_an_unrated_codec_has_no_mos(tmp_path: Path) -> None:
    """G.722 has no standard narrowband value: unknown, not 4.5."""
    stream = to_stream(read_rtp(tmp_path, voice(50, payload_type=9)))
    assert (stream.codec, stream.mos, stream.quality_model) == ("G722", None, None)


def test_a_clock_that_was_set_back_makes_no_negative_time(tmp_path: Path) -> None:
    """The last packet may be stamped before the first: the duration is unknown, and so 0."""
    packets = [one._replace(time_ns=START_NS - one.sequence) for one in voice(3)]
    stream = to_stream(read_rtp(tmp_path, packets))
    assert (stream.duration_s, stream.packets_per_second) == (0.0, None)


def test_media_takes_received_streams_and_keeps_sent_ones_apart(tmp_path: Path) -> None:
    """Departure jitter beside arrival jitter; losses of one way never dilute the other's."""
    received = by_arrival(p for i, p in enumerate(voice(400, ssrc=8, jitter_ms=9)) if i != 5)
    media = to_media(_both_ways(tmp_path, voice(400, ssrc=7), received))
    assert (media.streams, media.sent_streams) == (1, 1)
    assert (media.packets, media.expected, media.lost) == (399, 400, 1)
    assert media.loss_ratio == pytest.approx(1 / 400)
    assert (media.sent_loss_ratio, media.sent_jitter_ms.max) == (0, 0)
    assert media.jitter_ms.max is not None
    assert media.jitter_ms.max > 1
    assert media.mos.n == 1
    assert media.quality_model is not None


def test_media_without_directions_takes_all_streams(tmp_path: Path) -> None:
    """And has nothing to say of what was sent."""
    timed = sorted(frames(voice(50, ssrc=7)) + frames(voice(50, ssrc=8), FAR, NEAR))
    streams = read(write_pcap(tmp_path / "a.pcap", timed)).streams
    media = to_media(to_stream(stream) for stream in streams)
    assert (media.streams, media.sent_streams, media.sent_loss_ratio) == (2, 0, None)


def test_no_streams_are_unknown_and_not_perfect() -> None:
    """Every figure that nothing was measured for is None."""
    media = to_media([])
    assert (media.loss_ratio, media.discarded_ratio, media.mos.mean) == (None, None, None)
    assert (media.jitter_ms.mean, media.round_trip_ms.n, media.quality_model) == (None, 0, None)
