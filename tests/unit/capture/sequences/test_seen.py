"""What a recording tells a peer of its calls, and what it keeps to itself."""

from dataclasses import replace
from pathlib import Path

from support.calls_capture import FAR_MEDIA, NEAR_MEDIA
from support.pcaps import Address, TimedFrame, ethernet, frames, udp, voice, write_pcap
from support.sip import EPOCH_NS, NEAR, Wire

from voipprobe.capture.packet import Endpoint, Near
from voipprobe.capture.sequences.seen import Inquiry, seen_calls

OURS = Near(frozenset({"10.0.0.9"}), frozenset({5060, 6000}))


def call(
    call_id: str, at_ms: float, media: Address = NEAR_MEDIA, *, caller: Endpoint = NEAR
) -> list[TimedFrame]:
    """An echoed call of five seconds, of which packet 20 did not come and packet 30 not go."""
    wire = Wire()
    wire.answered_call(at_ms, call_id=call_id, port=media[1])
    found = []
    for one in wire.datagrams:
        payload = one.payload.replace(b"10.0.0.1", caller.address.encode())
        payload = payload.replace(b"z9hG4bK", f"z9hG4bK-{call_id}".encode())
        ends = [caller if end == NEAR else end for end in (one.source, one.destination)]
        found.append((one.time_ns, ethernet(udp(payload, *ends))))
    start_ns = EPOCH_NS + round((at_ms + 150) * 1e6)
    packets = voice(200, start_ns=start_ns)
    came = packets[:20] + packets[21:]
    went = [one._replace(time_ns=one.time_ns + 1000) for one in came if one.sequence != 1030]
    return found + frames(came, media, FAR_MEDIA) + frames(went, FAR_MEDIA, media)


def inquiry(path: Path, *call_ids: str, peer: str = "10.0.0.1") -> Inquiry:
    return Inquiry(files=(path,), ours=OURS, peer=peer, call_ids=frozenset(call_ids))


def recording(folder: Path, *calls: list[TimedFrame]) -> Path:
    timed = sorted(frame for one in calls for frame in one)
    return write_pcap(folder / "ring.pcap", timed)


def test_a_call_is_told_with_its_numbers(tmp_path: Path) -> None:
    """Outcome, messages and both directions of its stream."""
    seen = seen_calls(inquiry(recording(tmp_path, call("one", 0)), "one"))
    (told,) = seen.calls
    assert (told.call_id, told.outcome, told.final_status) == ("one", "answered", 200)
    assert (seen.received, seen.sent, seen.received_again, seen.sent_again) == (3, 4, 0, 0)
    streams = {one.direction: one for one in seen.streams}
    assert len(streams["received"].numbers) == 199
    assert len(streams["sent"].numbers) == 198
    assert {one.call_id for one in seen.streams} == {"one"}
    assert all(one.is_whole for one in seen.streams)


def test_retransmissions_are_counted_by_direction(tmp_path: Path) -> None:
    """An INVITE that came twice was received again, and nothing was sent again."""
    frames_of_one = call("one", 0)
    again = (frames_of_one[0][0] + 500_000_000, frames_of_one[0][1])
    seen = seen_calls(inquiry(recording(tmp_path, [*frames_of_one, again]), "one"))
    assert (seen.received_again, seen.sent_again) == (1, 0)


def test_calls_of_another_peer_are_not_told(tmp_path: Path) -> None:
    """Whoever asks from another address than the caller's learns nothing, not even that it was."""
    path = recording(tmp_path, call("one", 0))
    assert seen_calls(inquiry(path, "one", peer="10.0.0.66")) == seen_calls(inquiry(path))
    assert seen_calls(inquiry(path)).calls == ()


def test_streams_of_an_earlier_round_are_not_mixed_in(tmp_path: Path) -> None:
    """The same ports and SSRC ten seconds before: only the packets of the call's own time count."""
    path = recording(tmp_path, call("before", 0), call("one", 10_000), call("after", 20_000))
    streams = seen_calls(inquiry(path, "one")).streams
    assert [one.packets for one in streams if one.direction == "received"] == [199]
    assert {one.call_id for one in streams} == {"one"}


def test_streams_of_other_calls_at_the_time_are_not_told(tmp_path: Path) -> None:
    """Another call of the same peer, from another port, was not asked for."""
    path = recording(tmp_path, call("one", 0), call("two", 0, ("10.0.0.1", 4100)))
    streams = seen_calls(inquiry(path, "one")).streams
    assert {end for one in streams for end in (one.source, one.destination)} == {
        "10.0.0.1:4000",
        "10.0.0.9:6000",
    }


def test_a_call_that_we_placed_to_the_asker_is_none_of_its_calls(tmp_path: Path) -> None:
    """It was called, and did not call."""
    path = recording(tmp_path, call("one", 0))
    ours = Near(frozenset({"10.0.0.1"}))
    asked = replace(inquiry(path, "one", peer="10.0.0.9"), ours=ours)
    assert seen_calls(asked).calls == ()


def test_media_from_a_translated_address_port_is_found(tmp_path: Path) -> None:
    """Its SDP names another port than its packets come from: it is in the calls' time."""
    moved = [
        (time_ns, frame.replace(b"m=audio 4000", b"m=audio 4444"))
        for time_ns, frame in call("one", 0)
    ]
    streams = seen_calls(inquiry(recording(tmp_path, moved), "one")).streams
    assert sorted(one.packets for one in streams) == [198, 199]


def test_a_call_whose_beginning_was_not_recorded_is_not_whole(tmp_path: Path) -> None:
    """The ring had lost the INVITE: no call is told, its streams are, and that they are parts."""
    late = [one for one in sorted(call("one", 0)) if one[0] > EPOCH_NS + 1_000_000_000]
    seen = seen_calls(inquiry(recording(tmp_path, late), "one"))
    assert seen.calls == ()
    assert {one.direction for one in seen.streams} == {"sent", "received"}
    assert not any(one.is_whole for one in seen.streams)


def test_a_recording_that_began_within_the_call_is_not_whole(tmp_path: Path) -> None:
    """It says itself since when nothing is missing."""
    asked = inquiry(recording(tmp_path, call("one", 0)), "one")
    began = replace(asked, recorded_from_s=EPOCH_NS / 1e9 + 2)
    assert not any(one.is_whole for one in seen_calls(began).streams)
    began = replace(asked, recorded_from_s=EPOCH_NS / 1e9 - 2)
    assert all(one.is_whole for one in seen_calls(began).streams)


def test_no_files_are_no_calls() -> None:
    """A ring that has nothing yet."""
    nothing = Inquiry(files=(), ours=OURS, peer="10.0.0.1", call_ids=frozenset({"one"}))
    assert seen_calls(nothing).calls == ()
