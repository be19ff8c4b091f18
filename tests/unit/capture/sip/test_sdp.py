"""SDP as offers and answers carry it."""

from hypothesis import given
from hypothesis import strategies as st
from support.sip import sdp

from voipprobe.capture.sip.sdp import (
    MAX_CANDIDATES,
    MAX_MEDIA,
    MediaDescription,
    PayloadFormat,
    parse,
)


def only(body: bytes) -> MediaDescription:
    (media,) = parse(body)
    return media


def test_plain_audio_needs_no_rtpmap() -> None:
    """Static payload types are explained by RFC 3551, all else has its default."""
    media = only(sdp(4000))
    assert (media.kind, media.address, media.port) == ("audio", "10.0.0.1", 4000)
    assert media.formats == {0: PayloadFormat("PCMU", 8000)}
    assert (media.direction, media.ptime_ms, media.rtcp_mux) == ("sendrecv", None, False)
    assert (media.rtcp_address, media.rtcp_port) == ("10.0.0.1", 4001)
    assert media.receives
    assert media.sends


def test_attributes_of_a_line() -> None:
    """rtpmap, ptime, direction, rtcp and rtcp-mux are read; a type without map stays unknown."""
    attributes = [
        "rtpmap:96 opus/48000/2",
        "rtpmap:101 telephone-event/8000",
        "ptime:30",
        "sendonly",
        "rtcp:5005 IN IP4 10.0.0.2",
        "rtcp-mux",
    ]
    media = only(sdp(formats="96 101 97", attributes=attributes))
    assert media.payload_types == (96, 101, 97)
    assert media.formats == {
        96: PayloadFormat("opus", 48000),
        101: PayloadFormat("telephone-event", 8000),
    }
    assert (media.ptime_ms, media.direction) == (30.0, "sendonly")
    assert (media.rtcp_address, media.rtcp_port, media.rtcp_mux) == ("10.0.0.2", 5005, True)


def test_candidates_of_ice() -> None:
    """Of RTP over UDP with a numeric address; RTCP's, TCP's and hidden ones are left out."""
    attributes = [
        "candidate:1 1 UDP 2130706431 192.168.0.5 50000 typ host",
        "candidate:1 2 UDP 2130706430 192.168.0.5 50001 typ host",
        "candidate:2 1 tcp 1518280447 192.168.0.5 9 typ host tcptype active",
        "candidate:3 1 udp 2113937151 4ad4d0c2-b0b3.local 50002 typ host",
        "candidate:4 1 udp 1677729535 2001:DB8:0::7 50003 typ srflx raddr :: rport 9",
        "candidate:5 1 udp 1677729535 203.0.113.7 99999 typ relay",
    ]
    media = only(sdp(attributes=attributes))
    assert media.candidates == (("192.168.0.5", 50000), ("2001:db8::7", 50003))
    many = only(sdp(attributes=attributes[:1] * 1000))
    assert len(many.candidates) <= MAX_CANDIDATES


def test_rtpmap_overrules_the_static_table() -> None:
    """Who maps 0 to something else means it."""
    media = only(sdp(attributes=["rtpmap:0 G726-32/16000"]))
    assert media.formats[0] == PayloadFormat("G726-32", 16000)


def test_lines_override_the_session() -> None:
    """c= and direction of an m-line count before those of the session, for that line only."""
    body = (
        b"v=0\r\nc=IN IP4 10.0.0.1\r\na=recvonly\r\nm=audio 4000 RTP/AVP 8\r\n"
        b"c=IN IP4 10.0.0.2/127\r\na=inactive\r\nm=video 4002/2 RTP/SAVPF 31\r\n"
    )
    audio, video = parse(body)
    assert (audio.address, audio.direction, audio.receives) == ("10.0.0.2", "inactive", False)
    assert (video.address, video.direction, video.port) == ("10.0.0.1", "recvonly", 4002)
    assert video.formats == {31: PayloadFormat("H261", 90000)}


def test_ipv6_address_is_written_as_in_a_capture() -> None:
    """Upper case, leading zeros and long forms end up as one spelling."""
    body = b"v=0\r\nc=IN IP6 2001:0DB8:0:0:0:0:0:0001\r\nm=audio 4000 RTP/AVP 0\r\n"
    assert only(body).address == "2001:db8::1"


def test_hold_and_refusal_receive_nothing() -> None:
    """The old hold (0.0.0.0) and port 0 announce a place where nothing may be sent."""
    assert not only(sdp(address="0.0.0.0")).receives  # noqa: S104
    refused = only(sdp(0))
    assert not refused.receives
    assert not refused.sends


def test_sdp_inside_multipart() -> None:
    """The SDP part of a multipart body is found, and ends at the boundary."""
    body = (
        b"--b1\r\nContent-Type: application/isup\r\n\r\n\x01\x02v=1\r\n"
        b"--b1\r\nContent-Type: application/sdp\r\n\r\n"
        + sdp(4444)
        + b"--b1--\r\nm=audio 9 RTP/AVP 0"
    )
    assert only(body).port == 4444


def test_broken_lines_keep_the_numbering() -> None:
    """An m-line that cannot be read is there, refused, so that the next one keeps its place."""
    first, second = parse(
        b"v=0\nc=IN IP4 1.2.3.4\nm=audio 70000 RTP/AVP 0\nm=audio 8 RTP/AVP 0 x 300\n"
    )
    assert (first.port, first.receives) == (0, False)
    assert (second.port, second.payload_types) == (8, (0,))


def test_image_has_no_payload_types() -> None:
    """T.38 over UDPTL is listed; its format is no RTP payload type."""
    media = only(b"v=0\r\nc=IN IP4 1.2.3.4\r\nm=image 4000 udptl t38\r\n")
    assert (media.kind, media.payload_types) == ("image", ())


def test_other_bodies_hold_no_media() -> None:
    """Text, XML and nothing are no SDP."""
    assert parse(b"") == ()
    assert parse(b"Signal=5\r\nDuration=160\r\n") == ()


def test_hostile_session_is_bounded() -> None:
    """Ten thousand m-lines are not kept."""
    assert len(parse(b"v=0\r\n" + b"m=audio 1 RTP/AVP 0\r\n" * 10_000)) <= MAX_MEDIA


@given(st.binary(max_size=200), st.sampled_from([b"m=", b"a=rtpmap:", b"c=IN IP4 ", b"a=ptime:"]))
def test_any_bytes_never_raise(junk: bytes, prefix: bytes) -> None:
    """No bytes make the parser fail."""
    parse(b"v=0\r\n" + prefix + junk)
    parse(sdp() + prefix + junk)
