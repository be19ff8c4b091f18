"""`--port N=rtp`: what changes where the user says that a port carries RTP."""

from pathlib import Path

import pytest
from support.pcaps import FAR, NEAR, START_NS, Rtp, ethernet, frames, udp, voice, write_pcap
from support.readings import ignore

from voipprobe.capture.analysis import analyse_capture
from voipprobe.capture.reading import Reading, ReadingOptions, read_capture

NAMED, UNNAMED = (FAR[1],), ()


def _read(tmp_path: Path, packets: list[Rtp], ports: tuple[int, ...]) -> Reading:
    path = write_pcap(tmp_path / "a.pcap", frames(packets))
    return read_capture([path], on_datagrams=ignore, options=ReadingOptions(rtp_ports=ports))


@pytest.mark.parametrize("port", [NEAR[1], FAR[1]])
def test_a_single_packet_is_a_stream(tmp_path: Path, port: int) -> None:
    """Without the word it might be anything, and is not believed."""
    assert _read(tmp_path, voice(1), UNNAMED).streams == []
    (stream,) = _read(tmp_path, voice(1), (port,)).streams
    assert (stream.packets, stream.lost, stream.codec) == (1, 0, "PCMU")
    assert stream.jitter_ms.mean is None


def test_a_stream_that_jumps_each_time_is_found(tmp_path: Path) -> None:
    """No second packet ever continues the first one."""
    packets = [one._replace(sequence=one.sequence + 40 * i) for i, one in enumerate(voice(50))]
    assert _read(tmp_path, packets, UNNAMED).streams == []
    (stream,) = _read(tmp_path, packets, NAMED).streams
    assert (stream.packets, stream.expected) == (50, 49 * 41 + 1)


def test_a_marked_packet_of_a_high_payload_type_is_no_rtcp(tmp_path: Path) -> None:
    """Marker and payload type 72 make the octet of a sender report (RFC 5761 4)."""
    packets = [one._replace(payload_type=72, marker=i % 10 == 0) for i, one in enumerate(voice(50))]
    assert [one.packets for one in _read(tmp_path, packets, UNNAMED).streams] == [45]
    assert [one.packets for one in _read(tmp_path, packets, NAMED).streams] == [50]


def test_rtcp_on_the_same_port_stays_rtcp(tmp_path: Path) -> None:
    """Multiplexed reports are as long as they say."""
    report = b"\x80\xc9\0\1" + b"\0\0\0\7"
    timed = [*frames(voice(20)), (START_NS + 10**9, ethernet(udp(report, NEAR, FAR)))]
    path = write_pcap(tmp_path / "a.pcap", timed)
    options = ReadingOptions(rtp_ports=NAMED)
    reading = read_capture([path], on_datagrams=ignore, options=options)
    assert [one.packets for one in reading.streams] == [20]
    assert reading.rtcp.counts == {"RR": 1}


def test_the_command_hands_the_word_on(tmp_path: Path) -> None:
    """`--port N=rtp` reaches the kernel."""
    path = write_pcap(tmp_path / "a.pcap", frames(voice(1)))
    analysis, _ = analyse_capture([path], ports={FAR[1]: "rtp", 5080: "sip"})
    assert [one.packets for one in analysis.streams] == [1]
