"""Findings on media: each where it must be, none where it must not, with its packets."""

from pathlib import Path

import pytest
from support.pcaps import FAR, NEAR, Rtp, TimedFrame, by_arrival, frames, voice, write_pcap
from support.readings import call_frames
from support.sip import EPOCH_NS, sdp
from support.truth import capture
from support.truth.account import play
from support.truth.plan import Spikes, StreamPlan

from voipprobe.capture.analysis import analyse, analyse_capture
from voipprobe.capture.packet import Near
from voipprobe.model.analysis import Analysis
from voipprobe.model.finding import Finding

OFFER = sdp(NEAR[1], address=NEAR[0])
ANSWER = sdp(FAR[1], address=FAR[0])
MEDIA_NS = EPOCH_NS + 200_000_000
LOUD = b"\x2a" * 160
QUIET = b"\xff" * 160


def _voice(count: int = 450, ssrc: int = 1, payload_type: int = 0) -> list[Rtp]:
    return voice(count, ssrc=ssrc, payload_type=payload_type, start_ns=MEDIA_NS)


def _analysed(
    tmp_path: Path,
    there: list[Rtp],
    back: list[Rtp] | None = None,
    *,
    offer: bytes = OFFER,
    answer: bytes = ANSWER,
    far: tuple[str, int] = FAR,
) -> Analysis:
    """A call of 10 s with this media; `back` None stands for ordinary voice."""
    media: list[TimedFrame] = frames(there, NEAR, far)
    media += frames(_voice(ssrc=2) if back is None else back, far, NEAR)
    path = write_pcap(tmp_path / "a.pcap", sorted(call_frames(offer, answer) + media))
    return analyse_capture([path])[0]


def _found(analysis: Analysis, code: str) -> Finding:
    """The one finding with a code, wherever it stands."""
    everything = [
        *analysis.findings,
        *(one for call in analysis.calls for one in call.findings),
        *(one for stream in analysis.streams for one in stream.findings),
    ]
    (finding,) = (one for one in everything if one.code == code)
    assert finding.packets
    return finding


def _codes(analysis: Analysis) -> set[str]:
    calls = {one.code for call in analysis.calls for one in call.findings}
    return calls | {one.code for stream in analysis.streams for one in stream.findings}


def test_an_ordinary_call_has_no_findings(tmp_path: Path) -> None:
    """Two ways, announced, audible, evenly paced."""
    assert _codes(_analysed(tmp_path, _voice())) == set()


def test_one_way_audio_names_the_stream_that_is_there(tmp_path: Path) -> None:
    """INVITE, 200 and ACK come first: the stream begins with packet 4."""
    finding = _found(_analysed(tmp_path, _voice(), []), "one-way-audio")
    assert finding.packets == (4,)


@pytest.mark.parametrize("direction", ["recvonly", "inactive"])
def test_one_way_audio_that_sdp_agreed_on_is_no_finding(tmp_path: Path, direction: str) -> None:
    """An announcement, music on hold."""
    answer = sdp(FAR[1], address=FAR[0], attributes=[direction])
    assert _codes(_analysed(tmp_path, _voice(), [], answer=answer)) == set()


def test_silent_audio(tmp_path: Path) -> None:
    """Comfort noise at 50 packets a second is no speech; one loud packet would be."""
    quiet = [p._replace(payload=QUIET) for p in _voice()]
    analysis = _analysed(tmp_path, quiet)
    assert _found(analysis, "silent-audio").packets[0] == 4
    quiet[20] = quiet[20]._replace(payload=LOUD)
    assert _codes(_analysed(tmp_path, quiet)) == set()


def test_encrypted_audio_is_neither_silent_nor_audible(tmp_path: Path) -> None:
    """SRTP: headers are in clear, the payload says nothing."""
    offer, answer = (one.replace(b"RTP/AVP", b"RTP/SAVP") for one in (OFFER, ANSWER))
    quiet = [p._replace(payload=QUIET) for p in _voice()]
    analysis = _analysed(tmp_path, quiet, offer=offer, answer=answer)
    assert [stream.silent for stream in analysis.streams] == [None, None]
    assert all(stream.mos is not None for stream in analysis.streams)
    assert _codes(analysis) == set()


def test_media_to_another_address_than_sdp_said(tmp_path: Path) -> None:
    """NAT, a relay that was not asked for: packet of the SDP and first packet of the stream."""
    finding = _found(
        _analysed(tmp_path, _voice(), [], far=("198.51.100.7", 30000)), "media-address"
    )
    assert "goes to 198.51.100.7:30000, SDP named 10.0.0.1:10000, 10.0.0.2:20000" in finding.text
    assert finding.packets == (1, 2, 4)


def test_payload_type_that_was_never_announced(tmp_path: Path) -> None:
    """PCMA in the middle of an agreed PCMU call."""
    there = [p._replace(payload_type=8) if i >= 100 else p for i, p in enumerate(_voice())]
    finding = _found(_analysed(tmp_path, there, []), "codec-mismatch")
    assert finding.text == "payload type 8 was never announced in SDP (which names 0)"
    assert finding.packets == (104,)


def test_a_restart_names_the_packet_that_began_it(tmp_path: Path) -> None:
    """The one that jumped, which only the next one confirms."""
    there = _voice()
    there[200:] = [p._replace(sequence=p.sequence + 9000) for p in there[200:]]
    finding = _found(_analysed(tmp_path, there, []), "stream-restart")
    assert finding.packets == (204,)


@pytest.mark.parametrize(("ppm", "found"), [(300, True), (-300, True), (50, False)])
def test_clock_drift(tmp_path: Path, ppm: float, found: bool) -> None:
    """Slow and fast; what two good clocks differ by is no finding."""
    path = write_pcap(tmp_path / "a.pcap", frames(voice(1000, drift_ppm=ppm)))
    analysis = analyse_capture([path])[0]
    assert _codes(analysis) == ({"clock-drift"} if found else set())
    if found:
        finding = _found(analysis, "clock-drift")
        assert finding.packets == (1, 1000)
        assert ("fast" if ppm > 0 else "slow") in finding.text


def test_queues_are_not_taken_for_drift(tmp_path: Path) -> None:
    """Late packets tilt the line through 20 s by hundreds of ppm, over which no clock drifts."""
    tilts = []
    for seed in range(40):
        played = play(StreamPlan(seed=seed, ticks=1000, spikes=Spikes(height_ms=250)))
        path = capture.write(tmp_path / "a.pcap", capture.frames(played))
        analysis = analyse_capture([path])[0]
        tilts.append(abs(analysis.streams[0].drift_ppm or 0.0))
        assert "clock-drift" not in _codes(analysis)
    assert max(tilts) > 300


def test_packets_sent_in_bursts(tmp_path: Path) -> None:
    """Four at once every 80 ms: the average is right, the pacing is not."""
    there = [
        p._replace(time_ns=p.time_ns - (i % 4) * 20_000_000 + (i % 4) * 100_000)
        for i, p in enumerate(_voice())
    ]
    finding = _found(_analysed(tmp_path, there, []), "packet-bursts")
    assert finding.text.startswith("75 %")
    assert finding.packets == (5,)


def test_jitter_is_not_taken_for_bursts(tmp_path: Path) -> None:
    """15 ms of jitter bring few packets close together."""
    there = voice(450, jitter_ms=15, start_ns=MEDIA_NS)
    assert "packet-bursts" not in _codes(_analysed(tmp_path, by_arrival(there)))


def test_jitter_above_the_buffer(tmp_path: Path) -> None:
    """Every 20th packet is 100 ms late: 60 ms do not hold that."""
    there = [
        p._replace(time_ns=p.time_ns + 100_000_000) if i % 20 == 10 else p
        for i, p in enumerate(_voice())
    ]
    finding = _found(_analysed(tmp_path, by_arrival(there), []), "jitter-above-buffer")
    assert "a playout buffer of 60 ms" in finding.text


def test_jitter_within_the_buffer_is_no_finding(tmp_path: Path) -> None:
    """50 ms late fit into 60 ms."""
    there = [
        p._replace(time_ns=p.time_ns + 50_000_000) if i % 20 == 10 else p
        for i, p in enumerate(_voice())
    ]
    assert _codes(_analysed(tmp_path, by_arrival(there))) == set()


def test_numbers_that_the_sender_left_out(tmp_path: Path) -> None:
    """The timestamp goes on by one packet where the sequence skips ten: nothing was lost."""
    there = _voice()
    there[100:] = [p._replace(sequence=p.sequence + 10) for p in there[100:]]
    finding = _found(_analysed(tmp_path, there, []), "sender-gap")
    assert finding.text.startswith("the sender left out 10 sequence numbers")
    assert finding.packets == (104,)


def test_lost_packets_are_no_sender_gap(tmp_path: Path) -> None:
    """Where packets were lost, the timestamp has gone on with them."""
    there = [p for i, p in enumerate(_voice()) if not 100 <= i < 110]
    assert "sender-gap" not in _codes(_analysed(tmp_path, there))


def test_gaps_in_what_we_send_are_the_generators(tmp_path: Path) -> None:
    """Only where the stream leaves our own end."""
    there = [p for i, p in enumerate(_voice()) if not 100 <= i < 110]
    path = write_pcap(tmp_path / "a.pcap", sorted(call_frames(OFFER, ANSWER) + frames(there)))
    for address, codes in ((NEAR[0], ["generator-gap"]), (FAR[0], [])):
        (stream,) = analyse([path], near=Near(frozenset({address}))).streams
        assert [one.code for one in stream.findings] == codes


def test_streams_that_are_not_marked_for_priority(tmp_path: Path) -> None:
    """One finding for the capture; DSCP stands with each stream, also that of IPv6."""
    marked = [(t, f[:15] + bytes([46 << 2]) + f[16:]) for t, f in frames(_voice(20))]
    v6 = frames(_voice(20, ssrc=3), ("2001:db8::1", 4), ("2001:db8::2", 6))
    v6 = [(t, f[:14] + b"\x6b\x80" + f[16:]) for t, f in v6]
    plain = frames(_voice(20, ssrc=2), FAR, NEAR)
    analysis = analyse_capture([write_pcap(tmp_path / "a.pcap", sorted(marked + v6 + plain))])[0]
    assert sorted(stream.dscp or 0 for stream in analysis.streams) == [0, 46, 46]
    finding = _found(analysis, "dscp-not-ef")
    assert finding.text.startswith("1 of 3 voice streams are not marked EF")


def test_streams_that_are_all_marked_are_no_finding(tmp_path: Path) -> None:
    """EF is what voice should have."""
    marked = [(t, f[:15] + bytes([46 << 2]) + f[16:]) for t, f in frames(_voice(20))]
    analysis = analyse_capture([write_pcap(tmp_path / "a.pcap", marked)])[0]
    assert [one.code for one in analysis.findings] == []


def test_video_is_listed_and_has_no_voice_quality(tmp_path: Path) -> None:
    """Neither MOS nor discards, and no findings that are about voice."""
    offer = OFFER.replace(b"m=audio 10000 RTP/AVP 0", b"m=video 10000 RTP/AVP 96")
    answer = ANSWER.replace(b"m=audio 20000 RTP/AVP 0", b"m=video 20000 RTP/AVP 96")
    rtpmap = b"a=rtpmap:96 H264/90000\r\n"
    analysis = _analysed(
        tmp_path,
        _voice(payload_type=96),
        _voice(ssrc=2, payload_type=96),
        offer=offer + rtpmap,
        answer=answer + rtpmap,
    )
    assert [(s.codec, s.mos, s.discarded) for s in analysis.streams] == [("H264", None, None)] * 2
    assert analysis.findings == ()
    assert analysis.media.mos.n == 0


def test_media_to_a_candidate_of_ice_belong_to_the_call(tmp_path: Path) -> None:
    """Both ends agreed on their local addresses, which no c= line names: nothing is odd."""
    near, far = ("192.168.7.1", 30000), ("192.168.7.2", 30002)
    offer, answer = (
        sdp(
            port,
            address=address,
            formats="96",
            attributes=[
                "rtpmap:96 opus/48000/2",
                f"candidate:1 1 UDP 2130706431 {end[0]} {end[1]} typ host",
                f"candidate:2 1 UDP 1694498815 {address} {port} typ srflx raddr {end[0]} rport 1",
            ],
        )
        for (address, port), end in ((NEAR, near), (FAR, far))
    )
    there = voice(450, ssrc=1, payload_type=96, step=960, start_ns=MEDIA_NS)
    back = voice(450, ssrc=2, payload_type=96, step=960, start_ns=MEDIA_NS)
    media = frames(there, near, far) + frames(back, far, near)
    path = write_pcap(tmp_path / "ice.pcap", sorted(call_frames(offer, answer) + media))
    analysis = analyse_capture([path])[0]
    assert [(one.call_id, one.codec) for one in analysis.streams] == [("call-1", "opus")] * 2
    assert _codes(analysis) == set()
