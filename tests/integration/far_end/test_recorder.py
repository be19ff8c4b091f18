"""The recorder with a real dumpcap: always running, readable, private, gone at its end."""

import os
import signal
import socket
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.pcaps import voice
from support.sip import message

from voipprobe.capture.dumpcap_ring import RTP_HEADERS_OCTETS, RingBounds, ring_filters
from voipprobe.capture.packet import Near
from voipprobe.capture.ring_recorder import RingRecorder
from voipprobe.capture.sequences.seen import Inquiry, seen_calls
from voipprobe.model.errors import CaptureError
from voipprobe.traffic.address import free_ports

pytestmark = [pytest.mark.voice, pytest.mark.integration, pytest.mark.netns]

HOST = "127.0.0.1"
CALL_ID = "long" * 100


class Lines:
    """Our signalling and media port, and a peer that sends to both."""

    def __init__(self) -> None:
        self.sip, self.media = free_ports(HOST, 2)
        self.peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.peer.bind(("127.0.0.7", 0))
        self.number = 0

    @property
    def filters(self) -> tuple[str, str]:
        return ring_filters(HOST, self.sip, range(self.media, self.media + 2))

    def speak(self, packets: int) -> None:
        """An OPTIONS, then media."""
        text = message("OPTIONS sip:x SIP/2.0", cseq="1 OPTIONS", call_id=CALL_ID)
        self.peer.sendto(text, (HOST, self.sip))
        for one in voice(packets, sequence=self.number):
            self.peer.sendto(one.octets(), (HOST, self.media))
        self.number += packets


@pytest.fixture
def lines() -> Iterator[Lines]:
    made = Lines()
    yield made
    made.peer.close()


@pytest.fixture
def start(tmp_path: Path, lines: Lines) -> Iterator[Callable[..., RingRecorder]]:
    """Starts a recorder of these ports; it is stopped at the end."""
    started: list[RingRecorder] = []

    def made(**bounds: int) -> RingRecorder:
        recorder = RingRecorder(
            tmp_path, interface="lo", filters=lines.filters, bounds=RingBounds(**bounds)
        )
        started.append(recorder)
        return recorder

    yield made
    for recorder in started:
        recorder.stop()


def numbers_in(recorder: RingRecorder, lines: Lines) -> list[int]:
    """The numbers of the peer's media that the recording shows."""
    ours = Near(frozenset({HOST}), frozenset({lines.sip, lines.media}))
    with recorder.snapshot(60) as snapshot:
        seen = seen_calls(
            Inquiry(
                files=snapshot.files,
                ours=ours,
                peer="127.0.0.7",
                call_ids=frozenset({CALL_ID}),
                recorded_from_s=snapshot.recorded_from_s,
            )
        )
    sets = [stream.numbers for stream in seen.streams]
    return [one.base + at for one in sets for at in range(one.span) if one.bits >> at & 1]


def shows(recorder: RingRecorder, lines: Lines, numbers: range) -> bool:
    """Whether the recording soon shows these numbers and no other: this machine may pause."""
    return soon(lambda: numbers_in(recorder, lines) == list(numbers))


def soon(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 20
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    return condition()


def test_a_file_that_is_being_written_is_readable(
    start: Callable[..., RingRecorder], lines: Lines
) -> None:
    """What passed is seen while dumpcap goes on, to the last packet."""
    recorder = start()
    for round_ in (1, 2):
        lines.speak(300)
        assert shows(recorder, lines, range(300 * round_))


def test_media_is_recorded_without_what_was_said(
    start: Callable[..., RingRecorder], lines: Lines
) -> None:
    """SIP is whole, of RTP the first octets are kept; folder and files are the owner's alone."""
    recorder = start()
    lines.speak(50)
    assert shows(recorder, lines, range(50))
    (file,) = recorder.files_since(60)
    octets = file.read_bytes()
    assert CALL_ID.encode() in octets
    assert b"\x2a" * 10 in octets
    assert b"\x2a" * (RTP_HEADERS_OCTETS - 42 - 12 + 1) not in octets
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_recorder_that_died_is_started_again(
    start: Callable[..., RingRecorder], lines: Lines
) -> None:
    """After a pause, with nothing of before: what it shows has no gap."""
    recorder = start()
    lines.speak(20)
    killed = recorder.pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while recorder.restarts == 0 and time.monotonic() < deadline:
        recorder.tend()
        assert recorder.problem is None or "dumpcap ended" in recorder.problem
        time.sleep(0.05)
    assert recorder.restarts == 1
    assert recorder.problem is None
    assert recorder.pid not in (None, killed)
    lines.speak(30)
    assert shows(recorder, lines, range(20, 50))


def test_the_ring_keeps_no_more_than_its_bounds(
    start: Callable[..., RingRecorder], lines: Lines
) -> None:
    """Four files of 256 KiB: older ones go, what is held by a snapshot stays while it is held."""
    recorder = start(most_mib=1, files=4)
    lines.speak(100)
    assert shows(recorder, lines, range(100))
    with recorder.snapshot(60) as snapshot:
        assert snapshot.recorded_from_s is not None
        (held,) = snapshot.files
        for _ in range(70):
            lines.speak(200)
            time.sleep(0.01)
        assert soon(lambda: not (held.parents[1] / held.name).exists())
        files = recorder.files_since(60)
        assert len(files) == 4
        assert sum(file.stat().st_size for file in files) <= (1 << 20) + 4096
        assert held.stat().st_size > 0
    assert not held.exists()
    with recorder.snapshot(60) as later:
        assert later.recorded_from_s is None  # its beginning is gone


def test_nothing_is_left_behind(start: Callable[..., RingRecorder], tmp_path: Path) -> None:
    """The recording goes when the recorder does, and one that was left by a crash at the start."""
    left = tmp_path / "ring" / "ring_00001_old.pcapng"
    left.parent.mkdir()
    left.write_bytes(b"left by a crash")
    recorder = start()
    assert not left.exists()
    recorder.stop()
    assert list(tmp_path.iterdir()) == []


def test_an_interface_that_is_not_there_is_named(tmp_path: Path) -> None:
    """It cannot start: the agent is told at once."""
    filters = ring_filters(HOST, 5060, range(7000, 7004))
    with pytest.raises(CaptureError, match="no interface 'nowhere0'"):
        RingRecorder(tmp_path, interface="nowhere0", filters=filters, bounds=RingBounds())
