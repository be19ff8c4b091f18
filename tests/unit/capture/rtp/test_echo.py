"""Round trips of media that the far end sends back."""

from pathlib import Path

import pytest
from support.pcaps import FAR, NEAR, Rtp, TimedFrame, frames, voice, write_pcap
from support.readings import read

from voipprobe.capture.rtp.figures import RtpStream

ROUND_TRIP_NS = 42_500_000


def _returned(packets: list[Rtp], delay_ns: int = ROUND_TRIP_NS) -> list[Rtp]:
    return [p._replace(time_ns=p.time_ns + delay_ns) for p in packets]


def _read(tmp_path: Path, sent: list[Rtp], back: list[Rtp]) -> list[RtpStream]:
    timed: list[TimedFrame] = sorted(frames(sent) + frames(back, FAR, NEAR))
    return read(write_pcap(tmp_path / "echo.pcap", timed)).streams


def test_every_packet_that_comes_back_gives_a_round_trip(tmp_path: Path) -> None:
    """The first two as well, which came while the streams were but candidates."""
    sent = voice(200)
    original, echo = _read(tmp_path, sent, _returned(sent))
    assert (original.echo_of, original.echoed_by, original.round_trip_ms) == (None, 1, None)
    assert (echo.echo_of, echo.echoed_by) == (0, None)
    assert echo.round_trip_ms is not None
    assert echo.round_trip_ms.n == 200
    assert echo.round_trip_ms.max == pytest.approx(42.5, abs=0.0001)
    assert echo.round_trip_lost == 0


def test_packets_that_do_not_come_back_are_round_trip_losses(tmp_path: Path) -> None:
    """One not sent at all is no loss of the round trip, a duplicate of the echo no return."""
    sent = voice(400)
    left = sent[:100] + sent[101:]
    back = _returned([p for i, p in enumerate(left) if i not in (50, 150, 151)])
    again = back[30]._replace(time_ns=back[30].time_ns + 1000)
    _, echo = _read(tmp_path, left, sorted([*back, again], key=lambda p: p.time_ns))
    assert echo.round_trip_ms is not None
    assert (echo.round_trip_lost, echo.round_trip_ms.n) == (3, 396)
    assert (echo.lost, echo.duplicates) == (3, 1)


def test_numbers_that_the_original_skipped_are_no_losses_of_the_echo(tmp_path: Path) -> None:
    """SIPp's play_dtmf leaves gaps in what it sends: neither lost nor expected to come back."""
    sent = [p for i, p in enumerate(voice(300)) if not 100 <= i < 110]
    back = [p for i, p in enumerate(_returned(sent)) if i not in (50, 51)]
    original, echo = _read(tmp_path, sent, back)
    assert (original.expected, original.lost) == (300, 10)
    assert (echo.expected, echo.lost, echo.packets) == (290, 2, 288)


def test_a_gap_after_the_end_of_the_echo_makes_no_negative_loss(tmp_path: Path) -> None:
    """The far end hung up before the original's gap: nothing is taken off twice."""
    sent = [p for i, p in enumerate(voice(300)) if not 200 <= i < 210]
    _, echo = _read(tmp_path, sent, _returned(sent)[:150])
    assert (echo.expected, echo.lost) == (150, 0)


def test_packets_still_under_way_at_the_end_are_no_losses(tmp_path: Path) -> None:
    """The capture ends 10 ms after the last packet left, the round trip takes 42.5 ms."""
    sent = voice(200)
    end_ns = sent[-1].time_ns + 10_000_000
    back = [p for p in _returned(sent) if p.time_ns <= end_ns]
    _, echo = _read(tmp_path, sent, back)
    assert len(back) == 198
    assert echo.round_trip_lost == 0


def test_packets_that_came_back_are_not_taken_for_ones_under_way(tmp_path: Path) -> None:
    """One slow return allows 300 ms under way: what came back in them hides no loss."""
    sent = voice(200)
    back = [p for i, p in enumerate(_returned(sent)) if i != 100]
    back[50] = back[50]._replace(time_ns=sent[50].time_ns + 300_000_000)
    _, echo = _read(tmp_path, sent, sorted(back, key=lambda p: p.time_ns))
    assert echo.round_trip_lost == 1


def test_an_echo_that_stops_is_a_loss(tmp_path: Path) -> None:
    """A path that dies in mid-call is not excused as being under way."""
    sent = voice(400)
    afterwards = voice(2, start_ns=sent[-1].time_ns + 10**9, ssrc=7)
    _, echo, _ = _read(tmp_path, sent + afterwards, _returned(sent[:300]))
    assert echo.round_trip_lost == 100


def test_round_trips_across_restart_and_wrap(tmp_path: Path) -> None:
    """Sequence numbers are compared modulo 2^16."""
    sent = voice(100, sequence=65500)
    _, echo = _read(tmp_path, sent, _returned(sent, 900_000_000))
    assert echo.round_trip_ms is not None
    assert echo.round_trip_ms.n == 100
    assert echo.round_trip_ms.p50 == pytest.approx(900, abs=0.001)


def test_another_ssrc_the_other_way_is_no_echo(tmp_path: Path) -> None:
    """Ordinary two-way media."""
    one, other = _read(tmp_path, voice(50), voice(50, ssrc=7))
    assert (one.echoed_by, other.echo_of, other.round_trip_lost) == (None, None, None)
