"""Streams find their call."""

import time
from typing import NamedTuple

from support.sip import EPOCH_NS, FAR, NEAR, Wire, sdp

from voipprobe.capture.packet import Endpoint
from voipprobe.capture.sip.linking import link
from voipprobe.capture.sip.media_sessions import MediaSession, media_sessions

NEAR_MEDIA = Endpoint("10.0.0.1", 4000)
FAR_MEDIA = Endpoint("10.0.0.9", 6000)


class Stream(NamedTuple):
    source: Endpoint
    destination: Endpoint
    ssrc: int
    first_ns: int
    last_ns: int


def stream(
    from_ms: float,
    until_ms: float,
    *,
    ssrc: int = 1,
    way: tuple[Endpoint, Endpoint] = (NEAR_MEDIA, FAR_MEDIA),
) -> Stream:
    return Stream(*way, ssrc, EPOCH_NS + round(from_ms * 1e6), EPOCH_NS + round(until_ms * 1e6))


def echo(original: Stream) -> Stream:
    return original._replace(source=original.destination, destination=original.source)


def sessions(*calls: tuple[str, float], wire: Wire | None = None) -> list[MediaSession]:
    """Calls by Call-ID and start [ms], all with the same two media endpoints."""
    wire = wire or Wire()
    for call_id, at_ms in calls:
        wire.answered_call(at_ms, call_id=call_id)
    return media_sessions(wire.traces())


def test_both_directions_of_a_call() -> None:
    """Media go where the SDP said, in the time of the call."""
    streams = [stream(110, 4990), echo(stream(111, 4991))._replace(ssrc=2)]
    assert link(streams, sessions(("a", 0))) == ["a", "a"]


def test_rtp_without_sdp_stays_unlinked() -> None:
    """Other endpoints, or the right ones long before and long after the call."""
    elsewhere = (Endpoint("10.0.0.1", 7000), Endpoint("10.0.0.9", 7000))
    streams = [stream(110, 900, way=elsewhere), stream(-5000, -2000), stream(9000, 9900)]
    assert link(streams, sessions(("a", 0))) == [None, None, None]


def test_source_links_where_the_destination_is_translated() -> None:
    """Symmetric RTP: the far end sends from where it listens, to an address of a NAT."""
    way = (FAR_MEDIA, Endpoint("192.0.2.1", 40000))
    assert link([stream(110, 4990, way=way)], sessions(("a", 0))) == ["a"]


def test_hint_overrules_sdp() -> None:
    """What the generator says of its own SSRC is certain."""
    assert link([stream(110, 4990, ssrc=7)], sessions(("a", 0)), {7: "b"}) == ["b"]


def test_reused_port_goes_to_the_call_of_its_time() -> None:
    """One port, one call after the other."""
    streams = [stream(110, 4990), stream(20_110, 24_990, ssrc=2)]
    assert link(streams, sessions(("a", 0), ("b", 20_000))) == ["a", "b"]


def test_calls_that_share_one_port_take_the_nearest_stream() -> None:
    """SIPp 3.6.1: streams differ by SSRC only; each call takes one per direction."""
    starts = [(f"call-{n}", n * 50.0) for n in range(20)]
    sent = [stream(at_ms + 110, at_ms + 5000, ssrc=n) for n, (_, at_ms) in enumerate(starts)]
    received = [echo(one)._replace(first_ns=one.first_ns + 30_000_000) for one in sent]
    linked = link([*received, *sent], sessions(*starts))
    assert linked == [call_id for call_id, _ in starts] * 2


def test_stream_too_many_stays_unlinked() -> None:
    """Where several calls share a port, a third stream for two calls belongs to neither."""
    streams = [stream(110 + 50 * n, 4990, ssrc=n) for n in range(3)]
    assert link(streams, sessions(("a", 0), ("b", 50))) == ["a", "b", None]


def test_call_with_a_port_of_its_own_may_change_its_ssrc() -> None:
    """Also at the same time: early media of two far ends, audio beside an announcement."""
    streams = [stream(110, 2000), stream(1500, 4990, ssrc=2)]
    assert link(streams, sessions(("a", 0))) == ["a", "a"]


def test_one_end_of_its_own_is_enough() -> None:
    """Calls that share the far end's port are told apart by the near end's."""
    wire = Wire()
    wire.answered_call(0, call_id="a", port=4000)
    wire.answered_call(1, call_id="b", port=4002)
    way = (Endpoint("10.0.0.1", 4002), FAR_MEDIA)
    streams = [stream(102, 4990, way=way), stream(103, 4990, ssrc=2)]
    assert link(streams, sessions(wire=wire)) == ["b", "a"]


def test_hold_does_not_unlink() -> None:
    """Media that go on, or start, while one side is on hold belong to the call."""
    wire = Wire()
    wire.answered_call()
    del wire.datagrams[5:]
    hold = sdp(4000, attributes=["sendonly"])
    wire.request(1000, "INVITE", 2, to_tag="far", hop=(NEAR, FAR), body=hold)
    held = media_sessions(wire.traces())
    assert link([stream(1500, 9000), echo(stream(1600, 9000, ssrc=2))], held) == ["call-1"] * 2


def test_thousands_of_calls_on_one_port_link_in_time() -> None:
    """4,000 calls and 8,000 streams of one port take less than two CPU-seconds."""
    starts = [(f"call-{n}", n * 2.0) for n in range(4000)]
    announced = sessions(*starts)
    sent = [stream(at_ms + 101, at_ms + 5000, ssrc=n) for n, (_, at_ms) in enumerate(starts)]
    started = time.process_time()
    linked = link([*sent, *map(echo, sent)], announced)
    assert time.process_time() - started < 2.0
    assert linked[:4000] == linked[4000:]
    assert sorted(filter(None, linked[:4000])) == sorted(call_id for call_id, _ in starts)
